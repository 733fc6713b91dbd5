"""What else a citizen has written: so that nobody asks twice, and a twin is noticed."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from app import access
from app.actors import Actor, allow
from app.models.citizen import Citizen
from app.models.correspondence import Correspondence
from app.vault import Vault

AT_MOST = 5


def of_citizen(
    session: Session, vault: Vault, actor: Actor, national_id: str
) -> Sequence[Correspondence]:
    """The latest of who has this national ID, as far as the actor may read them."""
    index = vault.index("national_id", national_id)
    citizen = select(Citizen.id).where(Citizen.national_id_index == index)
    return _latest(session, actor, Correspondence.citizen_id == citizen.scalar_subquery())


def beside(session: Session, actor: Actor, code: str) -> Sequence[Correspondence]:
    """The latest others by the citizen of this tracking code."""
    this = aliased(Correspondence)
    citizen = select(this.citizen_id).where(this.tracking_code == code).scalar_subquery()
    others = (Correspondence.citizen_id == citizen) & (Correspondence.tracking_code != code)
    return _latest(session, actor, others)


def _latest(session: Session, actor: Actor, which: ColumnElement[bool]) -> Sequence[Correspondence]:
    allow(actor, "read")
    letters = select(Correspondence).where(which, access.visible(actor))
    latest = letters.order_by(Correspondence.registered_at.desc()).limit(AT_MOST)
    return session.scalars(latest).all()
