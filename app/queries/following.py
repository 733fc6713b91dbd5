"""Finding a letter for a citizen who rings to ask: by code, national ID or mobile."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, case, false, or_, select
from sqlalchemy.orm import Session

from app import access
from app.actors import Actor, allow
from app.codes import BadTrackingCode, parse_national_id, parse_tracking_code
from app.models.citizen import Citizen
from app.models.correspondence import Correspondence
from app.queries.desk import WAITING
from app.vault import Vault
from sms.phone import Phone

AT_MOST = 20


def code_of(asked: str) -> str | None:
    """The tracking code, if that is what was typed."""
    try:
        return parse_tracking_code(asked)
    except BadTrackingCode:
        return None


def of_person(
    session: Session, vault: Vault, actor: Actor, asked: str
) -> Sequence[Correspondence] | None:
    """The letters by a national ID or given with a mobile, what waits first, then the latest.

    None when it is neither. Some numbers are both; then both are meant.
    """
    allow(actor, "read")
    meant = [one for one in (_by_person(vault, asked), _by_mobile(vault, asked)) if one is not None]
    if not meant:
        return None
    waits = case((Correspondence.status.in_(WAITING), 0), else_=1)
    letters = select(Correspondence).where(or_(false(), *meant), access.visible(actor))
    latest = letters.order_by(waits, Correspondence.registered_at.desc()).limit(AT_MOST)
    return session.scalars(latest).all()


def _by_person(vault: Vault, asked: str) -> ColumnElement[bool] | None:
    try:
        index = vault.index("national_id", parse_national_id(asked))
    except ValueError:
        return None
    citizen = select(Citizen.id).where(Citizen.national_id_index == index)
    return Correspondence.citizen_id == citizen.scalar_subquery()


def _by_mobile(vault: Vault, asked: str) -> ColumnElement[bool] | None:
    try:
        return Correspondence.mobile_index == vault.index("mobile", Phone.parse(asked).e164)
    except ValueError:
        return None
