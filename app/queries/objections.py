"""What citizens object to, beside the answers they object to: for who decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, func, literal, select, text
from sqlalchemy.orm import Session

from app.actors import Actor, allow
from app.lifecycle import Status
from app.models.correspondence import Correspondence
from app.models.note import Note
from app.models.referral import Referral
from app.queries.identity import Contact, opened
from app.vault import Tampered, Vault

AT_MOST = 50
# In these very words: so the planner knows it for the condition of ix_notes_wished.
_BY_SMS = text("notes.author = 'citizen' and notes.kind = 'call'")


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


@dataclass(frozen=True, slots=True, repr=False)
class Wished:
    """A letter whose citizen said by SMS that they object, and has yet to say why. `contact`: None
    where it can't be opened."""

    letter: Correspondence
    at: datetime
    contact: Contact | None


def wished(session: Session, vault: Vault, actor: Actor, days: int) -> list[Wished]:
    """Whose time to object is not over, the first that will be first. Raises Forbidden."""
    allow(actor, "object")
    soonest = _wishes(days).add_columns(Correspondence, Note.at)
    rows = session.execute(soonest.order_by(Correspondence.answered_at).limit(AT_MOST)).all()
    return [Wished(row[1], row[2], _contact(vault, row[1])) for row in rows]


def count_wished(session: Session, days: int) -> int:
    """How many of them there are, AT_MOST and no more."""
    some = _wishes(days).limit(AT_MOST).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _wishes(days: int) -> Select[int]:
    window = func.now() - timedelta(days=days)
    return (
        select(literal(1))
        .select_from(Note)
        .join(Correspondence, Correspondence.id == Note.correspondence_id)
        .where(_BY_SMS, Note.at > window, Note.at > Correspondence.answered_at)
        .where(Correspondence.status == Status.ANSWERED, Correspondence.answered_at > window)
    )


def _contact(vault: Vault, letter: Correspondence) -> Contact | None:
    try:
        return opened(vault, "correspondences", letter)
    except Tampered:
        return None
