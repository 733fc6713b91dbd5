from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Text,
    false,
)
from sqlalchemy import (
    text as sql,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, InProvince, Json
from app.lifecycle import Channel, Outcome, Status
from app.models.agency import Agency
from app.models.citizen import FromCitizen
from app.models.paper import Batch

SOURCES = ("api", "form", "import", "callback", "citizen")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} in ({', '.join(repr(str(value)) for value in values)})"


class Correspondence(FromCitizen, InProvince, Base):
    """A letter, electronic letter or call: one owner and one deadline from its first moment."""

    __tablename__ = "correspondences"
    __table_args__ = (
        CheckConstraint(_one_of("channel", tuple(Channel)), name="channel"),
        CheckConstraint(_one_of("status", tuple(Status)), name="status"),
        CheckConstraint(_one_of("source", SOURCES), name="source"),
        CheckConstraint(_one_of("outcome", tuple(Outcome)), name="outcome"),
        CheckConstraint("tracking_code ~ '^[1-9][0-9]{13}$'", name="tracking_code"),
        CheckConstraint(
            "(channel = 'call' and source <> 'import') = (call_day is not null)", name="call_slot"
        ),
        CheckConstraint(
            "call_day = (registered_at at time zone 'Asia/Tehran')::date", name="call_day"
        ),
        CheckConstraint(
            "status not in ('answered', 'closed') or (outcome is not null and answer is not null)",
            name="answer",
        ),
        CheckConstraint("status <> 'in_progress' or claimed_by is not null", name="claim"),
        CheckConstraint("status <> 'triage' or owner_code = 'triage'", name="triage_owner"),
        CheckConstraint(
            "status not in ('referred', 'in_progress') or owner_code <> 'triage'",
            name="agency_owner",
        ),
        Index("ix_correspondences_desk", "owner_code", "status", "due_at", "id"),
        Index("ix_correspondences_history", "citizen_id", "registered_at"),
        Index("ix_correspondences_registered_at", "registered_at"),
        Index(
            "ix_correspondences_answered_at",
            "answered_at",
            postgresql_where=sql("status = 'answered'"),
        ),
        Index(
            "ix_correspondences_mine",
            "claimed_by",
            "due_at",
            "id",
            postgresql_where=sql("status = 'in_progress'"),
        ),
        Index(
            "ix_correspondences_returned",
            "owner_code",
            "status",
            "due_at",
            "id",
            postgresql_where=sql("returns > 0"),
        ),
        Index(
            "ix_correspondences_answers",
            "owner_code",
            "answered_at",
            postgresql_where=sql("answered_at is not null"),
        ),
        Index(
            "ix_correspondences_merged_into",
            "merged_into",
            postgresql_where=sql("merged_into is not null"),
        ),
        Index(
            "ix_correspondences_triage",
            sql("(not urgent)"),
            "registered_at",
            "id",
            postgresql_where=sql("status = 'triage'"),
        ),
        Index(
            "ix_correspondences_alike",
            sql("(decision ->> 'rule')"),
            sql("coalesce(decision ->> 'suggestion', '')"),
            sql("octet_length(text)"),
            postgresql_where=sql("status = 'triage'"),
        ),
        Index(
            "ix_correspondences_batch_id",
            "batch_id",
            "id",
            postgresql_where=sql("batch_id is not null"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tracking_code: Mapped[str] = mapped_column(Text, unique=True)
    channel: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    owner_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    urgent: Mapped[bool] = mapped_column(Boolean, server_default=false())
    returns: Mapped[int] = mapped_column(server_default=sql("0"))
    decision: Mapped[Json] = mapped_column(JSONB)
    rules_version: Mapped[str] = mapped_column(Text)
    registered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    call_day: Mapped[date | None]
    claimed_by: Mapped[str | None] = mapped_column(Text)
    claimed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    branch_id: Mapped[UUID | None] = mapped_column(ForeignKey("branches.id"))
    outcome: Mapped[str | None] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    satisfied: Mapped[bool | None]
    objected_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    merged_into: Mapped[UUID | None] = mapped_column(ForeignKey("correspondences.id"))
    batch_id: Mapped[UUID | None] = mapped_column(ForeignKey(Batch.id))
    paused_days: Mapped[int] = mapped_column(server_default=sql("0"))
    version: Mapped[int] = mapped_column(server_default=sql("1"))

    owner: Mapped[Agency] = relationship(lazy="raise")
