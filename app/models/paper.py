from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, InProvince

MEDIA_TYPES = ("application/pdf", "image/jpeg", "image/png")
ATTACHED = ("scan", "answer")


class Batch(InProvince, Base):
    """A box of paper letters: how many envelopes were counted when it was opened.

    Scans and records are counted from what is attached and registered; a difference stays visible
    until the box is closed with a reason.
    """

    __tablename__ = "batches"
    __table_args__ = (
        UniqueConstraint("province", "number"),
        CheckConstraint("number <> '' and box <> ''", name="named"),
        CheckConstraint("envelopes between 1 and 100000", name="envelopes"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(Text)
    box: Mapped[str] = mapped_column(Text)
    received_on: Mapped[date]
    envelopes: Mapped[int]
    opened_by: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    closed_by: Mapped[str | None] = mapped_column(Text)
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    closing_reason: Mapped[str | None] = mapped_column(Text)


class Attachment(InProvince, Base):
    """A file kept with a letter: the scan of its paper, or what an agency sends with its answer.

    Name and content are sealed for this row; `digest` is the keyed hash of the content, so that the
    same file is kept once. Append-only.
    """

    __tablename__ = "attachments"
    __table_args__ = (
        UniqueConstraint("correspondence_id", "digest"),
        CheckConstraint(f"kind in {ATTACHED}", name="kind"),
        CheckConstraint(f"media_type in {MEDIA_TYPES}", name="media_type"),
        CheckConstraint("size > 0", name="size"),
        Index("ix_attachments_scans", "correspondence_id", postgresql_where=text("kind = 'scan'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    correspondence_id: Mapped[UUID] = mapped_column(ForeignKey("correspondences.id"))
    kind: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    pages: Mapped[int | None]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    author: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
