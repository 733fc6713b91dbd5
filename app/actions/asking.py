"""A question to the citizen on the way: asked by SMS, read and replied to on the tracking page."""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import access
from app.access import NotFound, Wanted
from app.actions import clocks, receipts
from app.actions.objection import CITIZEN, Key, NotOpen
from app.actions.refer import held_by
from app.actions.story import Teller, clock
from app.actors import Actor, allow
from app.door import Fault, Invalid, is_blank, is_storable
from app.lifecycle import WITH_AGENCY, IllegalMove, Status
from app.models.correspondence import Correspondence
from app.models.notice import QUESTION, Notice
from app.models.receipt import Stage
from app.queries import tracking
from app.queries.reference import Reference
from app.tools import Tools
from sms import texts

MOST_QUESTIONS = 3
LONGEST_QUESTION = 500
LONGEST_REPLY = 2000
_REPLIED_WHILE = WITH_AGENCY | {Status.TRIAGE}


@dataclass(frozen=True, slots=True, repr=False)
class Question:
    """`key` is the form's own and makes sending it twice harmless."""

    key: str
    text: str


def ask(tools: Tools, actor: Actor, code: Wanted, question: Question) -> None:
    """Ask the citizen of a claimed letter; an SMS says that there is a question, not which.

    Raises Forbidden, NotFound, Changed, Taken, IllegalMove, Invalid.
    """
    allow(actor, "ask")
    reference = tools.book.current()
    with tools.sessions.begin() as session:
        letter = access.find(session, actor, code, lock=True)
        number = identity(actor, letter, (QUESTION, question.key))
        if session.get(Notice, number) is not None:
            return
        held_by(letter, actor)
        if letter.status != Status.IN_PROGRESS:
            raise IllegalMove("claim it first")
        words = _checked("question", question.text, LONGEST_QUESTION)
        _room(session, letter)
        teller = Teller(tools.province, actor, clock(session))
        notice = Notice(
            id=number,
            province=teller.province,
            correspondence_id=letter.id,
            agency_code=letter.owner_code,
            kind=QUESTION,
            at=teller.now,
            author=actor.ref,
            text=words,
        )
        session.add(notice)
        letter.version += 1
        said = texts.asked(letter.tracking_code, reference.owner(letter.owner_code).sms_name)
        receipts.owe_for(session, teller, notice, Stage.ASKED, said)
        teller.tell(session, "asked", letter.id, notice=str(number))
    tools.bell.ring()


def reply(tools: Tools, key: Key, question: UUID, words: str) -> None:
    """The citizen's reply to a question, once; the same words again change nothing. A pause ends.

    Raises NotFound, Invalid, and NotOpen when it has another reply or the letter waits no more.
    """
    reference = tools.book.current()
    with tools.sessions.begin() as session:
        own = tracking.authorised(session, tools.vault, key.code, key.last4)
        teller = Teller(tools.province, CITIZEN, clock(session))
        _reply(session, teller, own, (question, words, "citizen_replied"), reference)


def reply_by_phone(tools: Tools, actor: Actor, code: str, question: UUID, words: str) -> None:
    """The same, said to an operator, who writes the citizen's words down.

    Raises Forbidden, NotFound, Invalid, NotOpen.
    """
    allow(actor, "reply")
    reference = tools.book.current()
    with tools.sessions.begin() as session:
        own = access.find(session, actor, code)
        teller = Teller(tools.province, actor, clock(session))
        _reply(session, teller, own, (question, words, "reply_taken_down"), reference)


def _reply(
    session: Session,
    teller: Teller,
    own: Correspondence,
    said: tuple[UUID, str, str],
    reference: Reference,
) -> None:
    """(To which question, the words, the event)."""
    question, words, event = said
    letter = tracking.present(session, own, lock=True)
    notice = _question(session, question, {own.id, letter.id})
    words = _checked("reply", words, LONGEST_REPLY)
    if notice.reply == words:
        return
    if notice.reply is not None or letter.status not in _REPLIED_WHILE:
        raise NotOpen
    notice.reply, notice.replied_at = words, teller.now
    letter.version += 1
    clocks.resume(session, teller, letter, reference)
    teller.tell(session, event, letter.id, notice=str(notice.id))


def identity(actor: Actor, letter: Correspondence, form: tuple[str, str]) -> UUID:
    """The same for the same form: (kind, key)."""
    return uuid5(NAMESPACE_URL, f"{actor.ref}|{letter.id}|{'|'.join(form)}")


def _room(session: Session, letter: Correspondence) -> None:
    asked = select(func.count()).where(
        Notice.correspondence_id == letter.id, Notice.kind == QUESTION
    )
    if (session.scalar(asked) or 0) >= MOST_QUESTIONS:
        raise Invalid(Fault("question", "questions-full"))


def _question(session: Session, number: UUID, letters: set[UUID]) -> Notice:
    notice = session.get(Notice, number, with_for_update=True)
    if notice is None or notice.kind != QUESTION or notice.correspondence_id not in letters:
        raise NotFound
    return notice


def _checked(field: str, raw: str, longest: int) -> str:
    words = raw.replace("\r\n", "\n").strip()
    if is_blank(words):
        raise Invalid(Fault(field, f"{field}-empty"))
    if len(words) > longest:
        raise Invalid(Fault(field, f"{field}-long"))
    if not is_storable(words):
        raise Invalid(Fault(field, "bad-character"))
    return words
