"""The citizen's verdict on an answer: satisfied, or an objection that reopens the letter."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import access
from app.actions.refer import hand_over
from app.actions.story import Teller, clock
from app.actors import Actor, allow
from app.door import Fault, Invalid, is_blank, is_storable
from app.ids import new_id
from app.lifecycle import Status, move
from app.models.agency import TRIAGE
from app.models.correspondence import Correspondence
from app.models.note import Note
from app.queries import tracking
from app.queries.reference import Office
from app.tools import Tools

CITIZEN = Actor("citizen", None)
SHORTEST, LONGEST = 10, 2000
_REASON = "پاسخ، شهروند را قانع نکرد"


class NotOpen(Exception):
    """There is no answer to speak about, or its time is over."""


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """What a citizen shows to be let in, and for how many days an answer may be objected to."""

    code: str
    last4: str
    days: int


def be_satisfied(tools: Tools, key: Key) -> None:
    """The citizen accepts the answer; said again it changes nothing. Raises NotFound, NotOpen."""
    with tools.sessions.begin() as session:
        letter = _of(session, tools, key)
        teller = Teller(tools.province, CITIZEN, clock(session))
        accept(session, teller, letter, key.days)


def accept(session: Session, teller: Teller, letter: Correspondence, days: int) -> None:
    """Note on a locked letter that its answer is accepted. Raises NotOpen."""
    require_open(letter, days, teller.now)
    if letter.satisfied is not True:
        letter.satisfied = True
        letter.version += 1
        teller.tell(session, "satisfied", letter.id)


def object_to(tools: Tools, key: Key, words: str) -> None:
    """Reopen an answered letter: the supervisor decides where it goes, with the citizen's words.

    The deadline stays: the citizen has one clock. Sent twice it counts once; each answer can be
    objected to once, even by who was satisfied at first. Raises NotFound, Invalid, NotOpen.
    """
    supervisor = tools.book.current().offices[TRIAGE]
    with tools.sessions.begin() as session:
        letter = _of(session, tools, key)
        teller = Teller(tools.province, CITIZEN, clock(session))
        _object(session, teller, letter, (supervisor, words.strip(), key.days))


def object_by_phone(tools: Tools, actor: Actor, code: str, words: str, days: int) -> None:
    """The same, said to an operator, who writes the citizen's words down.

    Raises Forbidden, NotFound, Invalid, NotOpen.
    """
    allow(actor, "object")
    supervisor = tools.book.current().offices[TRIAGE]
    with tools.sessions.begin() as session:
        found = access.find(session, actor, code)
        letter = tracking.present(session, found, lock=True)
        teller = Teller(tools.province, actor, clock(session))
        _object(session, teller, letter, (supervisor, words.strip(), days))


def _object(
    session: Session, teller: Teller, letter: Correspondence, said: tuple[Office, str, int]
) -> None:
    """(Who decides, the words, for how many days an answer may be objected to)."""
    supervisor, words, days = said
    checked(words)
    if _said_before(session, letter, words):
        return
    require_open(letter, days, teller.now)
    _reopen(session, teller, letter, supervisor, words)


def checked(words: str) -> None:
    """Raises Invalid."""
    if is_blank(words) or len(words) < SHORTEST:
        raise Invalid(Fault("objection", "objection-short"))
    if len(words) > LONGEST:
        raise Invalid(Fault("objection", "objection-long"))
    if not is_storable(words):
        raise Invalid(Fault("objection", "bad-character"))


def require_open(letter: Correspondence, days: int, now: datetime) -> None:
    """Return while the answer of this locked letter may be spoken about. Raises NotOpen."""
    until = tracking.open_until(letter, days)
    if until is None or now >= until:
        raise NotOpen


def _of(session: Session, tools: Tools, key: Key) -> Correspondence:
    own = tracking.authorised(session, tools.vault, key.code, key.last4)
    return tracking.present(session, own, lock=True)


def _said_before(session: Session, letter: Correspondence, words: str) -> bool:
    """The same form sent again: its objection is the one that waits for the supervisor."""
    if letter.status == Status.ANSWERED or letter.objected_at is None:
        return False
    last = select(Note.text).where(Note.correspondence_id == letter.id, Note.kind == "objection")
    return session.scalar(last.order_by(Note.at.desc()).limit(1)) == words


def _reopen(
    session: Session, teller: Teller, letter: Correspondence, desk: Office, words: str
) -> None:
    session.add(
        Note(
            id=new_id(),
            province=teller.province,
            correspondence_id=letter.id,
            at=teller.now,
            author=teller.actor.ref,
            kind="objection",
            text=words,
            answer=letter.answer,
        )
    )
    (referral,) = hand_over(session, teller, [letter], desk, ("objected", _REASON))
    letter.status = move(Status(letter.status), Status.TRIAGE)
    letter.satisfied, letter.objected_at = False, teller.now
    teller.tell(session, "objected", letter.id, referral=referral)
