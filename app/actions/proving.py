"""A citizen proves a mobile by a code that is sent to it; there is no account and no password."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.actions import messages
from app.actions.story import clock
from app.actors import Forbidden
from app.codes import PROOF_DIGITS, proof_code
from app.door import Fault, Invalid
from app.ids import new_id
from app.models.phone_check import PhoneCheck
from app.persian import ascii_digits
from app.queries import proof
from app.tools import Tools
from app.vault import Place
from sms.phone import BadPhone, Phone

GOOD_FOR = timedelta(minutes=10)
MOST_TRIES = 5
MOST_CODES = ((timedelta(hours=1), 3), (timedelta(days=1), 6))
KEPT_DAYS = 8

_IN_TURN = text("select pg_advisory_xact_lock(hashtextextended(:name, 0))")

_FORGET = (
    text("""
delete from messages m using phone_checks p
where p.id = m.check_id and p.used_at is null
  and p.asked_at < now() - make_interval(days => :days)
"""),
    text("""
delete from phone_checks p
where p.used_at is null and p.asked_at < now() - make_interval(days => :days)
  and not exists (select from messages m where m.check_id = p.id)
"""),
)


_USE = text("""
update phone_checks set used_at = :now, correspondence_id = :id
where id = :check and used_at is null and mobile_index = :mobile_index
returning id
""")


class TooOften(Exception):
    """This mobile got as many codes as it may; `until` when it may have another one."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


class LineAway(Exception):
    """No SMS can leave now."""


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    check: UUID
    mobile: Phone


@dataclass(frozen=True, slots=True, repr=False)
class Proof:
    """The proved mobile; or None, and the stable code of what is wrong with the code. `used` when
    the check has its letter."""

    mobile: Phone | None
    fault: str = ""
    used: bool = False


def ask(tools: Tools, wanted: UUID, raw_mobile: str) -> Asked:
    """Have a code sent to this mobile. Asked twice under one id, one code goes out.

    Raises Invalid, TooOften, LineAway. None of them tells whether the mobile is known to us.
    """
    try:
        mobile = Phone.parse(raw_mobile)
    except BadPhone:
        raise Invalid(Fault("mobile", "mobile")) from None
    index = tools.vault.index("mobile", mobile.e164)
    with tools.sessions.begin() as session:
        for name in (index.hex(), str(wanted)):
            session.execute(_IN_TURN, {"name": name})
        now = clock(session)
        before = session.get(PhoneCheck, wanted)
        if before is not None and _is_open(before, index, now):
            return Asked(wanted, mobile)
        _require_room(session, index, now)
        if not proof.can_send(session):
            raise LineAway
        check = _check(tools, new_id() if before else wanted, mobile, now)
        session.add(check)
        messages.note_code(session, check)
    tools.bell.ring()
    return Asked(check.id, mobile)


def _is_open(check: PhoneCheck, index: bytes, now: datetime) -> bool:
    fresh = check.used_at is None and check.tries < MOST_TRIES and now < check.expires_at
    return fresh and bytes(check.mobile_index) == index


def _require_room(session: Session, index: bytes, now: datetime) -> None:
    longest = max(span for span, _ in MOST_CODES)
    own = select(PhoneCheck.asked_at).where(
        PhoneCheck.mobile_index == index, PhoneCheck.asked_at > now - longest
    )
    asked = session.scalars(own.order_by(PhoneCheck.asked_at.desc())).all()
    full = [
        asked[most - 1] + span
        for span, most in MOST_CODES
        if len(asked) >= most and asked[most - 1] > now - span
    ]
    if full:
        raise TooOften(max(full))


def _check(tools: Tools, id_: UUID, mobile: Phone, now: datetime) -> PhoneCheck:
    return PhoneCheck(
        id=id_,
        province=tools.province,
        mobile_sealed=tools.vault.seal(mobile.e164, Place("phone_checks", "mobile", id_)),
        mobile_index=tools.vault.index("mobile", mobile.e164),
        asked_at=now,
        expires_at=now + GOOD_FOR,
        tries=0,
    )


def prove(tools: Tools, check_id: UUID | None, typed: str) -> Proof:
    """The mobile of this check, if the code is right; a wrong one is counted.

    A check that has its letter is proved as long as the code is right: the letter is shown again.
    """
    digits = "".join(ascii_digits(typed).split())
    with tools.sessions.begin() as session:
        check = session.get(PhoneCheck, check_id, with_for_update=True) if check_id else None
        if check is None or check.tries >= MOST_TRIES:
            return Proof(None, "code-over")
        if check.used_at is None and check.expires_at <= clock(session):
            return Proof(None, "code-late")
        if not (digits.isascii() and digits.isdigit() and len(digits) == PROOF_DIGITS):
            return Proof(None, "code-shape")
        sealed = Place("phone_checks", "mobile", check.id)
        mobile = Phone(tools.vault.open(check.mobile_sealed, sealed))
        right = proof_code(tools.vault, check.id, mobile.e164)
        if not hmac.compare_digest(right, digits):
            check.tries += 1
            return Proof(None, "code-wrong" if check.tries < MOST_TRIES else "code-over")
    return Proof(mobile, used=check.used_at is not None)


def use(session: Session, check: UUID, letter: Mapping[str, Any]) -> None:
    """The check has its letter (columns of a correspondence), in the same transaction as that is
    written. Raises Forbidden for one that had its letter, or whose mobile is another."""
    row = {name: letter[name] for name in ("id", "now", "mobile_index")}
    if session.execute(_USE, row | {"check": check}).first() is None:
        raise Forbidden("register")


def forget(tools: Tools) -> int:
    """Drop the numbers of those who never wrote; returns 0, for there is no reason to hurry."""
    with tools.sessions.begin() as session:
        for statement in _FORGET:
            session.execute(statement, {"days": KEPT_DAYS})
    return 0
