"""SMS that nobody is owed: replies to citizens, and codes for those who wait at the screen.

Claim, commit, speak, record by fence, as the outbox does; but one whose fate nobody knows is left
so: nobody gets it twice. Codes go first and at any hour; what is late is not sent at all.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.actions import line
from app.actions.story import clock
from app.codes import mint_local_id, proof_code
from app.ids import new_id
from app.models.correspondence import Correspondence
from app.models.inbound import Wish
from app.models.message import Kind, MessageState
from app.models.message import Message as Noted
from app.models.phone_check import PhoneCheck
from app.queries import tracking
from app.reply_words import Case, reply
from app.sending import FIRST
from app.tools import Tools
from app.vault import Place, Tampered
from sms import texts
from sms.gateway import Accepted, Gateway, LineStopped, Message, NotSent, Outcome, Refused
from sms.phone import Phone

AT_ONCE = 20
REPLY_OF_USE = timedelta(hours=12)
PAUSE_SECONDS = {Kind.CODE: 5, Kind.REPLY: 60}
_NOT_OPENED = "the mobile number can't be opened"

# What waited too long is of no use; what was being sent when its sender died may have gone out.
_GIVE_UP = text("""
update messages
set state = case when state = 'sending' then 'unknown' else 'expired' end, fence = null
where (state = 'sending' and lease_until < now()) or (state = 'pending' and expires_at <= now())
""")

_SHUT = text("""
select exists (select from sms_lines
               where provider = :provider and (stopped_at is not null or unfit is not null))
""")

# The second provider takes what the first one can't: nothing of it can have gone out there.
_CLAIM = text("""
with due as (
    select m.id from messages m
    where m.state = 'pending' and m.not_before <= now() and m.kind = any(:kinds)
      and (:provider = :first or m.attempts > 0 or exists (
        select from sms_lines l
        where l.provider = :first and (l.stopped_at is not null or l.unfit is not null)))
    order by m.kind = 'reply', m.not_before limit :limit for update skip locked
)
update messages m
set state = 'sending', fence = :fence, attempts = m.attempts + 1,
    lease_until = now() + make_interval(secs => :lease)
from due
left join messages own on own.id = due.id
left join inbound_messages i on i.message_id = own.inbound_id
where m.id = due.id
returning m.id, m.kind, m.local_id, m.check_id, i.wish, i.correspondence_id
""")

_RECORD = text("""
update messages
set state = :state, message_id = :message_id, reason = :reason, fence = null,
    not_before = now() + make_interval(secs => :pause)
where id = :id and fence = :fence and state = 'sending'
""")


@dataclass(frozen=True, slots=True)
class _Claimed:
    id: UUID
    kind: Kind
    message: Message


def note_reply(session: Session, province: str, inbound_id: int, now: datetime) -> None:
    """A reply to this SMS is to be sent, while it is of use."""
    until = now + REPLY_OF_USE
    _note(session, Kind.REPLY, now, until, {"inbound_id": inbound_id, "province": province})


def note_code(session: Session, check: PhoneCheck) -> None:
    """The code of this check is to be sent, while it is good."""
    subject = {"check_id": check.id, "province": check.province}
    _note(session, Kind.CODE, check.asked_at, check.expires_at, subject)


def _note(
    session: Session, kind: Kind, now: datetime, until: datetime, subject: dict[str, Any]
) -> None:
    message = Noted(
        id=new_id(),
        kind=kind,
        local_id=mint_local_id(),
        not_before=now,
        expires_at=until,
        created_at=now,
        **subject,
    )
    session.flush()  # what it is about is there first
    session.add(message)


def drain(tools: Tools, gateway: Gateway, pool: ThreadPoolExecutor) -> int:
    """Send some of what is due; returns how many were spoken for."""
    fence = uuid4()
    claimed = _claim(tools, gateway.name, fence)
    outcomes = pool.map(gateway.send, [one.message for one in claimed])
    for one, outcome in zip(claimed, outcomes, strict=True):
        _record(tools, fence, one, outcome)
    return len(claimed)


def _claim(tools: Tools, provider: str, fence: UUID) -> list[_Claimed]:
    tools.book.current()  # read before the transaction, which would need a second connection
    with tools.sessions.begin() as session:
        session.execute(_GIVE_UP)
        if session.scalar(_SHUT, {"provider": provider}):
            return []  # a receipt probes the line
        limit = line.room(session, tools, provider, AT_ONCE)
        wanted = {"limit": limit, "fence": fence, "lease": tools.sending.lease_seconds}
        wanted |= {"provider": provider, "first": FIRST, "kinds": _kinds(session, tools)}
        rows = session.execute(_CLAIM, wanted).all() if limit else []
        line.used(session, tools.sending, provider, len(rows))
        return list(_opened(session, tools, rows, fence))


def _kinds(session: Session, tools: Tools) -> list[str]:
    """In quiet hours only what somebody waits for."""
    quiet = tools.sending.quiet
    latest = clock(session) + timedelta(seconds=tools.sending.lease_seconds)
    kinds = (Kind.CODE,) if quiet and quiet.until(latest) else tuple(Kind)
    return [str(kind) for kind in kinds]


def _opened(
    session: Session, tools: Tools, rows: Sequence[Row[Any]], fence: UUID
) -> Iterator[_Claimed]:
    """Codes first; one whose number can't be opened is refused."""
    for row in sorted(rows, key=lambda row: row.kind):
        kind = Kind(row.kind)
        compose = _code if kind is Kind.CODE else _reply
        try:
            number, words = compose(session, tools, row)
        except Tampered:
            session.execute(_RECORD, _row(row.id, kind, fence, Refused(0, _NOT_OPENED)))
        else:
            yield _Claimed(row.id, kind, Message(Phone(number).local, words, row.local_id))


def _code(session: Session, tools: Tools, row: Row[Any]) -> tuple[str, str]:
    check = session.get_one(PhoneCheck, row.check_id)
    number = tools.vault.open(check.mobile_sealed, Place("phone_checks", "mobile", check.id))
    return number, texts.proof(proof_code(tools.vault, check.id, number))


def _reply(session: Session, tools: Tools, row: Row[Any]) -> tuple[str, str]:
    """In the words of this moment."""
    own = session.get_one(Correspondence, row.correspondence_id)
    number = tools.vault.open(own.mobile_sealed, Place("correspondences", "mobile", own.id))
    letter = tracking.present(session, own)
    agency = tools.book.current().owner(letter.owner_code).sms_name
    case = Case(letter, agency, letter.due_at < clock(session))
    return number, reply(Wish(row.wish), own.tracking_code, case)


def _record(tools: Tools, fence: UUID, one: _Claimed, outcome: Outcome) -> None:
    with tools.sessions.begin() as session:
        session.execute(_RECORD, _row(one.id, one.kind, fence, outcome))


def _row(id_: UUID, kind: Kind, fence: UUID, outcome: Outcome) -> dict[str, Any]:
    row = {"id": id_, "fence": fence, "pause": PAUSE_SECONDS[kind], "message_id": None}
    match outcome:
        case Accepted(message_id):
            return row | {"state": MessageState.SENT, "message_id": message_id, "reason": None}
        case NotSent(reason) | LineStopped(_, reason):
            state = MessageState.PENDING
        case Refused(_, reason):
            state = MessageState.REFUSED
        case _:
            state, reason = MessageState.UNKNOWN, outcome.reason
    return row | {"state": state, "reason": reason}
