"""A citizen's SMS to our line: what it asks for, done once, and a reply noted down to be sent.

The sender's number opens the door: it must be the mobile of the letter. Neither number nor words
are kept.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.actions import messages, objection
from app.actions.objection import CITIZEN, NotOpen
from app.actions.story import Teller, clock
from app.codes import BadTrackingCode, parse_tracking_code
from app.ids import new_id
from app.lifecycle import Status
from app.models.correspondence import Correspondence
from app.models.inbound import InboundMessage, Wish
from app.models.message import Message
from app.models.note import Note
from app.persian import ascii_digits
from app.queries import tracking
from app.tools import Tools
from sms.phone import BadPhone, Phone

MOST_REPLIES_A_DAY = 6
_VERDICTS = {"1": Wish.SATISFIED, "2": Wish.OBJECTION}
_VERDICT = re.compile(r"([12])(?!\d)[\s.،,:-]*(.*)", re.DOTALL)
_BETWEEN_DIGITS = re.compile(r"[\s\-\u200c]+")
_CODE = re.compile(r"(?<!\d)\d{14}(?!\d)", re.ASCII)
_NOTE = "با پیامک گفت که به پاسخ اعتراض دارد. متن اعتراض را از او بپرسید."


@dataclass(frozen=True, slots=True, repr=False)
class Sms:
    """As the provider hands it over; `id` is its own and never comes for another message."""

    id: int
    sender: str
    text: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the words ask for, and of which letter if they name one."""

    wish: Wish
    code: str | None


def receive(tools: Tools, sms: Sms, days: int) -> None:
    """Do what it asks; the same message again changes nothing. Never raises for what it says."""
    try:
        sender = Phone.parse(sms.sender).e164
    except BadPhone:
        return
    index = tools.vault.index("mobile", sender)
    with tools.sessions.begin() as session:
        teller = Teller(tools.province, CITIZEN, clock(session))
        if not _is_new(session, teller, sms.id, index):
            return
        wish, letter = _done(session, teller, read(sms.text), index, days)
        replies = letter is not None and _may_reply(session, index, teller.now)
        session.execute(
            update(InboundMessage)
            .where(InboundMessage.message_id == sms.id)
            .values(wish=wish, correspondence_id=letter.id if letter else None)
        )
        if replies:
            messages.note_reply(session, tools.province, sms.id, teller.now)
    if replies:
        tools.bell.ring()


def read(words: str) -> _Asked:
    """`1` or `2`, with a code or without; a code anywhere in the words; or nothing of ours."""
    plain = ascii_digits(words).strip()
    verdict = _VERDICT.fullmatch(plain)
    if verdict and (not verdict[2].strip() or _code_in(verdict[2])):
        return _Asked(_VERDICTS[verdict[1]], _code_in(verdict[2]))
    code = _code_in(plain)
    return _Asked(Wish.STATUS if code else Wish.OTHER, code)


def _code_in(words: str) -> str | None:
    for found in _CODE.findall(_BETWEEN_DIGITS.sub("", words)):
        try:
            return parse_tracking_code(found)
        except BadTrackingCode:
            continue
    return None


def _is_new(session: Session, teller: Teller, message_id: int, index: bytes) -> bool:
    """A twin that is being dealt with is waited for."""
    row = insert(InboundMessage).values(
        message_id=message_id,
        province=teller.province,
        at=teller.now,
        mobile_index=index,
        wish=Wish.OTHER,
    )
    new = row.on_conflict_do_nothing().returning(InboundMessage.message_id)
    return session.execute(new).first() is not None


def _done(
    session: Session, teller: Teller, asked: _Asked, index: bytes, days: int
) -> tuple[Wish, Correspondence | None]:
    """What came of it, and the letter that a reply is about."""
    if asked.wish is Wish.OTHER:
        return Wish.OTHER, None
    letters = _letters(session, asked, index)
    if asked.wish is Wish.STATUS or not letters:
        return (asked.wish, letters[0]) if letters else (Wish.OTHER, None)
    meant = _meant(letters, days, teller.now)
    if len(meant) != 1:
        return (Wish.WHICH if meant else Wish.LATE), letters[0]
    return _said(session, teller, asked.wish, meant[0], days), meant[0]


def _letters(session: Session, asked: _Asked, index: bytes) -> list[Correspondence]:
    """Of this mobile: the letter that is named, or all that were answered, the last one first."""
    found = select(Correspondence).where(Correspondence.mobile_index == index)
    if asked.code is not None:
        found = found.where(Correspondence.tracking_code == asked.code)
    else:
        found = found.where(Correspondence.status.in_((Status.ANSWERED, Status.CLOSED)))
    return list(session.scalars(found.order_by(Correspondence.answered_at.desc()).limit(20)))


def _meant(letters: list[Correspondence], days: int, now: datetime) -> list[Correspondence]:
    """Whose answer may still be spoken about; those of which nothing was said yet, if there are."""
    still = [each for each in letters if (tracking.open_until(each, days) or now) > now]
    return [each for each in still if each.satisfied is None] or still


def _said(session: Session, teller: Teller, wish: Wish, letter: Correspondence, days: int) -> Wish:
    present = tracking.present(session, letter, lock=True)
    try:
        if wish is Wish.SATISFIED:
            objection.accept(session, teller, present, days)
        else:
            objection.require_open(present, days, teller.now)
            _note(session, teller, present)
    except NotOpen:
        return Wish.LATE
    return wish


def _note(session: Session, teller: Teller, letter: Correspondence) -> None:
    """For the operator who speaks with the citizen next; once for each answer."""
    noted = select(Note.id).where(
        Note.correspondence_id == letter.id,
        Note.author == CITIZEN.ref,
        Note.kind == "call",
        Note.at > letter.answered_at,
    )
    if session.scalars(noted).first() is None:
        note = {"id": new_id(), "correspondence_id": letter.id, "at": teller.now, "kind": "call"}
        session.add(Note(**note, province=teller.province, author=CITIZEN.ref, text=_NOTE))
        teller.tell(session, "objection_wished", letter.id)


def _may_reply(session: Session, index: bytes, now: datetime) -> bool:
    """No telephone makes us send without end."""
    today = (
        select(func.count(Message.id))
        .join(InboundMessage, InboundMessage.message_id == Message.inbound_id)
        .where(InboundMessage.mobile_index == index)
        .where(InboundMessage.at > now - timedelta(days=1))
    )
    return (session.scalar(today) or 0) < MOST_REPLIES_A_DAY
