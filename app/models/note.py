from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, InProvince


class Note(InProvince, Base):
    """What was said about a letter later: in a follow-up call, or as the citizen's objection.

    An objection keeps the answer it was raised against, which the next answer replaces.
    """

    __tablename__ = "notes"
    __table_args__ = (
        CheckConstraint("kind in ('call', 'objection')", name="kind"),
        CheckConstraint("text <> ''", name="text"),
        Index(
            "ix_notes_wished", "at",
            postgresql_where=sql("author = 'citizen' and kind = 'call'"),
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    correspondence_id: Mapped[UUID] = mapped_column(ForeignKey("correspondences.id"), index=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    author: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)


class AnswerTemplate(InProvince, Base):
    """An agency's own text for an answer; a retired one is kept and no longer offered."""

    __tablename__ = "answer_templates"
    __table_args__ = (
        Index(
            "ix_answer_templates_agency_code", "agency_code",
            postgresql_where=sql("retired_at is null"),
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    retired_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
