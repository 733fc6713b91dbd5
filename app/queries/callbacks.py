"""The call-back list of a day, as operators work it off."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.call_day import Callback
from app.models.correspondence import Correspondence
from app.queries.identity import Contact, opened
from app.vault import Vault

AT_ONCE = 50


@dataclass(frozen=True, slots=True, repr=False)
class Waiting:
    """A call that we promised to make today, and whom to ask for."""

    callback: Callback
    contact: Contact


def due(session: Session, vault: Vault, province: str, today: date) -> list[Waiting]:
    """Today's, the least tried first, then the oldest; at most fifty at once."""
    rows = session.scalars(
        select(Callback)
        .where(Callback.province == province, Callback.due_on == today)
        .where(Callback.state.in_(("waiting", "offered")))
        .order_by(Callback.attempts, Callback.created_at)
        .limit(AT_ONCE)
    )
    return [Waiting(row, opened(vault, "callbacks", row)) for row in rows]


def registered_as(session: Session, callback_id: UUID) -> str | None:
    """The tracking code that this call-back became, if it has been made."""
    return session.scalar(
        select(Correspondence.tracking_code)
        .join(Callback, Callback.correspondence_id == Correspondence.id)
        .where(Callback.id == callback_id)
    )
