from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, InProvince

QUESTION, PAUSE = "question", "pause"
CAUSES = ("citizen", "document", "body", "visit")


class Notice(InProvince, Base):
    """What an agency tells a citizen on the way: a question, or that the deadline pauses.

    `text` is the question, or the reason of the pause in words; `agency_code` whose it is. A pause
    waits for its `cause`; `days` are the working days by which it moves the deadline, which was
    `due_before`; `until` is its last day; `ended_at` when it ended before that, and then `days` are
    those that were used. `reply` is the citizen's. The SMS about it is a receipt with stage `asked`
    or `paused`.
    """

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint(f"kind in {(QUESTION, PAUSE)}", name="kind"),
        CheckConstraint("text <> ''", name="text"),
        CheckConstraint(
            "(kind = 'pause') = (num_nonnulls(days, until, cause, due_before) = 4) "
            "and (kind = 'question') = (num_nonnulls(days, until, cause, due_before) = 0)",
            name="pause",
        ),
        CheckConstraint(f"cause in {CAUSES}", name="cause"),
        CheckConstraint(
            "(reply is null) = (replied_at is null) and (kind = 'question' or reply is null)",
            name="reply",
        ),
        Index(
            "ix_notices_replied", "agency_code", "replied_at",
            postgresql_where=sql("replied_at is not null"),
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    correspondence_id: Mapped[UUID] = mapped_column(ForeignKey("correspondences.id"), index=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    kind: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    author: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    days: Mapped[int | None]
    until: Mapped[date | None]
    cause: Mapped[str | None] = mapped_column(Text)
    due_before: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reply: Mapped[str | None] = mapped_column(Text)
    replied_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
