"""The notes of a letter, for whoever may read the letter itself."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.correspondence import Correspondence
from app.models.note import Note


def of_letter(session: Session, letter: Correspondence) -> Sequence[Note]:
    """Oldest first. `letter` was fetched through `access`, which decides who reads it."""
    query = select(Note).where(Note.correspondence_id == letter.id).order_by(Note.at, Note.id)
    return session.scalars(query).all()
