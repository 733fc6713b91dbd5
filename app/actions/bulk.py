"""Many letters at once, in one transaction: claimed by an agency, or referred by triage. Each has
one owner and its own event; what somebody else took meanwhile is told."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import access
from app.actions import clocks
from app.actions.refer import checked_reason, destination, is_for_supervisor, send_on
from app.actions.story import Teller, clock
from app.actors import Actor, allow
from app.codes import BadTrackingCode, parse_tracking_code
from app.door import Fault, Invalid
from app.lifecycle import Status, move
from app.models.correspondence import Correspondence
from app.tools import Tools

AT_MOST = 100


@dataclass(frozen=True, slots=True)
class Claims:
    """Tracking codes: what is the actor's now, and what a colleague or another desk has."""

    mine: list[str]
    missed: list[str]


def claim(tools: Tools, actor: Actor, raw_codes: Sequence[str]) -> Claims:
    """Take all of these that are still free, in one transaction; repeating it is harmless.

    Raises Forbidden, Invalid.
    """
    allow(actor, "claim")
    codes = picked(raw_codes)
    with tools.sessions.begin() as session:
        letters = locked(session, actor, codes)
        teller = Teller(tools.province, actor, clock(session))
        for letter in letters:
            if letter.status == Status.REFERRED:
                letter.status = move(Status(letter.status), Status.IN_PROGRESS)
                letter.claimed_by, letter.claimed_at = actor.ref, teller.now
                letter.version += 1
                teller.tell(session, "claimed", letter.id)
        held = (Status.IN_PROGRESS, actor.ref)
        mine = {x.tracking_code for x in letters if (x.status, x.claimed_by) == held}
    return Claims([c for c in codes if c in mine], [c for c in codes if c not in mine])


@dataclass(frozen=True, slots=True)
class Sent:
    """Tracking codes: what went to the office, and what somebody else was quicker with."""

    sent: list[str]
    missed: list[str]


def refer(tools: Tools, actor: Actor, raw_codes: Sequence[str], agency: str, reason: str) -> Sent:
    """Refer all of these that still wait in triage to one office, for one reason.

    Raises Forbidden, Invalid.
    """
    allow(actor, "refer")
    reason, codes = checked_reason(reason), picked(raw_codes)
    reference = tools.book.current()
    office = destination(reference, agency)
    with tools.sessions.begin() as session:
        letters = [one for one in locked(session, actor, codes) if _waits(one)]
        teller = Teller(tools.province, actor, clock(session))
        until = {x: clocks.citizens_clock(reference, x, office, teller.now) for x in letters}
        send_on(session, teller, until, office, reason)
        sent = {letter.tracking_code for letter in letters}
    tools.bell.ring()
    return Sent([c for c in codes if c in sent], [c for c in codes if c not in sent])


def _waits(letter: Correspondence) -> bool:
    return letter.status == Status.TRIAGE and not is_for_supervisor(letter)


def picked(raw_codes: Sequence[str]) -> list[str]:
    """The codes among these, each once. Raises Invalid for none and for too many."""
    codes = list(dict.fromkeys(filter(None, map(_parsed, raw_codes))))
    if not codes or len(codes) > AT_MOST:
        raise Invalid(Fault("code", "pick-some"))
    return codes


def _parsed(raw: str) -> str | None:
    try:
        return parse_tracking_code(raw)
    except BadTrackingCode:
        return None


def locked(session: Session, actor: Actor, codes: Sequence[str]) -> Sequence[Correspondence]:
    """Always in the same order, so that two who pick the same letters never wait for each other."""
    wanted = select(Correspondence).where(
        Correspondence.tracking_code.in_(codes), access.visible(actor)
    )
    return session.scalars(wanted.order_by(Correspondence.id).with_for_update()).all()
