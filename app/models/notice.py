from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, InProvince

QUESTION, PAUSE = "question", "pause"


class Notice(InProvince, Base):
    """What an agency tells a citizen on the way: a question, or that the deadline pauses.

    `text` is the question, or the reason of the pause in words; `days` the working days by which a
    pause moved the deadline, `until` its last day; `ended_at` when it ended before that. `reply` is
    the citizen's. The SMS about it is a receipt with stage `asked` or `paused`.
    """

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint(f"kind in {(QUESTION, PAUSE)}", name="kind"),
        CheckConstraint("text <> ''", name="text"),
        CheckConstraint(
            "(kind = 'pause') = (days is not null) and (kind = 'pause') = (until is not null)",
            name="pause",
        ),
        CheckConstraint(
            "(reply is null) = (replied_at is null) and (kind = 'question' or reply is null)",
            name="reply",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    correspondence_id: Mapped[UUID] = mapped_column(ForeignKey("correspondences.id"), index=True)
    kind: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    author: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    days: Mapped[int | None]
    until: Mapped[date | None]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reply: Mapped[str | None] = mapped_column(Text)
    replied_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
