from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, InProvince


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
