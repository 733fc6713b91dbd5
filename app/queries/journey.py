"""The way of a letter in the citizen's eyes: what happened, what comes next, what may be said."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import Json
from app.lifecycle import OPEN, Status
from app.models.agency import TRIAGE
from app.models.correspondence import Correspondence
from app.models.event import Event
from app.models.note import Note
from app.queries import tracking
from app.queries.reference import Reference
from app.tools import Tools

_KINDS = (
    "registered",
    "routed",
    "referred",
    "claimed",
    "returned",
    "answered",
    "satisfied",
    "objected",
    "closed",
)
_MOVES = ("routed", "referred", "returned", "objected")
_AHEAD: dict[str, tuple[str, ...]] = {
    Status.TRIAGE: ("referred", "claimed", "answered"),
    Status.REFERRED: ("claimed", "answered"),
    Status.IN_PROGRESS: ("answered",),
}


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened; `agency` is the name of whoever got it, where somebody did."""

    kind: str
    at: datetime
    agency: str = ""


@dataclass(frozen=True, slots=True)
class Journey:
    """`letter` as the API tells it; `open_until` while the citizen may speak about the answer."""

    letter: Json
    steps: Sequence[Step]
    ahead: Sequence[str]
    merged: bool
    waits: bool
    satisfied: bool
    objected: bool
    open_until: datetime | None
    replaced: Sequence[tuple[datetime, str]]


def read(session: Session, tools: Tools, code: str, last4: str, days: int) -> Journey:
    """For who knows the code and the mobile's last four digits; raises NotFound."""
    reference = tools.book.current()
    own = tracking.authorised(session, tools.vault, code, last4)
    letter = tracking.present(session, own)
    until = tracking.open_until(letter, days)
    told = tracking.shown(session, reference, letter)
    return Journey(
        letter=told | {"tracking_code": own.tracking_code},
        steps=list(_steps(session, reference, letter)),
        ahead=_AHEAD.get(letter.status, ()),
        merged=letter is not own,
        waits=letter.status in OPEN - {Status.ANSWERED},
        satisfied=letter.satisfied is True,
        objected=letter.objected_at is not None,
        open_until=until if until and datetime.now(UTC) < until else None,
        replaced=_replaced(session, letter),
    )


def _steps(session: Session, reference: Reference, letter: Correspondence) -> Iterator[Step]:
    """Every stay, and within the last one who has it in hand."""
    found = session.scalars(
        select(Event)
        .where(Event.correspondence_id == letter.id, Event.kind.in_(_KINDS))
        .order_by(Event.id)
    ).all()
    moved = max((n for n, event in enumerate(found) if event.kind in _MOVES), default=0)
    for place, event in enumerate(found):
        if event.kind != "claimed" or place > moved:
            yield _step(event, reference)


def _step(event: Event, reference: Reference) -> Step:
    code = str(event.data.get("agency", ""))
    kind = event.kind
    if kind == "routed":
        kind = "triage" if code == TRIAGE else "referred"
    return Step(kind, event.at, reference.owner(code).name if code else "")


def _replaced(session: Session, letter: Correspondence) -> list[tuple[datetime, str]]:
    """Answers that were objected to and that a later one stands in place of."""
    notes = select(Note.at, Note.answer).where(
        Note.correspondence_id == letter.id,
        Note.kind == "objection",
        Note.answer.is_not(None),
        Note.answer != letter.answer,
    )
    return [(at, answer or "") for at, answer in session.execute(notes.order_by(Note.at))]
