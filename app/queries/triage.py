"""What waits for a triage officer: the urgent first, then the oldest."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal, select, tuple_
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from app import access
from app.actors import Actor, allow
from app.door import Fault, Invalid
from app.lifecycle import Status
from app.likeness import nearly_same
from app.models.agency import TRIAGE
from app.models.correspondence import Correspondence

PAGE = 25
BESIDE = 5
TWINS = 50
CANDIDATES = 300
SHORTER, LONGER = 0.8, 1.25
RETURNS_OF_TRIAGE = 3

PLACE = (~Correspondence.urgent, Correspondence.registered_at, Correspondence.id)


@dataclass(frozen=True, slots=True)
class Pile:
    """One page of the queue, the cursor of the next (None at the end), and how many there are."""

    letters: Sequence[Correspondence]
    cursor: str | None
    waiting: int


def pile(session: Session, actor: Actor, cursor: str | None) -> Pile:
    """Raises Forbidden, Invalid."""
    allow(actor, "refer")
    query = select(Correspondence).where(*waiting()).order_by(*PLACE).limit(PAGE + 1)
    if cursor is not None:
        query = query.where(tuple_(*PLACE) > tuple_(*_parse(cursor)))
    letters = session.scalars(query).all()
    count = session.scalar(select(func.count()).select_from(Correspondence).where(*waiting()))
    onward = _cursor(letters[PAGE - 1]) if len(letters) > PAGE else None
    return Pile(letters[:PAGE], onward, count or 0)


def place(session: Session, letter: Correspondence) -> tuple[int, int]:
    """Which of the queue it is, counted from one, and how many wait; (0, 0) if it does not wait."""
    here = tuple_(~literal(letter.urgent), literal(letter.registered_at), literal(letter.id))
    ahead = func.count().filter(tuple_(*PLACE) < here)
    found = func.bool_or(Correspondence.id == letter.id)
    query = select(ahead, func.count(), found).select_from(Correspondence).where(*waiting())
    row = session.execute(query).one()
    return (row[0] + 1, row[1]) if row[2] else (0, 0)


def beside(session: Session, actor: Actor, letter: Correspondence) -> Sequence[Correspondence]:
    """The latest other open letters of its citizen, which may be about the same."""
    others = select(Correspondence).where(access.beside(actor, letter))
    return session.scalars(others.order_by(Correspondence.registered_at.desc()).limit(BESIDE)).all()


def alike(session: Session, letter: Correspondence) -> Sequence[Correspondence]:
    """Other letters in triage, by whomever, that say nearly the same: petitions and campaigns.

    Looked for among those that the router judged alike and that are about as long.
    """
    size = len(letter.text.encode())
    length = func.octet_length(Correspondence.text)
    rule, suggestion = letter.decision["rule"], letter.decision.get("suggestion") or ""
    near = (
        select(Correspondence.id, Correspondence.text)
        .where(*waiting(), sql("status = 'triage'"), Correspondence.id != letter.id)
        .where(Correspondence.decision.op("->>")(sql("'rule'")) == rule)
        .where(sql("coalesce(decision ->> 'suggestion', '') = :suggestion"))
        .where(length.between(int(size * SHORTER), int(size * LONGER)))
        .order_by(func.abs(length - size), Correspondence.id)
        .limit(CANDIDATES)
    )
    rows = session.execute(near, {"suggestion": suggestion}).all()
    same = nearly_same(letter.text, [row.text for row in rows])[:TWINS]
    twins = select(Correspondence).where(Correspondence.id.in_([rows[n].id for n in same]))
    return session.scalars(twins.order_by(*PLACE)).all()


def waiting() -> tuple[ColumnElement[bool], ...]:
    """What neither the third return nor an objection has taken to the supervisor."""
    return (
        Correspondence.owner_code == TRIAGE,
        Correspondence.status == Status.TRIAGE,
        Correspondence.returns < RETURNS_OF_TRIAGE,
        Correspondence.objected_at.is_(None),
    )


def _cursor(letter: Correspondence) -> str:
    place = [not letter.urgent, letter.registered_at.isoformat(), str(letter.id)]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _parse(raw: str) -> tuple[bool, datetime, UUID]:
    try:
        calm, registered_at, letter_id = json.loads(base64.urlsafe_b64decode(raw.encode()))
        return bool(calm), datetime.fromisoformat(registered_at), UUID(letter_id)
    except (ValueError, TypeError, AttributeError, binascii.Error):
        raise Invalid(Fault("cursor", "cursor")) from None
