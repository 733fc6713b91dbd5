"""Questions to citizens and pauses of deadlines, for the staff of a letter and its citizen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.lifecycle import WITH_AGENCY, Status
from app.models.correspondence import Correspondence
from app.models.notice import PAUSE, QUESTION, Notice
from app.queries import tracking

_REPLIED_WHILE = WITH_AGENCY | {Status.TRIAGE}


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """What a citizen reads: the questions, whether they may still be replied to, the pause."""

    questions: Sequence[Notice]
    open: bool
    pause: Notice | None


def of(session: Session, letters: Iterable[UUID]) -> Sequence[Notice]:
    """All of these letters, the oldest first; who reads them was decided by `access`."""
    own = select(Notice).where(Notice.correspondence_id.in_(letters))
    return session.scalars(own.order_by(Notice.at, Notice.id)).all()


def for_citizen(session: Session, code: str, today: date) -> OnTheWay:
    """Of the letter of this code and of the one it was merged into. The caller has made sure that
    it is the citizen who asks."""
    own = session.scalar(select(Correspondence).where(Correspondence.tracking_code == code))
    if own is None:
        return OnTheWay([], open=False, pause=None)
    letter = tracking.present(session, own)
    found = of(session, {own.id, letter.id})
    return OnTheWay(
        [one for one in found if one.kind == QUESTION],
        letter.status in _REPLIED_WHILE,
        next((one for one in found if runs(one, today)), None),
    )


def runs(notice: Notice, today: date) -> bool:
    """Whether it is a pause that lasts."""
    until = notice.until
    return notice.kind == PAUSE and notice.ended_at is None and until is not None and until >= today


def marks(session: Session, letters: Sequence[Correspondence], today: date) -> dict[UUID, str]:
    """What a line of a queue says beside a letter that is worked on: `replied` or `asked` by its
    last question, else `paused`."""
    working = [letter.id for letter in letters if letter.status == Status.IN_PROGRESS]
    found: dict[UUID, str] = {}
    for notice in of(session, working) if working else ():
        if notice.kind == QUESTION:
            found[notice.correspondence_id] = "replied" if notice.reply else "asked"
        elif runs(notice, today):
            found.setdefault(notice.correspondence_id, "paused")
    return found
