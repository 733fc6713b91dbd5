"""The only fetch on somebody's behalf: what isn't yours to see does not exist for you."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, false, select, true
from sqlalchemy.orm import Session

from app.actors import Actor, Role, allow
from app.codes import BadTrackingCode, parse_tracking_code
from app.db import Json
from app.lifecycle import WITH_AGENCY, Status
from app.models.agency import TRIAGE
from app.models.correspondence import Correspondence
from app.models.event import Event
from app.models.referral import Referral


class NotFound(Exception):
    """No such correspondence, or not yours to see: the answer is the same for both."""


class MovedOn(NotFound):
    """It was yours and is somebody else's now: a colleague was quicker."""


class Changed(Exception):
    """Others have changed it since it was shown."""

    def __init__(self, changes: Sequence["Change"]) -> None:
        super().__init__(", ".join(change.kind for change in changes))
        self.changes = changes


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody else did, as its event tells it."""

    kind: str
    actor: str
    at: datetime
    data: Json


@dataclass(frozen=True, slots=True)
class Shown:
    """A letter as it stood before somebody's eyes: its version, and its last event by then."""

    code: str
    version: int
    event: int


Wanted = str | Shown


def visible(actor: Actor) -> ColumnElement[bool]:
    """The correspondences that this actor may read, as a condition.

    Operators answer any citizen's follow-up call; administrators and auditors read no letter.
    """
    match actor.role:
        case Role.OPERATOR | Role.SUPERVISOR:
            return true()
        case Role.TRIAGE:
            return Correspondence.owner_code == TRIAGE
        case Role.AGENCY | Role.MANAGER:
            return Correspondence.owner_code == actor.agency
    return false()


def find(session: Session, actor: Actor, wanted: Wanted, *, lock: bool = False) -> Correspondence:
    """The correspondence of this tracking code; raises NotFound.

    `lock` is for who wants to act on it: it holds the row, raises MovedOn for a correspondence that
    the actor's desk had and has no longer, and Changed for one that others have changed since it
    was shown.
    """
    allow(actor, "read")
    try:
        code = parse_tracking_code(wanted.code if isinstance(wanted, Shown) else wanted)
    except BadTrackingCode:
        raise NotFound from None
    query = select(Correspondence).where(Correspondence.tracking_code == code, visible(actor))
    letter = session.scalar(query.with_for_update() if lock else query)
    if letter is None:
        raise MovedOn if lock and was_ours(session, actor, code) else NotFound
    if lock and isinstance(wanted, Shown) and wanted.version != letter.version:
        _unchanged(session, actor, letter, wanted.event)
    return letter


def _unchanged(session: Session, actor: Actor, letter: Correspondence, event: int) -> None:
    """Return if nobody else did anything since that event: what one did oneself is known."""
    since = select(Event).where(Event.correspondence_id == letter.id, Event.id > event)
    others = since.where(
        Event.actor != actor.ref, Event.kind.not_like(r"receipt\_%"), Event.kind != "file_read"
    )
    changes = session.scalars(others.order_by(Event.id)).all()
    if changes:
        raise Changed([Change(one.kind, one.actor, one.at, one.data) for one in changes])


def beside(actor: Actor, letter: Correspondence) -> ColumnElement[bool]:
    """The other open letters of the same citizen, whoever has them. Triage sees them beside a
    letter that it has itself, to tell whether both are one matter; nobody else does."""
    if actor.role is not Role.TRIAGE or letter.owner_code != TRIAGE:
        return false()
    same_citizen = Correspondence.citizen_id == letter.citizen_id
    open_ = Correspondence.status.in_((Status.TRIAGE, *WITH_AGENCY))
    return same_citizen & (Correspondence.id != letter.id) & open_


def find_beside(
    session: Session, actor: Actor, letter: Correspondence, raw_code: str
) -> Correspondence | None:
    """The one of them that has this tracking code."""
    try:
        code = parse_tracking_code(raw_code)
    except BadTrackingCode:
        return None
    wanted = select(Correspondence).where(Correspondence.tracking_code == code)
    return session.scalar(wanted.where(beside(actor, letter)))


def was_ours(session: Session, actor: Actor, code: str) -> bool:
    """Whether the actor's desk has ever had the letter of this code."""
    desk = TRIAGE if actor.role is Role.TRIAGE else actor.agency
    stay = select(Referral.id).join(Correspondence, Correspondence.id == Referral.correspondence_id)
    ours = stay.where(Correspondence.tracking_code == code, Referral.agency_code == desk)
    return session.scalar(ours.limit(1)) is not None
