from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, LargeBinary, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, InProvince, Json


class Citizen(InProvince, Base):
    """A person, found by the keyed hash of the national ID.

    Names and mobile stand on each correspondence, as they were given with it.
    """

    __tablename__ = "citizens"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    national_id_index: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    national_id_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class FromCitizen:
    """What a citizen said and the identity given with it, each sealed for its own row."""

    citizen_id: Mapped[UUID] = mapped_column(ForeignKey("citizens.id"))
    text: Mapped[str] = mapped_column(Text)
    county: Mapped[str | None] = mapped_column(Text)
    fields: Mapped[Json] = mapped_column(JSONB, server_default=sql("'{}'"))
    mobile_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    mobile_index: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    first_name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    last_name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
