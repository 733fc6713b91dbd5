"""Replies to citizens' SMS: claim, commit, speak, record by fence, as the outbox does; but one
whose fate nobody knows is left so. Nobody is owed a reply, and nobody gets it twice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.actions import line
from app.actions.story import clock
from app.models.correspondence import Correspondence
from app.models.inbound import ReplyState, Wish
from app.queries import tracking
from app.reply_words import Case, reply
from app.tools import Tools
from app.vault import Place, Tampered
from sms.gateway import (
    Accepted,
    Gateway,
    LineStopped,
    Message,
    NotSent,
    Outcome,
    Refused,
)
from sms.phone import Phone

AT_ONCE = 20
HOURS_OF_USE = 12
PAUSE_SECONDS = 60
_NOT_OPENED = "the mobile number can't be opened"

# What waited too long tells the past; what was being sent when its sender died may have gone out.
_GIVE_UP = text("""
update inbound_messages
set reply = case when reply = 'sending' then 'unknown' else 'expired' end, fence = null
where (reply = 'sending' and lease_until < now())
   or (reply = 'pending' and at < now() - make_interval(hours => :hours))
""")

_STOPPED = text("select stopped_at from sms_lines where provider = :provider")

_CLAIM = text("""
with due as (
    select message_id from inbound_messages
    where reply = 'pending' and not_before <= now()
    order by not_before limit :limit for update skip locked
)
update inbound_messages m
set reply = 'sending', fence = :fence, attempts = m.attempts + 1,
    lease_until = now() + make_interval(secs => :lease)
from due where m.message_id = due.message_id
returning m.message_id, m.wish, m.local_id, m.correspondence_id
""")

_RECORD = text("""
update inbound_messages
set reply = :state, reply_id = :reply_id, reason = :reason, fence = null,
    not_before = now() + make_interval(secs => :pause)
where message_id = :message_id and fence = :fence and reply = 'sending'
""")


@dataclass(frozen=True, slots=True)
class _Claimed:
    message_id: int
    message: Message


def drain(tools: Tools, gateway: Gateway) -> int:
    """Send what is due once; returns how many were spoken for."""
    fence = uuid4()
    claimed = _claim(tools, gateway.name, fence)
    for one in claimed:
        _record(tools, fence, one.message_id, gateway.send(one.message))
    return len(claimed)


def _claim(tools: Tools, provider: str, fence: UUID) -> list[_Claimed]:
    tools.book.current()  # read before the transaction, which would need a second connection
    with tools.sessions.begin() as session:
        session.execute(_GIVE_UP, {"hours": HOURS_OF_USE})
        if session.scalar(_STOPPED, {"provider": provider}) is not None:
            return []  # a receipt probes the line
        limit = line.permitted(session, tools, provider, AT_ONCE)
        wanted = {"limit": limit, "fence": fence, "lease": tools.sending.lease_seconds}
        rows = session.execute(_CLAIM, wanted).all() if limit else []
        line.used(session, tools.sending, provider, len(rows))
        return list(_messages(session, tools, rows, fence))


def _messages(
    session: Session, tools: Tools, rows: Sequence[Row[Any]], fence: UUID
) -> Iterator[_Claimed]:
    """Each with its words of this moment; one whose number can't be opened is refused."""
    for row in rows:
        own = session.get_one(Correspondence, row.correspondence_id)
        try:
            number = tools.vault.open(own.mobile_sealed, Place("correspondences", "mobile", own.id))
        except Tampered:
            session.execute(_RECORD, _row(row.message_id, fence, Refused(0, _NOT_OPENED)))
        else:
            words = _words(session, tools, Wish(row.wish), own)
            yield _Claimed(row.message_id, Message(Phone(number).local, words, row.local_id))


def _words(session: Session, tools: Tools, wish: Wish, own: Correspondence) -> str:
    letter = tracking.present(session, own)
    agency = tools.book.current().owner(letter.owner_code).sms_name
    return reply(wish, own.tracking_code, Case(letter, agency, letter.due_at < clock(session)))


def _record(tools: Tools, fence: UUID, message_id: int, outcome: Outcome) -> None:
    with tools.sessions.begin() as session:
        session.execute(_RECORD, _row(message_id, fence, outcome))


def _row(message_id: int, fence: UUID, outcome: Outcome) -> dict[str, Any]:
    row = {"message_id": message_id, "fence": fence, "pause": PAUSE_SECONDS}
    match outcome:
        case Accepted(reply_id):
            return row | {"state": ReplyState.SENT, "reply_id": reply_id, "reason": None}
        case NotSent(reason) | LineStopped(_, reason):
            state = ReplyState.PENDING
        case Refused(_, reason):
            state = ReplyState.REFUSED
        case _:
            state, reason = ReplyState.UNKNOWN, outcome.reason
    return row | {"state": state, "reply_id": None, "reason": reason}
