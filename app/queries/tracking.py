"""What a citizen sees with the tracking code and the last four digits of the mobile."""

import hmac
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import NotFound
from app.codes import BadTrackingCode, parse_tracking_code
from app.db import Json
from app.lifecycle import Status
from app.models.correspondence import Correspondence
from app.models.event import Event
from app.persian import ascii_digits
from app.queries.reference import Reference
from app.vault import Place, Vault
from sms.phone import Phone

_SHOWN = (
    "registered",
    "routed",
    "referred",
    "claimed",
    "forwarded",
    "returned",
    "answered",
    "objected",
    "closed",
)


def track(session: Session, vault: Vault, reference: Reference, code: str, last4: str) -> Json:
    """Stage, agency, dates, answer; nothing else. Raises NotFound, the same for a wrong code and
    a wrong number. The comparison takes equal time whether or not the code exists."""
    own = authorised(session, vault, code, last4)
    return shown(session, reference, present(session, own)) | {"tracking_code": own.tracking_code}


def authorised(session: Session, vault: Vault, code: str, last4: str) -> Correspondence:
    """The letter of who knows its code and the last four digits of its mobile. Raises NotFound."""
    letter = _letter(session, code)
    mobile = _mobile(vault, letter) if letter else Phone("+980000000000")
    wanted = "".join(ascii_digits(last4).split()).encode("utf-8", "replace")
    if not hmac.compare_digest(mobile.last4.encode(), wanted) or letter is None:
        raise NotFound
    return letter


def present(session: Session, letter: Correspondence, *, lock: bool = False) -> Correspondence:
    """The letter itself, or the one that it was merged into; its row is held if `lock`."""
    while True:
        if letter.merged_into is not None:
            letter = _last(session, letter.merged_into)
        if lock:
            session.refresh(letter, with_for_update=True)
        if not lock or letter.merged_into is None:
            return letter


def _last(session: Session, letter: UUID) -> Correspondence:
    """The end of a chain of merged letters, however long, by one statement."""
    step = select(Correspondence.id, Correspondence.merged_into)
    chain = step.where(Correspondence.id == letter).cte("chain", recursive=True)
    chain = chain.union_all(step.join(chain, Correspondence.id == chain.c.merged_into))
    last = select(Correspondence).join(chain, chain.c.id == Correspondence.id)
    return session.scalars(last.where(chain.c.merged_into.is_(None))).one()


def open_until(letter: Correspondence, days: int) -> datetime | None:
    """Until when the citizen may object to the answer; None where there is none to object to."""
    if letter.status != Status.ANSWERED or letter.answered_at is None:
        return None
    return letter.answered_at + timedelta(days=days)


def _letter(session: Session, raw: str) -> Correspondence | None:
    try:
        code = parse_tracking_code(raw)
    except BadTrackingCode:
        return None
    return session.scalar(select(Correspondence).where(Correspondence.tracking_code == code))


def _mobile(vault: Vault, letter: Correspondence) -> Phone:
    return Phone(vault.open(letter.mobile_sealed, Place("correspondences", "mobile", letter.id)))


def shown(session: Session, reference: Reference, letter: Correspondence) -> Json:
    """Stage, agency, dates, answer: all that the API says."""
    last = session.execute(
        select(Event.kind, Event.at)
        .where(Event.correspondence_id == letter.id, Event.kind.in_(_SHOWN))
        .order_by(Event.id.desc())
        .limit(1)
    ).first()
    answered = letter.answered_at
    return {
        "tracking_code": letter.tracking_code,
        "stage": str(letter.status),
        "agency": {"code": letter.owner_code, "name": reference.owner(letter.owner_code).name},
        "registered_at": letter.registered_at.astimezone(UTC).isoformat(),
        "due_at": letter.due_at.astimezone(UTC).isoformat(),
        "last_act": _act(last.kind, last.at) if last else None,
        "answer": {
            "outcome": letter.outcome,
            "text": letter.answer,
            "at": answered.astimezone(UTC).isoformat(),
        } if answered else None,
    }  # fmt: skip


def _act(kind: str, at: datetime) -> Json:
    return {"kind": kind, "at": at.astimezone(UTC).isoformat()}
