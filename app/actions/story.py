"""Events: what happened, told in the transaction that did it. No identity data."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actors import Actor
from app.models.event import Event

_CLOCK = text("select clock_timestamp()")


def clock(session: Session) -> datetime:
    """The database's clock: the only one that days, deadlines and leases are read from."""
    now: datetime = session.execute(_CLOCK).scalar_one()
    return now


@dataclass(frozen=True, slots=True)
class Teller:
    """Who tells, and the one instant of everything that is told."""

    province: str
    actor: Actor
    now: datetime

    def tell(self, session: Session, kind: str, letter: UUID | None, **data: object) -> None:
        session.add(
            Event(
                province=self.province,
                at=self.now,
                correspondence_id=letter,
                kind=kind,
                actor=self.actor.ref,
                data=data,
            )
        )
