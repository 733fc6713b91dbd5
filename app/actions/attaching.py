"""Keeping files with letters: scans of paper, what an agency sends with its answer; and giving
them out again, which is told as an event each time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import access
from app.access import NotFound, Wanted
from app.actions.objection import CITIZEN
from app.actions.refer import held_by
from app.actions.story import Teller, clock
from app.actors import Actor, allow
from app.door import Fault, Invalid
from app.ids import new_id
from app.lifecycle import IllegalMove, Status
from app.media import ENDINGS
from app.models.correspondence import Correspondence
from app.models.paper import Attachment
from app.queries import attachments, tracking
from app.queries.attachments import CONTENT, NAME, place
from app.tools import Tools

SCANS = 20  # of one letter
ANSWERS = 5  # of one office's stay
SCAN, ANSWER = "scan", "answer"


@dataclass(frozen=True, slots=True, repr=False)
class File:
    """A file that was looked into: what it is called, what it is, what is in it."""

    name: str
    media_type: str
    pages: int | None
    content: bytes


@dataclass(frozen=True, slots=True, repr=False)
class Given:
    """A file as it is given out, under a name of ours."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Holding:
    """What the files are to a letter; the same file is kept once for each such `purpose`."""

    kind: str
    letter: UUID
    purpose: str
    most: int


def attach_scans(tools: Tools, actor: Actor, code: str, files: Sequence[File]) -> int:
    """Keep scans with a letter that is registered already; returns how many were new.

    Safe to repeat. Raises Forbidden, NotFound, Invalid.
    """
    allow(actor, "scan")
    with tools.sessions.begin() as session:
        letter = access.find(session, actor, code)
        return keep(tools, session, scans_of(letter.id), (actor, files))


def attach_to_answer(tools: Tools, actor: Actor, code: Wanted, files: Sequence[File]) -> int:
    """Keep files that the citizen gets with the answer; returns how many were new.

    Safe to repeat. Raises Forbidden, NotFound, Changed, Taken, IllegalMove, Invalid.
    """
    allow(actor, "attach")
    with tools.sessions.begin() as session:
        letter = access.find(session, actor, code, lock=True)
        held_by(letter, actor)
        if letter.status != Status.IN_PROGRESS:
            raise IllegalMove("claim it first")
        stay = attachments.stay(session, letter.id)
        holding = Holding(ANSWER, letter.id, f"{ANSWER}|{stay}", ANSWERS)
        return keep(tools, session, holding, (actor, files))


def scans_of(letter: UUID) -> Holding:
    return Holding(SCAN, letter, SCAN, SCANS)


def keep(
    tools: Tools, session: Session, holding: Holding, brought: tuple[Actor, Sequence[File]]
) -> int:
    """Seal and insert them with one event, in somebody's transaction; what is there stays once.

    Raises Invalid when there would be too many.
    """
    actor, files = brought
    teller = Teller(tools.province, actor, clock(session))
    new = _insert(session, tools, teller, (holding, files))
    if not new:
        return 0
    if _count(session, tools, teller, holding) > holding.most:
        raise Invalid(Fault("files", "files-full"))
    told = {"file": holding.kind, "files": len(new), "pages": sum(f.pages or 1 for f in new)}
    teller.tell(session, "attached", holding.letter, **told)
    return len(new)


def _insert(
    session: Session, tools: Tools, teller: Teller, what: tuple[Holding, Sequence[File]]
) -> list[File]:
    """Those that were not there yet."""
    holding, files = what
    if not files:
        return []
    rows = {file: _row(tools, teller, holding, file) for file in files}
    kept = insert(Attachment).values(list(rows.values())).on_conflict_do_nothing(
        index_elements=[Attachment.correspondence_id, Attachment.digest]
    )  # fmt: skip
    new = set(session.scalars(kept.returning(Attachment.id)))
    return [file for file, row in rows.items() if row["id"] in new]


def _row(tools: Tools, teller: Teller, holding: Holding, file: File) -> dict[str, Any]:
    number = new_id()
    return {
        "id": number,
        "province": tools.province,
        "correspondence_id": holding.letter,
        "kind": holding.kind,
        "media_type": file.media_type,
        "size": len(file.content),
        "pages": file.pages,
        "digest": tools.vault.index_bytes(f"file|{holding.purpose}", file.content),
        "name_sealed": tools.vault.seal(file.name, place(NAME, number)),
        "content_sealed": tools.vault.seal_bytes(file.content, place(CONTENT, number)),
        "author": teller.actor.ref,
        "at": teller.now,
    }


def _count(session: Session, tools: Tools, teller: Teller, holding: Holding) -> int:
    """How many there are now: of an answer, those of this stay."""
    there = select(func.count()).where(
        Attachment.correspondence_id == holding.letter, Attachment.kind == holding.kind
    )
    if holding.kind == ANSWER:
        there = there.where(Attachment.at >= attachments.stay_began(session, holding.letter))
    return session.scalar(there) or 0


def hand_out(tools: Tools, actor: Actor, code: str, file: UUID) -> Given:
    """A file of a letter that this person may read. Raises Forbidden, NotFound, Tampered."""
    with tools.sessions.begin() as session:
        letter = access.find(session, actor, code)
        kept = _the_one(attachments.of_letter(session, letter, file))
        _tell(session, Teller(tools.province, actor, clock(session)), letter, kept)
        return _opened(tools, letter.tracking_code, kept)


def hand_to_citizen(tools: Tools, code: str, last4: str, file: UUID) -> Given:
    """A file of the answer, for who knows the code and the last four digits of the mobile.

    Raises NotFound, Tampered.
    """
    with tools.sessions.begin() as session:
        own = tracking.authorised(session, tools.vault, code, last4)
        letter = tracking.present(session, own)
        kept = _the_one(attachments.of_answer(session, letter, file))
        _tell(session, Teller(tools.province, CITIZEN, clock(session)), letter, kept)
        return _opened(tools, own.tracking_code, kept)


def _the_one(found: Sequence[Attachment]) -> Attachment:
    if not found:
        raise NotFound
    return found[0]


def _tell(session: Session, teller: Teller, letter: Correspondence, kept: Attachment) -> None:
    teller.tell(session, "file_read", letter.id, file=kept.kind, number=str(kept.id))


def _opened(tools: Tools, code: str, kept: Attachment) -> Given:
    content = tools.vault.open_bytes(kept.content_sealed, place(CONTENT, kept.id))
    name = f"111-{code}-{kept.id.hex[-6:]}.{ENDINGS[kept.media_type]}"
    return Given(name, kept.media_type, content)
