"""Names of colleagues, for histories and claims."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.actors import Actor, allow
from app.models.correspondence import Correspondence
from app.models.people import Token, User

COUNTED_TO = 100

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


@dataclass(frozen=True, slots=True)
class Colleague:
    """An active person of the agency and how many letters they hold, COUNTED_TO at most."""

    ref: str
    name: str
    open: int


def colleagues(session: Session, actor: Actor) -> list[Colleague]:
    """Of the actor's own agency, by name. Raises Forbidden."""
    allow(actor, "assign")
    ref = func.concat("user:", User.id)
    held = (
        select(Correspondence.id)
        .where(Correspondence.claimed_by == ref, Correspondence.status == "in_progress")
        .limit(COUNTED_TO)
        .correlate(User)
        .subquery()
    )
    count = select(func.count()).select_from(held).scalar_subquery()
    own = select(ref, User.display_name, count).where(
        User.agency_code == actor.agency, User.disabled_at.is_(None)
    )
    rows = session.execute(own.order_by(User.display_name, User.id)).all()
    return [Colleague(*row) for row in rows]
