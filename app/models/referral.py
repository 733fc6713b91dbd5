from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, InProvince


class Referral(InProvince, Base):
    """One stay of a correspondence with one owner. Exactly one is open until it is closed, with the
    letter's own `owner_code`, which is why the agency needs no foreign key here."""

    __tablename__ = "referrals"
    __table_args__ = (
        CheckConstraint("(ended_at is null) = (end_reason is null)", name="ending"),
        Index(
            "uq_referrals_open", "correspondence_id", unique=True,
            postgresql_where=text("ended_at is null"),
        ),
        Index("ix_referrals_correspondence_id", "correspondence_id"),
        Index(
            "ix_referrals_news", "agency_code", "opened_at",
            postgresql_where=text("ended_at is null"),
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    correspondence_id: Mapped[UUID] = mapped_column(ForeignKey("correspondences.id"))
    agency_code: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    end_reason: Mapped[str | None] = mapped_column(Text)
