"""`line`: the SMS line, whether it is open, and what is wrong with it."""

import sys

import click

from app.actions import probing
from app.commands.surroundings import say_json, with_tools
from app.queries import alarms
from app.queries import line as reading
from app.tools import Tools


@click.group()
def line() -> None:
    """The SMS line of each provider."""


@line.command("show")
@with_tools
def show(tools: Tools) -> None:
    """Lines, what waits, and all alarms, as JSON; exit 1 while there is an alarm."""
    with tools.sessions() as session:
        lines, waiting = reading.lines(session), reading.waiting(session)
        ringing = alarms.read(session)
    say_json(
        {
            "lines": [reading.as_json(found) for found in lines],
            "receipts": {
                "due": waiting.due,
                "in_doubt": waiting.in_doubt,
                "owed": waiting.owed,
            },
            "alarms": [alarms.as_json(alarm) for alarm in ringing],
        }
    )
    sys.exit(1 if ringing else 0)


@line.command("probe")
@with_tools
def probe(tools: Tools) -> None:
    """Let the next worker try a stopped line now; exit 1 when none is stopped."""
    probed = probing.probe(tools)
    if not probed:
        click.echo("no line is stopped", err=True)
    say_json({"probed": probed})
    sys.exit(0 if probed else 1)
