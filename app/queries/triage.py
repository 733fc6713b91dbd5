"""What waits for a triage officer: the urgent first, then the oldest."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import Session

from app.actors import Actor, allow
from app.door import Fault, Invalid
from app.lifecycle import Status
from app.models.agency import TRIAGE
from app.models.correspondence import Correspondence

PAGE = 25
RETURNS_OF_TRIAGE = 3

_PLACE = (~Correspondence.urgent, Correspondence.registered_at, Correspondence.id)


@dataclass(frozen=True, slots=True)
class Pile:
    """One page of the queue, the cursor of the next (None at the end), and how many there are."""

    letters: Sequence[Correspondence]
    cursor: str | None
    waiting: int


def pile(session: Session, actor: Actor, cursor: str | None) -> Pile:
    """Raises Forbidden, Invalid."""
    allow(actor, "refer")
    query = select(Correspondence).where(*_waiting()).order_by(*_PLACE).limit(PAGE + 1)
    if cursor is not None:
        query = query.where(tuple_(*_PLACE) > tuple_(*_parse(cursor)))
    letters = session.scalars(query).all()
    waiting = session.scalar(select(func.count()).select_from(Correspondence).where(*_waiting()))
    onward = _cursor(letters[PAGE - 1]) if len(letters) > PAGE else None
    return Pile(letters[:PAGE], onward, waiting or 0)


def first(session: Session, actor: Actor) -> str | None:
    """The tracking code of the letter to decide next, or None when all is decided."""
    allow(actor, "refer")
    codes = select(Correspondence.tracking_code).where(*_waiting())
    return session.scalar(codes.order_by(*_PLACE).limit(1))


def _waiting() -> tuple[ColumnElement[bool], ...]:
    """What the third return has not taken to the supervisor."""
    return (
        Correspondence.owner_code == TRIAGE,
        Correspondence.status == Status.TRIAGE,
        Correspondence.returns < RETURNS_OF_TRIAGE,
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
