"""What staff see: one correspondence, and their own queue by keyset pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, func, literal, select
from sqlalchemy.orm import Session

from app import access
from app.actors import Actor, Role, allow
from app.db import Json
from app.door import Fault, Invalid
from app.lifecycle import Status
from app.models.agency import TRIAGE
from app.models.correspondence import Correspondence
from app.models.event import Event
from app.models.receipt import Receipt
from app.models.referral import Referral
from app.queries import by_deadline
from app.queries.reference import Reference

PAGE_LIMIT = 100
EXCERPT = 160
WAITING = (Status.TRIAGE, Status.REFERRED, Status.IN_PROGRESS)
_FOR_SUPERVISOR = (Correspondence.returns >= 3) | Correspondence.objected_at.is_not(None)
_STAGES = ("registered", "referred", "answered")


def summary(letter: Correspondence, reference: Reference) -> Json:
    """Code, status, owner and deadline, as every answer about a correspondence begins."""
    owner = reference.owner(letter.owner_code)
    return {
        "tracking_code": letter.tracking_code,
        "status": str(letter.status),
        "agency": {"code": letter.owner_code, "name": owner.name},
        "due_at": letter.due_at.astimezone(UTC).isoformat(),
    }


def detail(session: Session, reference: Reference, letter: Correspondence) -> Json:
    """The summary with decision, receipts and events; no identity data."""
    receipts = session.execute(
        select(Receipt.stage, Receipt.state).where(Receipt.correspondence_id == letter.id)
    ).all()
    return summary(letter, reference) | {
        "channel": letter.channel,
        "registered_at": letter.registered_at.astimezone(UTC).isoformat(),
        "text": letter.text,
        "county": letter.county,
        "urgent": letter.urgent,
        "returns": letter.returns,
        "claimed_by": letter.claimed_by,
        "outcome": letter.outcome,
        "answer": letter.answer,
        "decision": {"rule": letter.decision["rule"], "because": letter.decision["because"]},
        "receipts": [
            {"stage": r.stage, "state": r.state}
            for r in sorted(receipts, key=lambda r: _STAGES.index(r.stage))
        ],
        "events": history(session, letter),
    }


def history(session: Session, letter: Correspondence) -> list[Json]:
    """Every step, oldest first; the reason of a referral or return comes from the referral."""
    steps = session.scalars(
        select(Event).where(Event.correspondence_id == letter.id).order_by(Event.id)
    ).all()
    return told(session, steps)


def told(session: Session, events: Sequence[Event]) -> list[Json]:
    """Events of one letter as a history tells them."""
    letters = {event.correspondence_id for event in events}
    stays = select(Referral.id, Referral.reason).where(Referral.correspondence_id.in_(letters))
    reasons = {str(row.id): row.reason for row in session.execute(stays)}
    return [_step(event, reasons) for event in events]


def last_event(session: Session, code: str) -> int:
    """The number of the last thing that happened to the letter of this code; 0 for none."""
    of_letter = select(func.max(Event.id)).join(
        Correspondence, Correspondence.id == Event.correspondence_id
    )
    return session.scalar(of_letter.where(Correspondence.tracking_code == code)) or 0


def joined(session: Session, letter: Correspondence) -> list[Correspondence]:
    """What was merged into it, oldest first, and what had been merged into that before."""
    all_ = together(letter.id)
    others = select(Correspondence).join(all_, all_.c.id == Correspondence.id)
    others = others.where(Correspondence.id != letter.id)
    return list(session.scalars(others.order_by(Correspondence.registered_at)))


def together(letter: UUID) -> CTE:
    """The ids of a letter and of all that was merged into it, however long the chain."""
    found = select(literal(letter).label("id")).cte("together", recursive=True)
    more = select(Correspondence.id).join(found, Correspondence.merged_into == found.c.id)
    return found.union_all(more)


def _step(event: Event, reasons: Mapping[str, str]) -> Json:
    data = dict(event.data)
    referral = data.pop("referral", None)
    if referral in reasons:
        data["reason"] = reasons[referral]
    at = event.at.astimezone(UTC).isoformat()
    return {"at": at, "kind": event.kind, "actor": event.actor, "data": data}


@dataclass(frozen=True, slots=True)
class Page:
    """A status (or all that wait for somebody), after a cursor, at most `limit` of them."""

    status: str | None = None
    cursor: str | None = None
    limit: int = 50


def queue(session: Session, actor: Actor, page: Page) -> tuple[list[Correspondence], str | None]:
    """The actor's own queue by deadline, and the cursor of the next page (None at the end).

    Urgent ones carry a flag; raises Forbidden, Invalid.
    """
    allow(actor, "queue")
    if not 1 <= page.limit <= PAGE_LIMIT:
        raise Invalid(Fault("limit", "limit"))
    if page.status is not None and page.status not in set(Status):
        raise Invalid(Fault("status", "unknown-status"))
    statuses = WAITING if page.status is None else (Status(page.status),)
    walk = by_deadline.Walk(statuses, (own(actor),))
    letters, onward = walk.page(session, by_deadline.parse_cursor(page.cursor), page.limit)
    return letters, by_deadline.cursor(onward)


def own(actor: Actor) -> ColumnElement[bool]:
    """The supervisor's own queue is what triage may no longer decide; triage has the rest."""
    if actor.role is Role.SUPERVISOR:
        return (Correspondence.owner_code == TRIAGE) & _FOR_SUPERVISOR
    if actor.role is Role.TRIAGE:
        return access.visible(actor) & ~_FOR_SUPERVISOR
    return access.visible(actor)


def item(letter: Correspondence, reference: Reference) -> Json:
    """A line of a queue."""
    return summary(letter, reference) | {
        "channel": letter.channel,
        "registered_at": letter.registered_at.astimezone(UTC).isoformat(),
        "urgent": letter.urgent,
        "returns": letter.returns,
        "claimed_by": letter.claimed_by,
        "excerpt": letter.text[:EXCERPT],
    }
