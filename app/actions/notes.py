"""What a citizen says about a letter later: kept with it, so that nobody has to say it twice."""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import access
from app.actions.story import Teller, clock
from app.actors import Actor, allow
from app.door import Fault, Invalid, is_blank, is_storable
from app.models.correspondence import Correspondence
from app.models.note import Note
from app.tools import Tools

TEXT_LIMIT = 20_000  # the whole of what would else have been a letter of its own


@dataclass(frozen=True, slots=True, repr=False)
class Said:
    """What was said in a call. `key` is the form's own and makes sending it twice harmless."""

    key: str
    text: str


def add(tools: Tools, actor: Actor, code: str, said: Said) -> bool:
    """Keep what was said in a call with the letter; False when this form had done it before.

    Raises Forbidden, NotFound, Invalid. The event says that there is a note, not what it says.
    """
    allow(actor, "note")
    words = checked(said.text)
    with tools.sessions.begin() as session:
        letter = access.find(session, actor, code)
        teller = Teller(tools.province, actor, clock(session))
        added = _write(session, teller, letter, (_identity(actor, letter, said.key), words))
        if added:
            teller.tell(session, "noted_call", letter.id)
    return added


def checked(text: str) -> str:
    """The words without the blanks around them; raises Invalid."""
    words = text.replace("\r\n", "\n").strip()
    if is_blank(words):
        raise Invalid(Fault("text", "note-empty"))
    if len(words) > TEXT_LIMIT:
        raise Invalid(Fault("text", "text-too-long"))
    if not is_storable(words):
        raise Invalid(Fault("text", "bad-character"))
    return words


def _identity(actor: Actor, letter: Correspondence, key: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"{actor.ref}|{letter.id}|{key}")


def _write(
    session: Session, teller: Teller, letter: Correspondence, note: tuple[UUID, str]
) -> bool:
    number, words = note
    written = session.execute(
        insert(Note)
        .values(
            id=number,
            province=teller.province,
            correspondence_id=letter.id,
            at=teller.now,
            author=teller.actor.ref,
            kind="call",
            text=words,
        )
        .on_conflict_do_nothing(index_elements=[Note.id])
        .returning(Note.id)
    )
    return written.first() is not None
