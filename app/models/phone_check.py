from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, LargeBinary
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, InProvince


class PhoneCheck(InProvince, Base):
    """A citizen's claim to a mobile, proved by a code that was sent to it; good for one letter.

    The code is kept nowhere: it follows from the check and the keys. `tries` were wrong.
    """

    __tablename__ = "phone_checks"
    __table_args__ = (
        CheckConstraint("tries between 0 and 5", name="tries"),
        CheckConstraint("(used_at is null) = (correspondence_id is null)", name="used"),
        CheckConstraint("asked_at < expires_at", name="expires_at"),
        Index("ix_phone_checks_mobile_index_asked_at", "mobile_index", "asked_at"),
        Index("ix_phone_checks_unused", "asked_at", postgresql_where=sql("used_at is null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    mobile_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    mobile_index: Mapped[bytes] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    tries: Mapped[int] = mapped_column(server_default=sql("0"))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    correspondence_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("correspondences.id"), unique=True
    )
