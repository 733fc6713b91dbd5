"""`route` and `import`: letters by the file."""

import json
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Column, Table
from rich.text import Text

from app.actions import importing
from app.actions.importing import Tally
from app.commands.drafts import cores
from app.commands.surroundings import say_json, with_tools
from app.files import Unreadable, records
from app.lifecycle import Channel
from app.tools import Tools
from routing.evaluation import Evaluation, Judged, Score, judge, report
from routing.evaluation import evaluate as evaluation_of
from routing.loading import default_rules
from routing.stream import BadLine, route_lines, written
from routing.stream import Tally as RouteTally

_FIGURES = ("letters", "right", "right of the sure", "sure of the owned")


@click.command()
@click.option("--explain", is_flag=True, help="Also why, for people: marked words, who competed.")
@click.option(
    "--evaluate", is_flag=True, help="Each letter has its `gold`: tell how many are right."
)
@click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"), default="-")
def route(file: TextIO, explain: bool, evaluate: bool) -> None:  # noqa: FBT001 - click's flags
    """Decide who owns each letter of JSON lines; no database needed. Exit 1 if a line was bad."""
    if explain and evaluate:
        raise click.UsageError("--explain and --evaluate answer different questions: take one")
    if evaluate:
        _evaluate(file)
        return
    tally = RouteTally()
    write = sys.stdout.write
    for answer in route_lines(file, default_rules(), explain=explain, tally=tally):
        write(answer + "\n")
    sys.stdout.flush()
    sys.exit(1 if tally.errors else 0)


def _evaluate(file: TextIO) -> None:
    """One object on stdout, and only when every line was a labelled letter."""
    rules = default_rules()
    try:
        evaluation = evaluation_of(_counted(judge(file, rules)))
    except BadLine as problem:
        raise click.ClickException(str(problem)) from None
    if not evaluation.total.letters:
        raise click.ClickException("there is no letter to judge by")
    Console(stderr=True).print(_summary(evaluation))
    click.echo(written(report(evaluation, rules.version)))


def _counted(letters: Iterable[Judged]) -> Iterator[Judged]:
    """The same letters; a person at a terminal sees how many there were."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.completed:,} letters"), TimeElapsedColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        yield from progress.track(letters, total=None)


def _summary(evaluation: Evaluation) -> Table:
    table = Table("kind", *(Column(name, justify="right") for name in _FIGURES))
    for kind, score in sorted(evaluation.kinds.items()):
        table.add_row(Text(kind or "-"), *_figures(score))
    table.add_section()
    table.add_row("bank", *_figures(evaluation.banks))
    table.add_row("all", *_figures(evaluation.total))
    return table


def _figures(score: Score) -> tuple[str, ...]:
    shares = (score.accuracy, score.precision, score.coverage)
    return (f"{score.letters:,}", *("-" if s is None else f"{s:.1%}" for s in shares))


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--channel", type=click.Choice([c.value for c in Channel]), help="For every row.")
@with_tools
def import_(tools: Tools, file: Path, channel: str | None) -> None:
    """Register the correspondence of a csv, xlsx or jsonl file, each row once.

    Bad rows go to FILE.report.jsonl with line and reason; exit 1 if there are any.
    """
    try:
        total = _watch(importing.load(tools, records(file), channel, cores()))
    except (Unreadable, OSError) as error:
        raise click.ClickException(str(error)) from None
    except BrokenProcessPool:
        raise click.ClickException(
            "a process of the import was ended before it was done. What was counted is registered, "
            "nothing by halves; run it again for the rest"
        ) from None
    report = _report(file, total) if total.rejected else None
    say_json(
        {
            "read": total.read,
            "registered": total.registered,
            "duplicates": total.duplicates,
            "rejected": len(total.rejected),
            "report": str(report) if report else None,
        }
    )
    sys.exit(1 if total.rejected else 0)


def _watch(batches: Iterable[Tally]) -> Tally:
    """Add up, and show people how far it is."""
    total = Tally()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    # Without a thread that turns the spinner: importing forks.
    with Progress(*columns, console=Console(stderr=True), auto_refresh=False) as progress:
        task = progress.add_task("0 rows")
        for batch in batches:
            total.read += batch.read
            total.registered += batch.registered
            total.duplicates += batch.duplicates
            total.rejected += batch.rejected
            said = f"{total.read:,} rows, {total.registered:,} registered"
            progress.update(task, description=said, refresh=True)
    return total


def _report(file: Path, total: Tally) -> Path:
    path = file.with_name(file.name + ".report.jsonl")
    lines = (json.dumps(asdict(row), ensure_ascii=False) for row in total.rejected)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path
