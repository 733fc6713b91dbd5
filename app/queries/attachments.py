"""The files kept with a letter: what is said about them, without their content."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, defer, undefer

from app.models.correspondence import Correspondence
from app.models.paper import Attachment
from app.models.referral import Referral
from app.queries import desk
from app.vault import Place, Tampered, Vault

NAME, CONTENT = "name", "content"


def place(column: str, number: UUID) -> Place:
    """Where a sealed value of an attachment lives."""
    return Place("attachments", column, number)


@dataclass(frozen=True, slots=True, repr=False)
class Kept:
    """A file as pages name it. `pages` is None for a picture."""

    id: UUID
    code: str
    kind: str
    media_type: str
    size: int
    pages: int | None
    name: str
    author: str
    at: datetime


def shown(session: Session, vault: Vault, letter: Correspondence) -> list[Kept]:
    """All files of a letter and of what was merged into it, oldest first. `letter` was fetched
    through `access`, which decides who reads it."""
    return [_kept(vault, letter, each) for each in of_letter(session, letter)]


def given(session: Session, vault: Vault, letter: Correspondence) -> list[Kept]:
    """What the citizen gets with the answer, oldest first."""
    return [_kept(vault, letter, each) for each in of_answer(session, letter)]


def _kept(vault: Vault, letter: Correspondence, each: Attachment) -> Kept:
    return Kept(
        each.id,
        letter.tracking_code,
        each.kind,
        each.media_type,
        each.size,
        each.pages,
        vault.open(each.name_sealed, place(NAME, each.id)),
        each.author,
        each.at,
    )


def of_letter(
    session: Session, letter: Correspondence, file: UUID | None = None
) -> Sequence[Attachment]:
    """The rows; only `file`, with its content, if one is named."""
    all_ = desk.together(letter.id)
    rows = _rows(Attachment.correspondence_id == all_.c.id, file)
    return session.scalars(rows).all()


def of_answer(
    session: Session, letter: Correspondence, file: UUID | None = None
) -> Sequence[Attachment]:
    """What was attached in the stay that ended in the answer, and not later than the answer.

    So what an office attached and did not answer with, or has not answered with yet, stays inside.
    """
    if letter.answered_at is None:
        return []
    began = (
        select(func.max(Referral.opened_at))
        .where(Referral.correspondence_id == letter.id, Referral.opened_at <= letter.answered_at)
        .scalar_subquery()
    )
    with_it = (
        (Attachment.correspondence_id == letter.id)
        & (Attachment.kind == "answer")
        & Attachment.at.between(began, letter.answered_at)
    )
    return session.scalars(_rows(with_it, file)).all()


def _rows(which: ColumnElement[bool], file: UUID | None) -> Select[Attachment]:
    content = Attachment.content_sealed
    rows = select(Attachment).where(which).order_by(Attachment.at, Attachment.id)
    if file is None:
        return rows.options(defer(content, raiseload=True))
    return rows.where(Attachment.id == file).options(undefer(content))


def stay(session: Session, letter: UUID) -> UUID | None:
    """The open referral of a letter."""
    return session.scalar(select(Referral.id).where(*_open(letter)))


def stay_began(session: Session, letter: UUID) -> datetime:
    """When the letter came to its present owner."""
    return session.scalars(select(Referral.opened_at).where(*_open(letter))).one()


def _open(letter: UUID) -> tuple[ColumnElement[bool], ...]:
    return Referral.correspondence_id == letter, Referral.ended_at.is_(None)


def unsound(session: Session, vault: Vault, sample: int) -> tuple[int, list[UUID]]:
    """Open so many files taken at random, or all if 0: how many there were, and which can't be
    opened or are not as long as they say."""
    ids = select(Attachment.id)
    if sample:
        ids = ids.order_by(func.random()).limit(sample)
    numbers = session.scalars(ids).all()
    return len(numbers), [each for each in numbers if not _is_sound(session, vault, each)]


def _is_sound(session: Session, vault: Vault, number: UUID) -> bool:
    row = session.execute(
        select(Attachment.size, Attachment.name_sealed, Attachment.content_sealed).where(
            Attachment.id == number
        )
    ).one()
    try:
        vault.open(row.name_sealed, place(NAME, number))
        content = vault.open_bytes(row.content_sealed, place(CONTENT, number))
    except Tampered:
        return False
    return bool(len(content) == row.size)
