"""`doctor`, `ledger`, `audit`: what the system can prove about itself."""

import sys

import click

from app.actions import folding
from app.api.desks import parse_day
from app.commands.surroundings import say_json, with_tools
from app.door import Invalid
from app.queries import chain
from app.queries import doctor as examination
from app.queries import ledger as balance
from app.tools import Tools


@click.command()
@with_tools
def doctor(tools: Tools) -> None:
    """Check every invariant; exit 1 if one is broken."""
    with tools.sessions() as session:
        found = examination.examine(session, _progress)
    for name, count in found["checks"].items():
        if count:
            click.echo(f"{count} × {name}", err=True)
    say_json(found)
    sys.exit(0 if found["ok"] else 1)


def _progress(name: str) -> None:
    """For a person who waits at a terminal."""
    if sys.stderr.isatty():
        click.echo(f"… {name}", err=True)


@click.command()
@click.option("--day", help="A Tehran day of registration, YYYY-MM-DD; without it all time.")
@click.option("--recount", is_flag=True, help="First count everything anew; writing waits for it.")
@with_tools
def ledger(tools: Tools, day: str | None, recount: bool) -> None:  # noqa: FBT001 - click gives it
    """The balance: every correspondence counted once, by where it stands."""
    try:
        wanted = parse_day(day)
    except Invalid:
        raise click.BadParameter("expected YYYY-MM-DD", param_hint="--day") from None
    if recount:
        folding.recount(tools)
    with tools.sessions() as session:
        found = balance.read(session, wanted)
    say_json(found)
    sys.exit(0 if found["balanced"] else 1)


@click.group()
def audit() -> None:
    """The chain of events."""


@audit.command()
@with_tools
def verify(tools: Tools) -> None:
    """Walk the chain of events; exit 1 at the first broken link."""
    found = chain.verify(tools)
    say_json(found)
    sys.exit(0 if found["ok"] else 1)
