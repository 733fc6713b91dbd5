from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, InProvince
from app.models.citizen import FromCitizen


class CallDay(InProvince, Base):
    """The telephone line's capacity on one Tehran day.

    used: calls accepted. held: slots kept for call-backs promised for this day and not yet made.
    promised: all call-backs ever promised for this day, bounded by a share of the cap.
    """

    __tablename__ = "call_days"
    __table_args__ = (
        CheckConstraint("used >= 0 and held >= 0 and promised >= 0", name="counts"),
        CheckConstraint("used <= cap", name="cap"),
        CheckConstraint("used + held <= cap", name="held"),
    )

    province: Mapped[str] = mapped_column(Text, primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    cap: Mapped[int]
    used: Mapped[int] = mapped_column(server_default=sql("0"))
    held: Mapped[int] = mapped_column(server_default=sql("0"))
    promised: Mapped[int] = mapped_column(server_default=sql("0"))


class Callback(FromCitizen, InProvince, Base):
    """A call over the cap: what the citizen said, and the day on which we promised to call."""

    __tablename__ = "callbacks"
    __table_args__ = (
        CheckConstraint("state in ('waiting', 'offered', 'done', 'given_up')", name="state"),
        CheckConstraint("(state = 'done') = (correspondence_id is not null)", name="done"),
        Index("ix_callbacks_citizen_id", "citizen_id"),
        Index(
            "ix_callbacks_due", "due_on", "created_at",
            postgresql_where=sql("state in ('waiting', 'offered')"),
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(Text, server_default=sql("'waiting'"))
    attempts: Mapped[int] = mapped_column(server_default=sql("0"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    correspondence_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("correspondences.id"), unique=True
    )
