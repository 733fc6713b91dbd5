"""Merging a duplicate: kept and counted, it points to the letter that stands for both."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import access
from app.actions.refer import end_referrals, is_for_supervisor
from app.actions.story import Teller, clock
from app.actors import Actor, Forbidden, allow
from app.codes import BadTrackingCode, parse_tracking_code
from app.db import Json
from app.door import Fault, Invalid
from app.lifecycle import Status, move
from app.models.correspondence import Correspondence
from app.queries.desk import summary
from app.tools import Tools


def merge(tools: Tools, actor: Actor, code: str, into: str) -> Json:
    """A letter in triage becomes one with another open letter of the same citizen, wherever that
    is. Its receipts stay as they are; the other keeps its owner and its deadline.

    Raises Forbidden, NotFound, IllegalMove, Invalid. Answers with the letter that stands for both.
    """
    allow(actor, "merge")
    reference = tools.book.current()
    with tools.sessions.begin() as session:
        _lock(session, code, into)
        letter = access.find(session, actor, code, lock=True)
        if is_for_supervisor(letter):
            raise Forbidden("the supervisor decides after the third return or an objection")
        status = move(Status(letter.status), Status.MERGED)
        other = access.find_beside(session, actor, letter, into)
        if other is None:
            raise Invalid(Fault("into", "not-open"))
        teller = Teller(tools.province, actor, clock(session))
        letter.status, letter.merged_into = status, other.id
        letter.claimed_by = letter.claimed_at = None
        letter.version += 1
        other.urgent = other.urgent or letter.urgent
        other.version += 1
        end_referrals(session, teller, [letter], "merged")
        _tell(session, teller, letter.id, other.id)
        return summary(other, reference)


def _lock(session: Session, *raw_codes: str) -> None:
    """Both rows, always in the same order: two who merge the same letters crosswise do not wait
    for each other for ever."""
    try:
        codes = [parse_tracking_code(raw) for raw in raw_codes]
    except BadTrackingCode:
        return
    rows = select(Correspondence.id).where(Correspondence.tracking_code.in_(codes))
    session.execute(rows.order_by(Correspondence.id).with_for_update()).all()


def _tell(session: Session, teller: Teller, letter: UUID, other: UUID) -> None:
    teller.tell(session, "merged", letter, into=str(other))
    teller.tell(session, "joined", other, of=str(letter))
