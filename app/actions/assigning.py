"""Handing letters to a colleague of the same agency: a claim changes hands, it is never shared."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import access
from app.access import Wanted
from app.actions import bulk
from app.actions.refer import held_by
from app.actions.story import Teller, clock
from app.actors import Actor, Forbidden, Role, allow
from app.door import Fault, Invalid
from app.lifecycle import WITH_AGENCY, IllegalMove, Status, move
from app.models.correspondence import Correspondence
from app.models.people import User
from app.tools import Tools


@dataclass(frozen=True, slots=True)
class Handed:
    """Tracking codes: what the colleague has now, and what left the agency's hands meanwhile."""

    given: list[str]
    missed: list[str]


def assign(tools: Tools, actor: Actor, code: Wanted, to: str) -> None:
    """Hand one letter, which the actor holds or manages, to a colleague; repeating is harmless.

    Raises Forbidden, NotFound, Changed, Taken, IllegalMove, Invalid.
    """
    allow(actor, "assign")
    with tools.sessions.begin() as session:
        letter = access.find(session, actor, code, lock=True)
        held_by(letter, actor)
        if letter.claimed_by is None and actor.role is not Role.MANAGER:
            raise IllegalMove("claim it first")
        colleague = _colleague(session, actor, to)
        teller = Teller(tools.province, actor, clock(session))
        _give(session, teller, letter, colleague)


def assign_all(tools: Tools, actor: Actor, raw_codes: Sequence[str], to: str) -> Handed:
    """A manager hands all of these that are still open at the agency to one colleague, in one
    transaction. Raises Forbidden, Invalid."""
    allow(actor, "assign")
    if actor.role is not Role.MANAGER:
        raise Forbidden("assign many")
    codes = bulk.picked(raw_codes)
    with tools.sessions.begin() as session:
        colleague = _colleague(session, actor, to)
        letters = bulk.locked(session, actor, codes)
        teller = Teller(tools.province, actor, clock(session))
        open_ = [letter for letter in letters if letter.status in WITH_AGENCY]
        for letter in open_:
            _give(session, teller, letter, colleague)
    given = {letter.tracking_code for letter in open_}
    return Handed([c for c in codes if c in given], [c for c in codes if c not in given])


def _colleague(session: Session, actor: Actor, ref: str) -> str:
    """The reference of an active person of the own agency. Raises Invalid."""
    kind, _, raw = ref.partition(":")
    try:
        number = UUID(raw)
    except ValueError:
        raise Invalid(Fault("to", "unknown-colleague")) from None
    own = select(User.id).where(
        User.id == number, User.agency_code == actor.agency, User.disabled_at.is_(None)
    )
    if kind != "user" or session.scalar(own) is None:
        raise Invalid(Fault("to", "unknown-colleague"))
    return f"user:{number}"


def _give(session: Session, teller: Teller, letter: Correspondence, to: str) -> None:
    if letter.claimed_by == to:
        return
    if letter.claimed_by is None:
        teller.tell(session, "claimed", letter.id)  # for the citizen it is in somebody's hands now
    letter.status = move(Status(letter.status), Status.IN_PROGRESS)
    letter.claimed_by, letter.claimed_at = to, teller.now
    letter.version += 1
    teller.tell(session, "assigned", letter.id, to=to)
