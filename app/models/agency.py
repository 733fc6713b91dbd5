from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text, true
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, InProvince

TRIAGE = "triage"


class Agency(InProvince, Base):
    """An office that owns letters; `triage` is the desk of what is not yet decided."""

    __tablename__ = "agencies"
    __table_args__ = (
        CheckConstraint("deadline_days between 1 and 60", name="deadline_days"),
        CheckConstraint("char_length(sms_name) between 1 and 22", name="sms_name"),
    )

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    sms_name: Mapped[str] = mapped_column(Text)
    deadline_days: Mapped[int]
    active: Mapped[bool] = mapped_column(server_default=true())


class Branch(InProvince, Base):
    """A branch of an agency, usually one a county."""

    __tablename__ = "branches"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"), index=True)
    name: Mapped[str] = mapped_column(Text)
    county: Mapped[str] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(server_default=true())
