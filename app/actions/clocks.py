"""The citizen's one clock: it runs since the registration, and rests only while a pause does."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import deadlines
from app.actions.story import Teller
from app.models.correspondence import Correspondence
from app.models.notice import PAUSE, Notice
from app.persian import tehran_day
from app.queries.reference import Office, Reference

LEAST_DAYS_FOR_A_NEW_OWNER = 2


def citizens_clock(
    reference: Reference, letter: Correspondence, office: Office, now: datetime
) -> datetime:
    """The office's days since the registration and those of the pauses; a new owner still gets at
    least two working days."""
    whole = reference.later(letter.registered_at, office.deadline_days + letter.paused_days)
    return max(whole, reference.later(now, LEAST_DAYS_FOR_A_NEW_OWNER))


def pause_of(session: Session, letter: Correspondence, now: datetime) -> Notice | None:
    """The pause that the letter is in now."""
    running = select(Notice).where(
        Notice.correspondence_id == letter.id,
        Notice.kind == PAUSE,
        Notice.ended_at.is_(None),
        Notice.until >= tehran_day(now),
    )
    return session.scalars(running).first()


def resume(session: Session, teller: Teller, letter: Correspondence, reference: Reference) -> None:
    """End the pause of this locked letter, if there is one: the deadline gets the working days
    back that were not used."""
    pause = pause_of(session, letter, teller.now)
    if pause is None or pause.days is None or pause.due_before is None:
        return
    begun, today = tehran_day(pause.at), tehran_day(teller.now)
    used = min(pause.days, deadlines.working_days(begun, today, reference.holidays))
    letter.due_at = reference.later(pause.due_before, used) if used else pause.due_before
    letter.paused_days -= pause.days - used
    letter.version += 1
    pause.days, pause.ended_at = used, teller.now
    teller.tell(session, "resumed", letter.id, notice=str(pause.id), days=used)
