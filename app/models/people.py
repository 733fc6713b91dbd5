from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, InProvince

ROLES = ("operator", "triage", "agency", "manager", "supervisor", "admin", "auditor")
AGENCY_ROLES = ("agency", "manager")

_KNOWN_ROLE = f"role in {ROLES}"
_AGENCY_IF_ITS_STAFF = f"(role in {AGENCY_ROLES}) = (agency_code is not null)"


class User(InProvince, Base):
    """Somebody who logs in. The columns of the second factor wait for their pages."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint(_KNOWN_ROLE, name="role"),
        CheckConstraint(_AGENCY_IF_ITS_STAFF, name="agency"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(Text, unique=True)
    display_name: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    agency_code: Mapped[str | None] = mapped_column(ForeignKey("agencies.code"))
    branch_id: Mapped[UUID | None] = mapped_column(ForeignKey("branches.id"))
    totp_secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_last_step: Mapped[int | None]
    failed_logins: Mapped[int] = mapped_column(server_default=text("0"))
    locked_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    disabled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class StaffSession(InProvince, Base):
    """A log-in, by the SHA-256 of its cookie: a stolen table opens no door."""

    __tablename__ = "sessions"

    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Token(InProvince, Base):
    """A program's key to the API, by its SHA-256."""

    __tablename__ = "tokens"
    __table_args__ = (
        CheckConstraint(_KNOWN_ROLE, name="role"),
        CheckConstraint(_AGENCY_IF_ITS_STAFF, name="agency"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    agency_code: Mapped[str | None] = mapped_column(ForeignKey("agencies.code"))
    hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
