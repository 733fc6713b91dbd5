"""What citizens object to, beside the answers they object to: for who decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.note import Note
from app.models.referral import Referral


@dataclass(frozen=True, slots=True)
class Objection:
    """The citizen's words, and the answer as it then stood."""

    at: datetime
    text: str
    answer: str


def of(session: Session, letters: Iterable[UUID]) -> dict[UUID, list[Objection]]:
    """The objections to each of these letters, the last one first."""
    notes = select(Note).where(Note.correspondence_id.in_(letters), Note.kind == "objection")
    found: dict[UUID, list[Objection]] = {}
    for note in session.scalars(notes.order_by(Note.at.desc())):
        said = Objection(note.at, note.text, note.answer or "")
        found.setdefault(note.correspondence_id, []).append(said)
    return found


def answered_by(session: Session, letter: UUID) -> str | None:
    """The agency whose answer was objected to last."""
    stays = select(Referral.agency_code).where(
        Referral.correspondence_id == letter, Referral.end_reason == "objected"
    )
    return session.scalar(stays.order_by(Referral.ended_at.desc()).limit(1))
