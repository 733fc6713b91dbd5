from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, DateTime, ForeignKey, Index, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, InProvince, Json

PROGRAM = "program"


class Holiday(InProvince, Base):
    """An official holiday: a table, because lunar dates move and closures come late."""

    __tablename__ = "holidays"

    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)


class RuleSetVersion(InProvince, Base):
    """A routing rule set, file name → text, kept as it was: letters name what decided them."""

    __tablename__ = "rule_sets"

    version: Mapped[str] = mapped_column(Text, primary_key=True)
    content: Mapped[Json] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class RuleActivation(InProvince, Base):
    """From when on a rule set decides, and who said so. The newest is the active one.

    `activated_by` is PROGRAM where an installation or an upgrade did it.
    """

    __tablename__ = "rule_activations"
    __table_args__ = (Index("ix_rule_activations_newest", "activated_at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(ForeignKey("rule_sets.version"))
    activated_by: Mapped[str] = mapped_column(Text)
    activated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class IdempotencyKey(InProvince, Base):
    """A request that was carried out, and what it was answered."""

    __tablename__ = "idempotency_keys"

    scope: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    request_hash: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int]
    # json, not jsonb: the answer is given again with its fields in the same order.
    response: Mapped[Json] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
