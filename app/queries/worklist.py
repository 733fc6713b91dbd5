"""The queue of an agency as its staff want it: new, mine, due soon, late, come back to us."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlalchemy.orm import Session

from app import access
from app.actors import Actor, allow
from app.door import Fault, Invalid
from app.lifecycle import Status
from app.models.correspondence import Correspondence
from app.models.referral import Referral
from app.queries.by_deadline import Walk

COUNTED_TO = 100
SOON = timedelta(days=2)
WAITING = "waiting"
_OPEN = (Status.REFERRED, Status.IN_PROGRESS)
STATUSES: Mapping[str, tuple[Status, ...]] = {
    WAITING: _OPEN,
    "new": (Status.REFERRED,),
    "mine": (Status.IN_PROGRESS,),
    "soon": _OPEN,
    "late": _OPEN,
    "returned": _OPEN,
    "answered": (Status.ANSWERED,),
    "closed": (Status.CLOSED,),
}
COUNTED = ("new", "mine", "soon", "late", "returned")


def of(actor: Actor, show: str) -> Walk:
    """One of STATUSES, by deadline. Raises Forbidden, Invalid."""
    allow(actor, "claim")
    if show not in STATUSES:
        raise Invalid(Fault("show", "unknown-status"))
    own = (access.visible(actor), *_more(actor, show))
    return Walk(STATUSES[show], own)


def _more(actor: Actor, show: str) -> tuple[ColumnElement[bool], ...]:
    now = func.now()
    due = Correspondence.due_at
    match show:
        case "mine":
            return (Correspondence.claimed_by == actor.ref,)
        case "soon":
            return (due >= now, due < now + SOON)
        case "late":
            return (due < now,)
        case "returned":
            # A literal, so that the index of returned letters is known to fit.
            return (Correspondence.returns > literal_column("0"), _sent_back_by_us(actor))
    return ()


def _sent_back_by_us(actor: Actor) -> ColumnElement[bool]:
    """We returned it once and it was referred to us again."""
    stays = select(Referral.id).where(
        Referral.correspondence_id == Correspondence.id,
        Referral.agency_code == actor.agency,
        Referral.end_reason == "returned",
    )
    # OFFSET 0: looked up for each letter in the walk, not joined with all that was ever returned.
    return stays.offset(0).exists()


def counts(session: Session, actor: Actor) -> dict[str, int]:
    """How many of each of COUNTED; COUNTED_TO means so many or more."""
    columns = [of(actor, show).count(COUNTED_TO).scalar_subquery().label(show) for show in COUNTED]
    return dict(session.execute(select(*columns)).one()._mapping)
