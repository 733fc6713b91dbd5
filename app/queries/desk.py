"""What staff see: one correspondence, and their own queue by keyset pages."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select, tuple_
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
from app.queries.reference import Reference

PAGE_LIMIT = 100
EXCERPT = 160
WAITING = (Status.TRIAGE, Status.REFERRED, Status.IN_PROGRESS)
_OFTEN_RETURNED = Correspondence.returns >= 3
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
    stays = select(Referral.id, Referral.reason).where(Referral.correspondence_id == letter.id)
    reasons = {str(row.id): row.reason for row in session.execute(stays)}
    return [_step(event, reasons) for event in steps]


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
    query = _queue(actor, page).limit(page.limit + 1)
    letters = list(session.scalars(query))
    if len(letters) <= page.limit:
        return letters, None
    return letters[: page.limit], _cursor(letters[page.limit - 1])


def _queue(actor: Actor, page: Page) -> Select[Correspondence]:
    allow(actor, "queue")
    if not 1 <= page.limit <= PAGE_LIMIT:
        raise Invalid(Fault("limit", "limit"))
    query = select(Correspondence).where(own(actor))
    if page.status is None:
        query = query.where(Correspondence.status.in_(WAITING))
    elif page.status in set(Status):
        query = query.where(Correspondence.status == page.status)
    else:
        raise Invalid(Fault("status", "unknown-status"))
    place = tuple_(Correspondence.due_at, Correspondence.id)
    if page.cursor is not None:
        query = query.where(place > tuple_(*_parse_cursor(page.cursor)))
    return query.order_by(Correspondence.due_at, Correspondence.id)


def own(actor: Actor) -> ColumnElement[bool]:
    """The supervisor's own queue is what triage may no longer decide; triage has the rest."""
    if actor.role is Role.SUPERVISOR:
        return (Correspondence.owner_code == TRIAGE) & _OFTEN_RETURNED
    if actor.role is Role.TRIAGE:
        return access.visible(actor) & ~_OFTEN_RETURNED
    return access.visible(actor)


def _cursor(letter: Correspondence) -> str:
    place = json.dumps([letter.due_at.isoformat(), str(letter.id)])
    return base64.urlsafe_b64encode(place.encode()).decode()


def _parse_cursor(raw: str) -> tuple[datetime, UUID]:
    try:
        due_at, letter_id = json.loads(base64.urlsafe_b64decode(raw.encode()))
        return datetime.fromisoformat(due_at), UUID(letter_id)
    except (ValueError, TypeError, AttributeError, binascii.Error):
        raise Invalid(Fault("cursor", "cursor")) from None


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
