"""What is new since a page was opened: counted along indexes, and no letter is read for it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from app import access
from app.access import Shown
from app.actors import Actor, allow
from app.codes import BadTrackingCode, parse_tracking_code
from app.db import Json
from app.models.agency import TRIAGE
from app.models.correspondence import Correspondence
from app.models.event import Event
from app.models.notice import Notice
from app.models.referral import Referral
from app.queries import desk

COUNTED_TO = 100


@dataclass(frozen=True, slots=True)
class News:
    """How many referrals came, and how many questions of ours were replied to; COUNTED_TO means
    so many or more."""

    referred: int = 0
    replied: int = 0


def of_agency(session: Session, actor: Actor, since: datetime) -> News:
    """For who works there: replies are about the letters in the own hands. Raises Forbidden."""
    allow(actor, "claim")
    held = select(Correspondence.id).where(
        Correspondence.id == Notice.correspondence_id, Correspondence.claimed_by == actor.ref
    )
    # OFFSET 0: looked up for each reply, not joined with all letters.
    replies = (
        select(literal(1))
        .select_from(Notice)
        .where(Notice.agency_code == actor.agency, Notice.replied_at > since)
        .where(held.offset(0).exists())
        .limit(COUNTED_TO)
    )
    count = select(func.count()).select_from(replies.subquery())
    return News(_referred(session, actor.agency or "", since), session.scalar(count) or 0)


def of_triage(session: Session, actor: Actor, since: datetime) -> News:
    """Raises Forbidden."""
    allow(actor, "refer")
    return News(_referred(session, TRIAGE, since))


def _referred(session: Session, agency: str, since: datetime) -> int:
    came = (
        select(literal(1))
        .select_from(Referral)
        .where(Referral.agency_code == agency, Referral.opened_at > since)
        .where(Referral.ended_at.is_(None))
        .limit(COUNTED_TO)
    )
    return session.scalar(select(func.count()).select_from(came.subquery())) or 0


def of_letter(session: Session, actor: Actor, shown: Shown) -> list[Json] | None:
    """What others did with it since it was shown; None when it is the actor's no more. Raises
    Forbidden."""
    allow(actor, "read")
    try:
        code = parse_tracking_code(shown.code)
    except BadTrackingCode:
        return None
    now = select(Correspondence.id, Correspondence.version).where(
        Correspondence.tracking_code == code, access.visible(actor)
    )
    row = session.execute(now).first()
    if row is None:
        return None
    if row.version == shown.version:
        return []
    others = select(Event).where(
        Event.correspondence_id == row.id,
        Event.id > shown.event,
        Event.actor != actor.ref,
        Event.kind.not_like(r"receipt\_%"),
    )
    return desk.told(session, session.scalars(others.order_by(Event.id)).all())
