"""Branches of agencies and the counties they stand in."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.agency import Branch


def of_agency(session: Session, agency: str) -> Sequence[Branch]:
    """The active branches, by county."""
    own = select(Branch).where(Branch.agency_code == agency, Branch.active)
    return session.scalars(own.order_by(Branch.county, Branch.name)).all()


def name_of(session: Session, branch_id: UUID | None) -> str | None:
    """The name of a branch that a letter was forwarded to."""
    if branch_id is None:
        return None
    return session.scalar(select(Branch.name).where(Branch.id == branch_id))


def counties(session: Session, province: str) -> Sequence[str]:
    """Every county in which somebody has a branch."""
    known = select(Branch.county).where(Branch.province == province, Branch.active)
    return session.scalars(known.distinct().order_by(Branch.county)).all()
