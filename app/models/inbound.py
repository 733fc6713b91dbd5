from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, Text
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


class InboundMessage(InProvince, Base):
    """A citizen's SMS to our line, by the provider's id; our reply to it is one of `messages`.

    Neither its text nor its number is kept.
    """

    __tablename__ = "inbound_messages"
    __table_args__ = (
        CheckConstraint(f"wish in {tuple(str(w) for w in Wish)}", name="wish"),
        Index("ix_inbound_messages_mobile_index_at", "mobile_index", "at"),
    )

    message_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    mobile_index: Mapped[bytes] = mapped_column(LargeBinary)
    wish: Mapped[str] = mapped_column(Text)
    correspondence_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("correspondences.id"), index=True
    )
