"""An agency's own texts for answers: made and retired by its staff, offered to all of them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import NotFound
from app.actions.story import Teller, clock
from app.actors import Actor, allow
from app.door import TEXT_LIMIT, Fault, Invalid, is_blank, is_storable
from app.ids import new_id
from app.models.agency import Agency
from app.models.note import AnswerTemplate
from app.tools import Tools

TITLE_LIMIT = 80
AT_MOST = 50


def create(tools: Tools, actor: Actor, title: str, words: str) -> UUID:
    """A new text of the actor's agency. One title is one text: sending the form twice adds none.

    Raises Forbidden, Invalid.
    """
    allow(actor, "answer")
    title, words = _checked(title, words)
    with tools.sessions.begin() as session:
        _one_after_the_other(session, actor)
        _room_for(session, actor, title)
        made = AnswerTemplate(
            id=new_id(),
            province=tools.province,
            agency_code=actor.agency,
            title=title,
            text=words,
            author=actor.ref,
            created_at=(now := clock(session)),
        )
        session.add(made)
        _tell(tools, session, (actor, now), "template_created", made)
    return made.id


def retire(tools: Tools, actor: Actor, template: UUID) -> None:
    """Offer it no longer; it is kept. Repeating it is harmless. Raises Forbidden, NotFound."""
    allow(actor, "answer")
    with tools.sessions.begin() as session:
        found = session.get(AnswerTemplate, template, with_for_update=True)
        if found is None or found.agency_code != actor.agency:
            raise NotFound
        if found.retired_at is None:
            found.retired_at = clock(session)
            _tell(tools, session, (actor, found.retired_at), "template_retired", found)


def _checked(raw_title: str, raw_words: str) -> tuple[str, str]:
    title, words = raw_title.strip(), raw_words.replace("\r\n", "\n").strip()
    wrong = {
        "title": _wrong(title, TITLE_LIMIT, "too-long"),
        "text": _wrong(words, TEXT_LIMIT, "text-too-long"),
    }
    faults = [Fault(field, code) for field, code in wrong.items() if code]
    if faults:
        raise Invalid(*faults)
    return title, words


def _wrong(value: str, limit: int, too_long: str) -> str:
    if is_blank(value):
        return "required"
    if len(value) > limit:
        return too_long
    return "" if is_storable(value) else "bad-character"


def _one_after_the_other(session: Session, actor: Actor) -> None:
    """Colleagues of one agency; who refers letters to it does not wait."""
    agency = select(Agency.code).where(Agency.code == actor.agency)
    session.execute(agency.with_for_update(key_share=True))


def _room_for(session: Session, actor: Actor, title: str) -> None:
    same = func.count().filter(AnswerTemplate.title == title)
    offered = select(func.count(), same).where(
        AnswerTemplate.agency_code == actor.agency, AnswerTemplate.retired_at.is_(None)
    )
    many, twins = session.execute(offered).one()
    if twins:
        raise Invalid(Fault("title", "title-known"))
    if many >= AT_MOST:
        raise Invalid(Fault("title", "too-many-templates"))


def _tell(
    tools: Tools, session: Session, by: tuple[Actor, datetime], kind: str, what: AnswerTemplate
) -> None:
    """The event names the text; the table keeps it."""
    teller = Teller(tools.province, *by)
    teller.tell(session, kind, None, template=str(what.id), agency=what.agency_code)
