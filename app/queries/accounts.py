"""Accounts and tokens, for administrators."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import Json
from app.models.people import Token, User


def users(session: Session) -> list[Json]:
    """Every account, without anything secret."""
    rows = session.scalars(select(User).order_by(User.username))
    return [
        {
            "username": row.username,
            "name": row.display_name,
            "role": row.role,
            "agency": row.agency_code,
            "disabled": row.disabled_at is not None,
        }
        for row in rows
    ]


def tokens(session: Session) -> list[Json]:
    """Every token's name, role and agency, and whether it still opens."""
    rows = session.scalars(select(Token).order_by(Token.created_at))
    return [
        {
            "name": row.name,
            "role": row.role,
            "agency": row.agency_code,
            "revoked": row.revoked_at is not None,
        }
        for row in rows
    ]
