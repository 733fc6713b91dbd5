"""What is past its deadline, by owner."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.correspondence import Correspondence
from app.queries.desk import WAITING


def by_owner(session: Session) -> dict[str, int]:
    """How many open correspondences of each owner are overdue now."""
    overdue = (
        select(Correspondence.owner_code, func.count())
        .where(Correspondence.status.in_(WAITING), Correspondence.due_at < func.now())
        .group_by(Correspondence.owner_code)
    )
    return {row[0]: row[1] for row in session.execute(overdue)}
