from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, InProvince

RETURNED, REFERRED = "returned", "referred"


class RoutingExample(InProvince, Base):
    """What a person's act teaches of a letter: `referred` names its right agency (the newest one
    counts), `returned` a wrong one. Append-only."""

    __tablename__ = "routing_examples"
    __table_args__ = (
        CheckConstraint(f"kind in {(RETURNED, REFERRED)}", name="kind"),
        CheckConstraint("agency_code <> 'triage'", name="agency"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    correspondence_id: Mapped[UUID] = mapped_column(ForeignKey("correspondences.id"), index=True)
    kind: Mapped[str] = mapped_column(Text)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    decided_by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    rules_version: Mapped[str] = mapped_column(ForeignKey("rule_sets.version"))
