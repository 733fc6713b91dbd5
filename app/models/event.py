from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, InProvince, Json


class Event(InProvince, Base):
    """What happened, written in the transaction that did it. Append-only; no identity data.

    `tx` lets the sealer take only events of finished transactions, so that the chain has no gap.
    """

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_misused", "at", postgresql_where=text("kind = 'doorbell_misused'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    correspondence_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("correspondences.id"), index=True
    )
    kind: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    data: Mapped[Json] = mapped_column(JSONB, server_default=text("'{}'"))
    tx: Mapped[int] = mapped_column(BigInteger, server_default=text("txid_current()"))


class EventSeal(InProvince, Base):
    """A link of the chain: the keyed hash of the event and of the link before.

    `format` says how the event was told to it (app.chain). No foreign key to the event: the chain
    itself proves that it is there.
    """

    __tablename__ = "event_seals"

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    format: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
