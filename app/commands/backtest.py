"""`rules backtest` and `rules suggest`: what the stored letters say of new rules."""

from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from app.commands.drafts import cores, draft_argument, read_draft, since_option, watched
from app.commands.surroundings import say_json, with_tools
from app.db import Json
from app.queries import replay, rules, suggestions
from app.queries.backtest import compare
from app.queries.judging import Draft, judge
from app.tools import Tools
from app.vault import Tampered


@click.command()
@draft_argument
@since_option
@click.option("--jobs", type=click.IntRange(1, 256), default=cores, help="Processes. [one a core]")
@with_tools
def backtest(tools: Tools, path: Path, since: date | None, jobs: int) -> None:
    """Try a draft on the stored letters: what would move, and what people would say of it.

    PATH is a folder or one of rules.yaml, lexicon.yaml, experience.tsv. Nothing is written.
    """
    draft = read_draft(path)
    try:
        report = _report(tools, draft, since, jobs)
    except Tampered as error:
        raise click.ClickException(
            f"{error} can't be opened: are the data keys those of this database?"
        ) from None
    except BrokenProcessPool:
        raise click.ClickException("a process was ended before it was done; try --jobs 1") from None
    _tell(report)
    say_json(report)


def _report(tools: Tools, draft: Draft, since: date | None, jobs: int) -> Json:
    reference = tools.book.current()
    with tools.sessions() as session:
        span = replay.span(session, since)
        total = replay.count(session, span)
        active = rules.active(session) or tools.shipped.version
    judged = judge(draft, replay.pages(tools, span), jobs)
    comparison = compare(reference, watched(judged, total, "letters decided again"))
    return comparison.report(draft.rules.version, active)


def _tell(report: Json) -> None:
    agreement = report["agreement"]
    click.echo(
        f"{report['letters']:,} letters, {report['moved']:,} would go elsewhere. Of "
        f"{agreement['labelled']:,} that people have decided, the rules then agreed with "
        f"{agreement['before']:,}, the draft does with {agreement['after']:,}.",
        err=True,
    )
    if report["repeated"]:
        click.echo(
            f"The draft repeats corrected mistakes: it would send {report['repeated']:,} letters "
            "without asking to where an agency returned them or an officer chose another.",
            err=True,
        )


@click.command()
@since_option
@with_tools
def suggest(tools: Tools, since: date | None) -> None:
    """Words that set the letters which people corrected apart from the others, by agency.

    Never a number, nor what fewer than three citizens wrote to the agency.
    """
    with tools.sessions() as session:
        span = replay.span(session, since)
        total = replay.count(session, span)
    taught = replay.pages(tools, replace(span, taught=True))
    groups = suggestions.corrected(taught)
    wanted = frozenset[str]().union(*(group.common() for group in groups.values()))
    pages = watched(replay.pages(tools, span), total, "letters read")
    used = suggestions.everywhere(pages, wanted)
    told = [
        {
            "agency": agency,
            "letters": group.letters,
            "terms": list(suggestions.telling(group, total, used)),
        }
        for agency, group in sorted(groups.items())
    ]
    corrected = sum(group.letters for group in groups.values())
    say_json({"letters": total, "corrected": corrected, "suggestions": told})
