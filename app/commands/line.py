"""`capacity`: the telephone line's days."""

from datetime import UTC, date, datetime

import click

from app.actions import capacity as action
from app.api.desks import parse_day
from app.commands.surroundings import say_json, with_tools
from app.door import Invalid
from app.line import Day
from app.persian import tehran_day
from app.queries import capacity as reading
from app.tools import Tools


def _day(raw: str | None) -> date:
    try:
        return parse_day(raw) or tehran_day(datetime.now(UTC))
    except Invalid:
        raise click.BadParameter("expected YYYY-MM-DD", param_hint="--day") from None


@click.group()
def capacity() -> None:
    """Calls a day: what is used, what remains, how many there may be."""


@capacity.command("show")
@click.option("--day", help="A Tehran day, YYYY-MM-DD; without it today.")
@with_tools
def show(tools: Tools, day: str | None) -> None:
    """The day in numbers, as JSON."""
    with tools.sessions() as session:
        say_json(reading.read(session, Day(tools.province, _day(day), tools.line)))


@capacity.command("set")
@click.argument("cap", type=click.IntRange(0, 1_000_000))
@click.option("--day", help="A Tehran day, YYYY-MM-DD; without it today.")
@with_tools
def set_cap(tools: Tools, cap: int, day: str | None) -> None:
    """Change the cap of one day; it never falls below what is used and promised."""
    say_json(action.change_cap(tools, _day(day), cap))
