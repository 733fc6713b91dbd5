from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, InProvince


class Wish(StrEnum):
    """What a citizen's SMS asks for; `which` has to be asked back: of which letter?"""

    STATUS = "status"
    SATISFIED = "satisfied"
    OBJECTION = "objection"
    WHICH = "which"
    LATE = "late"
    OTHER = "other"


class ReplyState(StrEnum):
    NONE = "none"
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    EXPIRED = "expired"


class InboundMessage(InProvince, Base):
    """A citizen's SMS to our line, by the provider's id, and what became of our reply to it.

    Neither its text nor its number is kept. A reply is no receipt: nobody is owed one, and one
    whose fate is unknown is never sent again.
    """

    __tablename__ = "inbound_messages"
    __table_args__ = (
        CheckConstraint(f"wish in {tuple(str(w) for w in Wish)}", name="wish"),
        CheckConstraint(f"reply in {tuple(str(s) for s in ReplyState)}", name="reply"),
        CheckConstraint(
            "reply = 'none' or (correspondence_id is not null and local_id is not null)",
            name="subject",
        ),
        CheckConstraint(
            "reply <> 'sending' or (fence is not null and lease_until is not null)", name="fence"
        ),
        Index("ix_inbound_messages_mobile_index_at", "mobile_index", "at"),
        Index(
            "ix_inbound_messages_due", "not_before",
            postgresql_where=sql("reply in ('pending', 'sending')"),
        ),
    )  # fmt: skip

    message_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    mobile_index: Mapped[bytes] = mapped_column(LargeBinary)
    wish: Mapped[str] = mapped_column(Text)
    correspondence_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("correspondences.id"), index=True
    )
    reply: Mapped[str] = mapped_column(Text)
    local_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    attempts: Mapped[int] = mapped_column(server_default=sql("0"))
    not_before: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    fence: Mapped[UUID | None]
    lease_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reply_id: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str | None] = mapped_column(Text)
