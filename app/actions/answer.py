"""Answering a correspondence, and closing it when the time to object is over."""

from datetime import timedelta

from sqlalchemy import select

from app import access
from app.access import Wanted
from app.actions import clocks, receipts
from app.actions.refer import end_referrals, held_by
from app.actions.story import Teller, clock
from app.actors import SYSTEM, Actor, allow
from app.db import Json
from app.door import TEXT_LIMIT, Fault, Invalid, is_storable
from app.lifecycle import IllegalMove, Outcome, Status, move
from app.models.correspondence import Correspondence
from app.models.receipt import Stage
from app.queries.desk import summary
from app.tools import Tools
from sms import texts

CLOSE_AT_ONCE = 200


def answer(tools: Tools, actor: Actor, code: Wanted, outcome: str, words: str) -> Json:
    """Answer a claimed correspondence with an outcome and words; the citizen gets an SMS.

    A pause ends. Raises Forbidden, NotFound, Changed, Taken, IllegalMove, Invalid.
    """
    allow(actor, "answer")
    result, words = _checked(outcome, words)
    reference = tools.book.current()
    with tools.sessions.begin() as session:
        letter = access.find(session, actor, code, lock=True)
        held_by(letter, actor)
        if letter.status != Status.IN_PROGRESS:
            raise IllegalMove("claim it first")
        teller = Teller(tools.province, actor, clock(session))
        clocks.resume(session, teller, letter, reference)
        letter.status = move(Status(letter.status), Status.ANSWERED)
        letter.outcome, letter.answer, letter.answered_at = result, words, teller.now
        letter.version += 1
        said = texts.answered(letter.tracking_code, reference.owner(letter.owner_code).sms_name)
        receipts.owe(session, teller, Stage.ANSWERED, {letter.id: said})
        teller.tell(session, "answered", letter.id, outcome=result)
        body = summary(letter, reference)
    tools.bell.ring()
    return body


def _checked(outcome: str, raw: str) -> tuple[Outcome, str]:
    words = raw.strip()
    faults = []
    if outcome not in set(Outcome):
        faults.append(Fault("outcome", "unknown-outcome"))
    if not words:
        faults.append(Fault("text", "text-empty"))
    elif len(words) > TEXT_LIMIT:
        faults.append(Fault("text", "text-too-long"))
    elif not is_storable(words):
        faults.append(Fault("text", "bad-character"))
    if faults:
        raise Invalid(*faults)
    return Outcome(outcome), words


def close_answered(tools: Tools, objection_days: int) -> int:
    """Close what was answered longer ago than the time to object; returns how many."""
    with tools.sessions.begin() as session:
        teller = Teller(tools.province, SYSTEM, clock(session))
        ripe = (
            select(Correspondence)
            .where(Correspondence.status == Status.ANSWERED)
            .where(Correspondence.answered_at < teller.now - timedelta(days=objection_days))
            .order_by(Correspondence.answered_at)
            .limit(CLOSE_AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        letters = session.scalars(ripe).all()
        for letter in letters:
            letter.status = move(Status(letter.status), Status.CLOSED)
            letter.closed_at = teller.now
            letter.version += 1
            teller.tell(session, "closed", letter.id)
        end_referrals(session, teller, letters, "closed")
    return len(letters)
