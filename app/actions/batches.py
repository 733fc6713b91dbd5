"""Boxes of paper letters: opened with so many envelopes, closed when all of them are accounted for
or with the reason why not."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.access import NotFound
from app.actions.refer import checked_reason
from app.actions.story import Teller, clock
from app.actors import Actor, allow
from app.door import NAME_LIMIT, Fault, Invalid, is_blank, is_storable
from app.models.paper import Batch
from app.persian import tehran_day
from app.queries import batches
from app.tools import Tools

MOST = 100_000
OLDEST = timedelta(days=366)  # paper that is received and registered
_NUMBER = re.compile(r"[0-9A-Za-z\u0621-\u06cc][0-9A-Za-z\u0621-\u06cc_-]{0,39}")


class Closed(Exception):
    """Nothing can be done with this box any more."""


@dataclass(frozen=True, slots=True)
class NewBatch:
    """A box as it was counted. `key` is the form's own and makes sending it twice harmless."""

    key: str
    number: str
    box: str
    received_on: date
    envelopes: int


def open_box(tools: Tools, actor: Actor, new: NewBatch) -> str:
    """Begin a box; returns its number. Safe to repeat. Raises Forbidden, Invalid."""
    allow(actor, "batch")
    with tools.sessions.begin() as session:
        teller = Teller(tools.province, actor, clock(session))
        _check(new, tehran_day(teller.now))
        identity = uuid5(NAMESPACE_URL, f"batch|{actor.ref}|{new.key}")
        before = session.get(Batch, identity)
        if before is not None:
            return before.number
        row = insert(Batch).values(
            id=identity,
            province=tools.province,
            number=new.number,
            box=new.box,
            received_on=new.received_on,
            envelopes=new.envelopes,
            opened_by=actor.ref,
            opened_at=teller.now,
        )
        made: str | None = session.scalar(row.on_conflict_do_nothing().returning(Batch.number))
        if made is None:
            raise Invalid(Fault("number", "batch-number-known"))
        teller.tell(session, "batch_opened", None, batch=made, envelopes=new.envelopes)
    return made


def _check(new: NewBatch, today: date) -> None:
    faults = []
    if not _NUMBER.fullmatch(new.number):
        faults.append(Fault("number", "batch-number"))
    if is_blank(new.box) or len(new.box) > NAME_LIMIT or not is_storable(new.box):
        faults.append(Fault("box", "batch-box"))
    if not 1 <= new.envelopes <= MOST:
        faults.append(Fault("envelopes", "batch-envelopes"))
    if not today - OLDEST <= new.received_on <= today:
        faults.append(Fault("received", "received-day"))
    if faults:
        raise Invalid(*faults)


def close(tools: Tools, actor: Actor, number: str, reason: str) -> None:
    """End a box whose envelopes are all scanned and registered, or say why not.

    Raises Forbidden, NotFound, Closed, Invalid. Who registers a letter of it meanwhile is waited
    for, and who comes later is refused.
    """
    allow(actor, "batch")
    with tools.sessions.begin() as session:
        own = select(Batch).where(Batch.province == tools.province, Batch.number == number)
        batch = session.scalar(own.with_for_update())
        if batch is None:
            raise NotFound
        if batch.closed_at is not None:
            raise Closed
        counted = batches.counts(session, batch)
        if not counted.even:
            reason = checked_reason(reason)
        teller = Teller(tools.province, actor, clock(session))
        batch.closed_by, batch.closed_at = actor.ref, teller.now
        batch.closing_reason = reason.strip() or None
        sums = {"envelopes": counted.envelopes, "records": counted.records}
        teller.tell(session, "batch_closed", None, batch=number, scanned=counted.scanned, **sums)


def of_letter(session: Session, province: str, number: str) -> UUID:
    """The open box a letter is registered into; it stays open until this transaction ends.

    Raises Invalid.
    """
    wanted = select(Batch.id).where(
        Batch.province == province, Batch.number == number, Batch.closed_at.is_(None)
    )
    found = session.scalar(wanted.with_for_update(read=True, key_share=True))
    if found is None:
        raise Invalid(Fault("batch", "batch-closed"))
    return found
