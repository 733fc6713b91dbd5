from datetime import date, datetime
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
from app.models.notice import Notice


class Stage(StrEnum):
    REGISTERED = "registered"
    REFERRED = "referred"
    ANSWERED = "answered"
    NOTED = "noted"
    ASKED = "asked"
    PAUSED = "paused"


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
    TOLD = "told"
    WAIVED = "waived"


SENT = ("accepted", "delivered", "undelivered", "failed", "blocked")
BY_A_PERSON = ("told", "waived")
SETTLED = (*SENT, "rejected", "suppressed", *BY_A_PERSON)
# What a person is to look after: nobody knows, or we know that the citizen has not read it.
OWED = ("held", "undelivered", "failed", "blocked", "rejected", "suppressed")


class Receipt(InProvince, Base):
    """An SMS that we owe a citizen: at most one for each correspondence and stage (the outbox),
    one for each call that was only taken note of (stage `noted`), and one for each notice of an
    agency (`asked`, `paused`).

    `not_before` is infinity while the receipt of the stage before is not settled. `counted_on` is
    the Tehran day on which it was counted for its phone.
    """

    __tablename__ = "receipts"
    __table_args__ = (
        UniqueConstraint("correspondence_id", "stage"),
        CheckConstraint(f"stage in {tuple(str(s) for s in Stage)}", name="stage"),
        CheckConstraint(f"state in {tuple(str(s) for s in ReceiptState)}", name="state"),
        CheckConstraint(
            "(stage = 'noted') = (callback_id is not null) "
            "and (stage in ('asked', 'paused')) = (notice_id is not null) "
            "and num_nonnulls(correspondence_id, callback_id, notice_id) = 1",
            name="subject",
        ),
        CheckConstraint("local_id between 100000000000000 and 999999999999999", name="local_id"),
        CheckConstraint(f"state not in {SENT} or message_id is not null", name="message"),
        CheckConstraint(
            "state <> 'sending' or (fence is not null and lease_until is not null)", name="fence"
        ),
        Index(
            "uq_receipts_callback_id_stage", "callback_id", "stage", unique=True,
            postgresql_where=sql("callback_id is not null"),
        ),
        Index(
            "uq_receipts_message_id_provider", "message_id", "provider", unique=True,
            postgresql_where=sql("message_id is not null"),
        ),
        Index(
            "uq_receipts_notice_id", "notice_id", unique=True,
            postgresql_where=sql("notice_id is not null"),
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
        Index(
            "ix_receipts_owed", "created_at", "id", postgresql_include=["state"],
            postgresql_where=sql(f"state in {OWED}"),
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    correspondence_id: Mapped[UUID | None] = mapped_column(ForeignKey("correspondences.id"))
    callback_id: Mapped[UUID | None] = mapped_column(ForeignKey("callbacks.id"))
    notice_id: Mapped[UUID | None] = mapped_column(ForeignKey(Notice.id))
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
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    provider_status: Mapped[int | None]
    cost: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    counted_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SmsLine(InProvince, Base):
    """A provider's line as all workers see it.

    Stopped since when, why, next probe when; `worries` what the check of the account found, `unfit`
    those of them that forbid to send; `free_at` when the next message may go at the set rate.
    """

    __tablename__ = "sms_lines"

    provider: Mapped[str] = mapped_column(Text, primary_key=True)
    stopped_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str | None] = mapped_column(Text)
    probe_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    unfit: Mapped[str | None] = mapped_column(Text)
    worries: Mapped[str | None] = mapped_column(Text)
    credit: Mapped[int | None] = mapped_column(BigInteger)
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    checked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    free_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    quiet_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class PhoneDay(InProvince, Base):
    """How many receipts were due for one phone on one Tehran day; those over the limit were
    counted too, and not sent."""

    __tablename__ = "phone_days"

    mobile_index: Mapped[bytes] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True, index=True)
    asked: Mapped[int]
