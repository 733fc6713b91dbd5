from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, InProvince
from app.models.inbound import InboundMessage
from app.models.phone_check import PhoneCheck


class Kind(StrEnum):
    """A reply to a citizen's SMS, or the code that proves a mobile."""

    REPLY = "reply"
    CODE = "code"


class MessageState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    EXPIRED = "expired"


class Message(InProvince, Base):
    """An SMS that nobody is owed: sent at most once, never after `expires_at`, and left so where
    nobody knows its fate. Its words are made when it is sent; `message_id` is the provider's.
    """

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint(f"kind in {tuple(str(k) for k in Kind)}", name="kind"),
        CheckConstraint(f"state in {tuple(str(s) for s in MessageState)}", name="state"),
        CheckConstraint(
            "(kind = 'reply') = (inbound_id is not null) "
            "and (kind = 'code') = (check_id is not null)",
            name="subject",
        ),
        CheckConstraint(
            "state <> 'sending' or (fence is not null and lease_until is not null)", name="fence"
        ),
        Index(
            "ix_messages_due", "not_before",
            postgresql_where=sql("state in ('pending', 'sending')"),
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    inbound_id: Mapped[int | None] = mapped_column(
        ForeignKey(InboundMessage.message_id), unique=True
    )
    check_id: Mapped[UUID | None] = mapped_column(ForeignKey(PhoneCheck.id), unique=True)
    state: Mapped[str] = mapped_column(Text, server_default=sql("'pending'"))
    local_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    attempts: Mapped[int] = mapped_column(server_default=sql("0"))
    not_before: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    fence: Mapped[UUID | None]
    lease_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
