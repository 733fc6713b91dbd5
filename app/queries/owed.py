"""Receipts that a person settles: what did not arrive by itself, whom to tell it, and why."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Row, func, select, text, tuple_
from sqlalchemy.orm import Session

from app.actors import Actor, allow
from app.db import Json
from app.door import Fault, Invalid
from app.models.call_day import Callback
from app.models.correspondence import Correspondence
from app.models.notice import Notice
from app.models.receipt import OWED, Receipt, Stage
from app.queries.identity import Contact, Sealed, opened
from app.vault import Tampered, Vault

LONGEST = 1000
_STAGES = tuple(str(stage) for stage in Stage)
# One of the last two is None: SQLAlchemy's types know nothing of outer joins.
Found = Row[Receipt, Correspondence, Callback]

# In these very words: so the planner knows it for the condition of ix_receipts_owed.
_OWED = text(f"receipts.state in {OWED}")
_PLACE = tuple_(Receipt.created_at, Receipt.id)


@dataclass(frozen=True, slots=True)
class Page:
    """Of one state or of all that are owed, after a cursor, at most `limit` of them."""

    state: str | None = None
    cursor: str | None = None
    limit: int = 20


@dataclass(frozen=True, slots=True, repr=False)
class Owed:
    """A receipt with whom to ring. `code`: None for a call that was only taken note of; `contact`:
    None where it can't be opened, and then nobody can be rung."""

    receipt: Receipt
    code: str | None
    contact: Contact | None


def pile(session: Session, vault: Vault, actor: Actor, page: Page) -> tuple[list[Owed], str | None]:
    """The oldest first, and the cursor of the next page (None at the end).

    Raises Forbidden, Invalid.
    """
    allow(actor, "tell")
    rows, cursor = _read(session, page)
    # What one letter owes has one instant: in the order in which the citizen should hear it.
    rows = sorted(rows, key=lambda row: (row[0].created_at, _STAGES.index(row[0].stage)))
    return [_with_contact(vault, row) for row in rows], cursor


def listed(session: Session, state: str | None, limit: int) -> list[Json]:
    """The oldest first for programs: without text, names and numbers. Raises Invalid."""
    rows, _ = _read(session, Page(state, None, limit))
    return [_line(row) for row in rows]


def standing(session: Session, receipt_id: UUID) -> str | None:
    """The state of a receipt now; None where there is none."""
    return session.scalar(select(Receipt.state).where(Receipt.id == receipt_id))


def _read(session: Session, page: Page) -> tuple[Sequence[Found], str | None]:
    if not 1 <= page.limit <= LONGEST:
        raise Invalid(Fault("limit", "limit"))
    query = (
        select(Receipt, Correspondence, Callback)
        .outerjoin(Notice, Notice.id == Receipt.notice_id)
        .outerjoin(
            Correspondence,
            Correspondence.id == func.coalesce(Receipt.correspondence_id, Notice.correspondence_id),
        )
        .outerjoin(Callback, Callback.id == Receipt.callback_id)
        .where(_OWED)
    )
    if page.state is not None:
        if page.state not in OWED:
            raise Invalid(Fault("state", "unknown-status"))
        query = query.where(Receipt.state == page.state)
    if page.cursor is not None:
        query = query.where(tuple_(*_parse_cursor(page.cursor)) < _PLACE)
    query = query.order_by(Receipt.created_at, Receipt.id).limit(page.limit + 1)
    rows: Sequence[Found] = session.execute(query).all()
    if len(rows) <= page.limit:
        return rows, None
    return rows[: page.limit], _cursor(rows[page.limit - 1][0])


def _with_contact(vault: Vault, row: Found) -> Owed:
    receipt, letter, callback = _parts(row)
    code = letter.tracking_code if letter else None
    table = "correspondences" if letter else "callbacks"
    subject: Sealed | None = letter or callback
    try:
        contact = opened(vault, table, subject) if subject else None
    except Tampered:
        contact = None
    return Owed(receipt, code, contact)


def _parts(row: Found) -> tuple[Receipt, Correspondence | None, Callback | None]:
    return row[0], row[1], row[2]


def _line(row: Found) -> Json:
    receipt, letter, callback = _parts(row)
    return {
        "id": str(receipt.id),
        "stage": receipt.stage,
        "state": receipt.state,
        "reason": receipt.reason,
        **({"tracking_code": letter.tracking_code} if letter else {}),
        **({"callback": str(callback.id)} if callback else {}),
        "since": receipt.created_at.astimezone(UTC).isoformat(),
        "tries": receipt.attempts,
    }


def _cursor(receipt: Receipt) -> str:
    place = json.dumps([receipt.created_at.isoformat(), str(receipt.id)])
    return base64.urlsafe_b64encode(place.encode()).decode()


def _parse_cursor(raw: str) -> tuple[datetime, UUID]:
    try:
        created_at, receipt_id = json.loads(base64.urlsafe_b64decode(raw.encode()))
        at = datetime.fromisoformat(created_at)
        return at.replace(tzinfo=at.tzinfo or UTC), UUID(receipt_id)
    except (ValueError, TypeError, AttributeError, binascii.Error):
        raise Invalid(Fault("cursor", "cursor")) from None
