"""What the `rules` commands share: a draft on disk, a day, letters passing by."""

import os
from collections.abc import Callable, Iterable, Iterator, Sized
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from app.api.desks import parse_day
from app.door import Invalid
from app.queries.judging import Draft
from routing.loading import EXPERIENCE, read_files
from routing.sources import BadRules

P = TypeVar("P", bound=Sized)

draft_argument = click.argument("path", type=click.Path(path_type=Path, exists=True))


def read_draft(path: Path) -> Draft:
    """The rules of a folder or of one file; ends the command with 1, naming file and line."""
    try:
        files = read_files(path)
        if EXPERIENCE not in files:
            click.echo(f"{EXPERIENCE} is not there: these rules would decide alone.", err=True)
        return Draft.parse(files)
    except (BadRules, OSError) as error:
        raise click.ClickException(str(error)) from None


def _day(_context: click.Context, _parameter: click.Parameter, raw: str | None) -> date | None:
    try:
        return parse_day(raw)
    except Invalid:
        raise click.BadParameter("expected YYYY-MM-DD") from None


def since_option(command: Callable[..., Any]) -> Callable[..., Any]:
    option = click.option(
        "--since", callback=_day, help="A Tehran day of registration, YYYY-MM-DD; without it all."
    )
    return option(command)


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def watched(pages: Iterable[P], total: int, doing: str) -> Iterator[P]:
    """The same pages, while people see on stderr how far it is."""
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        TimeElapsedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(doing, total=total)
        for page in pages:
            yield page
            progress.advance(task, len(page))
