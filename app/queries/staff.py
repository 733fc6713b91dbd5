"""Names of colleagues, for histories and claims."""

import re
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.people import Token, User

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SOURCES = {
    "user": (User.id, User.display_name),
    "token": (Token.id, Token.name),
}


def names(session: Session, refs: Iterable[str | None]) -> dict[str, str]:
    """`{"user:…": name}` for the references that events and claims keep; others are left out."""
    wanted: dict[str, set[UUID]] = {kind: set() for kind in _SOURCES}
    for ref in refs:
        kind, _, raw = (ref or "").partition(":")
        if kind in wanted and _UUID.fullmatch(raw):
            wanted[kind].add(UUID(raw))
    found: dict[str, str] = {}
    for kind, ids in wanted.items():
        if ids:
            key, name = _SOURCES[kind]
            rows = session.execute(select(key, name).where(key.in_(ids)))
            found |= {f"{kind}:{row[0]}": row[1] for row in rows}
    return found
