"""`receipts`: the SMS that a person has to settle."""

from uuid import UUID

import click

from app.actions import owed
from app.actions.owed import Decision, NotOwed
from app.actors import SYSTEM
from app.commands.surroundings import say_json, with_tools
from app.door import Invalid
from app.models.receipt import OWED
from app.queries import owed as owed_list
from app.tools import Tools
from app.wording import FAULTS


@click.group()
def receipts() -> None:
    """SMS that did not arrive by themselves."""


@receipts.command("list")
@click.option("--state", type=click.Choice(OWED), help="Only those; without it all that are owed.")
@click.option("--limit", type=click.IntRange(1, owed_list.LONGEST), default=100, show_default=True)
@with_tools
def list_owed(tools: Tools, state: str | None, limit: int) -> None:
    """The oldest first, a JSON object a line; no names, numbers or texts."""
    with tools.sessions() as session:
        found = owed_list.listed(session, state, limit)
    for receipt in found:
        say_json(receipt)


@receipts.command()
@click.argument("receipt", metavar="ID", type=click.UUID)
@click.argument("decision", type=click.Choice([str(d) for d in Decision]))
@click.option("--note", default="", help="Why; waived needs one.")
@with_tools
def settle(tools: Tools, receipt: UUID, decision: str, note: str) -> None:
    """told: the citizen knows by voice. waived: nobody will tell. again: send it once more (held,
    rejected or suppressed only; a held one may have arrived already).

    Exit 1 when it is not owed.
    """
    try:
        owed.settle(tools, SYSTEM, receipt, Decision(decision), note)
    except NotOwed:
        raise click.ClickException(_standing(tools, receipt)) from None
    except Invalid as error:
        words = [f"{f.field}: {f.code} ({FAULTS.get(f.code, '')})" for f in error.faults]
        raise click.UsageError("; ".join(words)) from None
    say_json({"id": str(receipt), "decision": decision})


def _standing(tools: Tools, receipt: UUID) -> str:
    with tools.sessions() as session:
        state = owed_list.standing(session, receipt)
    if state is None:
        return f"there is no receipt {receipt}"
    if state in OWED:
        return f"the provider had {receipt} ({state}): it is not sent a second time"
    return f"receipt {receipt} is not owed: it is {state}"
