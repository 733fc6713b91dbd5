"""What an agency may still know of a letter that it had: what its own people did with it."""

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from app import access
from app.access import NotFound
from app.actors import Actor, allow
from app.codes import BadTrackingCode, parse_tracking_code
from app.db import Json
from app.models.correspondence import Correspondence
from app.models.event import Event
from app.models.people import Token, User
from app.queries import desk


def own_steps(session: Session, actor: Actor, raw_code: str) -> list[Json]:
    """Oldest first, as in a history. Raises Forbidden, and NotFound for what it never had."""
    allow(actor, "claim")
    try:
        code = parse_tracking_code(raw_code)
    except BadTrackingCode:
        raise NotFound from None
    if not access.was_ours(session, actor, code):
        raise NotFound
    colleagues = union_all(
        select(func.concat("user:", User.id)).where(User.agency_code == actor.agency),
        select(func.concat("token:", Token.id)).where(Token.agency_code == actor.agency),
    )
    letter = select(Correspondence.id).where(Correspondence.tracking_code == code)
    ours = select(Event).where(
        Event.correspondence_id == letter.scalar_subquery(), Event.actor.in_(colleagues)
    )
    events = session.scalars(ours.order_by(Event.id)).all()
    return desk.told(session, events)
