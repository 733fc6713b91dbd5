"""Pausing the deadline of a letter, for a reason that the citizen reads, and not for long.

Design §5 (one clock, never reset) and the rule «pause with reason and notice to the citizen
(limited)»: hence the constants.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import access
from app.access import Wanted
from app.actions import receipts
from app.actions.asking import identity
from app.actions.refer import checked_reason, held_by
from app.actions.story import Teller, clock
from app.actors import Actor, allow
from app.door import Fault, Invalid
from app.lifecycle import IllegalMove, Status
from app.models.correspondence import Correspondence
from app.models.notice import CAUSES, PAUSE, Notice
from app.models.receipt import Stage
from app.persian import jalali_short, tehran_day
from app.tools import Tools
from sms import texts

MOST_DAYS_AT_ONCE = 5
MOST_PAUSES = 2
MOST_DAYS = 10


@dataclass(frozen=True, slots=True, repr=False)
class Pause:
    """What the form says: `key` is its own and makes sending it twice harmless; `cause` one of
    CAUSES; `days` working days in digits; `words` for the citizen."""

    key: str
    cause: str
    days: str
    words: str


def pause(tools: Tools, actor: Actor, code: Wanted, wish: Pause) -> None:
    """Move the deadline of a claimed letter by so many working days; the citizen gets an SMS.

    Raises Forbidden, NotFound, Changed, Taken, IllegalMove, Invalid.
    """
    allow(actor, "pause")
    reference = tools.book.current()
    with tools.sessions.begin() as session:
        letter = access.find(session, actor, code, lock=True)
        number = identity(actor, letter, (PAUSE, wish.key))
        if session.get(Notice, number) is not None:
            return
        held_by(letter, actor)
        if letter.status != Status.IN_PROGRESS:
            raise IllegalMove("claim it first")
        days, words = _checked(wish)
        teller = Teller(tools.province, actor, clock(session))
        fault = refusal(letter, pauses(session, letter), days, teller.now)
        if fault is not None:
            raise Invalid(Fault("pause", fault))
        until = reference.later(teller.now, days)
        notice = Notice(
            id=number,
            province=teller.province,
            correspondence_id=letter.id,
            agency_code=letter.owner_code,
            kind=PAUSE,
            at=teller.now,
            author=actor.ref,
            text=words,
        )
        notice.cause, notice.days, notice.until = wish.cause, days, tehran_day(until)
        notice.due_before, letter.due_at = letter.due_at, reference.later(letter.due_at, days)
        _write(session, teller, letter, notice, until)
    tools.bell.ring()


def _write(
    session: Session, teller: Teller, letter: Correspondence, notice: Notice, until: datetime
) -> None:
    letter.paused_days += notice.days or 0
    letter.version += 1
    session.add(notice)
    said = texts.paused(letter.tracking_code, jalali_short(until))
    receipts.owe_for(session, teller, notice, Stage.PAUSED, said)
    what = {"notice": str(notice.id), "cause": notice.cause, "days": notice.days}
    teller.tell(session, "paused", letter.id, **what)


def pauses(session: Session, letter: Correspondence) -> Sequence[Notice]:
    """All that this letter ever had."""
    had = select(Notice).where(Notice.correspondence_id == letter.id, Notice.kind == PAUSE)
    return session.scalars(had.order_by(Notice.at)).all()


def refusal(letter: Correspondence, had: Sequence[Notice], days: int, now: datetime) -> str | None:
    """The code of why this letter can't be paused for so long now, or None."""
    today = tehran_day(now)
    reasons = {
        "pause-urgent": letter.urgent,
        "pause-late": letter.due_at < now,
        "pause-running": any(
            one.ended_at is None and one.until is not None and one.until >= today for one in had
        ),
        "pause-twice": len(had) >= MOST_PAUSES,
        "pause-long": letter.paused_days + days > MOST_DAYS,
    }
    return next((code for code, holds in reasons.items() if holds), None)


def _checked(wish: Pause) -> tuple[int, str]:
    faults = []
    if wish.cause not in CAUSES:
        faults.append(Fault("cause", "pause-cause"))
    days = int(wish.days) if wish.days in map(str, range(1, MOST_DAYS_AT_ONCE + 1)) else 0
    if not days:
        faults.append(Fault("days", "pause-days"))
    try:
        words = checked_reason(wish.words)
    except Invalid as error:
        faults += [Fault("words", fault.code) for fault in error.faults]
    if faults:
        raise Invalid(*faults)
    return days, words
