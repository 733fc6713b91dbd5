from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, InProvince


class Stage(StrEnum):
    REGISTERED = "registered"
    REFERRED = "referred"
    ANSWERED = "answered"


class ReceiptState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    BLOCKED = "blocked"
    REJECTED = "rejected"
    HELD = "held"
    SUPPRESSED = "suppressed"


SENT = ("accepted", "delivered", "undelivered", "failed", "blocked")
SETTLED = (*SENT, "rejected", "suppressed")


class Receipt(InProvince, Base):
    """An SMS that we owe a citizen: at most one for each correspondence and stage (the outbox).

    `not_before` is infinity while the receipt of the stage before is not settled.
    """

    __tablename__ = "receipts"
    __table_args__ = (
        UniqueConstraint("correspondence_id", "stage"),
        CheckConstraint(f"stage in {tuple(str(s) for s in Stage)}", name="stage"),
        CheckConstraint(f"state in {tuple(str(s) for s in ReceiptState)}", name="state"),
        CheckConstraint("local_id between 100000000000000 and 999999999999999", name="local_id"),
        CheckConstraint(f"state not in {SENT} or message_id is not null", name="message"),
        CheckConstraint(
            "state <> 'sending' or (fence is not null and lease_until is not null)", name="fence"
        ),
        Index("ix_receipts_due", "not_before", postgresql_where=sql("state = 'pending'")),
        Index(
            "ix_receipts_ambiguous", "lease_until",
            postgresql_where=sql("state in ('sending', 'unknown')"),
        ),
        Index(
            "ix_receipts_poll", "poll_at",
            postgresql_where=sql("state in ('accepted', 'undelivered')"),
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    correspondence_id: Mapped[UUID] = mapped_column(ForeignKey("correspondences.id"))
    stage: Mapped[str] = mapped_column(Text)
    local_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default=sql("'pending'"))
    attempts: Mapped[int] = mapped_column(server_default=sql("0"))
    fence: Mapped[UUID | None]
    lease_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    not_before: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    first_attempt_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_attempt_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    accepted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    look_ups: Mapped[int] = mapped_column(server_default=sql("0"))
    poll_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    provider: Mapped[str] = mapped_column(Text, server_default=sql("'kavenegar'"))
    message_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    provider_status: Mapped[int | None]
    cost: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SmsLine(InProvince, Base):
    """The provider's line as all workers see it: stopped since when, why, next probe when."""

    __tablename__ = "sms_lines"

    provider: Mapped[str] = mapped_column(Text, primary_key=True)
    stopped_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str | None] = mapped_column(Text)
    probe_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
