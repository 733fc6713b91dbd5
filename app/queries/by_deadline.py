"""Correspondences by deadline, page by page, however many there are: each status is one walk along
an index, and the database merges the walks instead of sorting all that waits."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Tuple, func, literal, select, tuple_, union_all
from sqlalchemy.orm import Session, aliased

from app.door import Fault, Invalid
from app.lifecycle import Status
from app.models.correspondence import Correspondence

Place = tuple[datetime, UUID]
_HERE = (Correspondence.due_at, Correspondence.id)


@dataclass(frozen=True, slots=True)
class Walk:
    """What is looked at: these statuses, and of them what fulfils all conditions."""

    statuses: Sequence[Status]
    conditions: tuple[ColumnElement[bool], ...]

    def page(
        self, session: Session, after: Place | None, limit: int
    ) -> tuple[list[Correspondence], Place | None]:
        """The next ones, and the place from which to go on (None at the end)."""
        letters = list(session.scalars(self._letters(after, limit + 1)))
        if len(letters) <= limit:
            return letters, None
        return letters[:limit], place_of(letters[limit - 1])

    def nth(self, session: Session, after: Place | None, n: int) -> Place | None:
        """The place of the n-th from here, or None when there are fewer."""
        either = self._either(after, n)
        order = select(either.due_at, either.id).order_by(either.due_at, either.id)
        row = session.execute(order.offset(n - 1).limit(1)).first()
        return (row[0], row[1]) if row else None

    def count(self, limit: int) -> Select[int]:
        """How many, counted up to a limit: what is beyond it costs nothing."""
        arms = [select(literal(1)).where(*which).limit(limit) for which in self._arms(None)]
        return select(func.least(func.count(), limit)).select_from(union_all(*arms).subquery())

    def upto(self, last: Place | None, *more: ColumnElement[bool]) -> "Walk":
        """The same as far as a place, with more conditions."""
        end = () if last is None else (_here() <= tuple_(*last),)
        return Walk(self.statuses, self.conditions + end + more)

    def _letters(self, after: Place | None, limit: int) -> Select[Correspondence]:
        either = self._either(after, limit)
        return select(either).order_by(either.due_at, either.id).limit(limit)

    def _either(self, after: Place | None, limit: int) -> type[Correspondence]:
        """So many of each status suffice; without their own order and limit all would be read."""
        arms = [
            select(Correspondence).where(*which).order_by(*_HERE).limit(limit)
            for which in self._arms(after)
        ]
        return aliased(Correspondence, union_all(*arms).subquery())

    def _arms(self, after: Place | None) -> list[tuple[ColumnElement[bool], ...]]:
        onward = () if after is None else (_here() > tuple_(*after),)
        return [
            (Correspondence.status == status, *self.conditions, *onward) for status in self.statuses
        ]


def _here() -> Tuple:
    return tuple_(*_HERE)


def place_of(letter: Correspondence) -> Place:
    return letter.due_at, letter.id


def cursor(place: Place | None) -> str | None:
    """A place as it travels in addresses and forms."""
    if place is None:
        return None
    words = json.dumps([place[0].isoformat(), str(place[1])])
    return base64.urlsafe_b64encode(words.encode()).decode()


def parse_cursor(raw: str | None) -> Place | None:
    """Raises Invalid."""
    if not raw:
        return None
    try:
        due_at, letter_id = json.loads(base64.urlsafe_b64decode(raw.encode()))
        return datetime.fromisoformat(due_at), UUID(letter_id)
    except (ValueError, TypeError, AttributeError, binascii.Error):
        raise Invalid(Fault("cursor", "cursor")) from None
