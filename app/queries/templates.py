"""An agency's own texts for answers, and whether an answer is the one that everybody gets."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actors import Actor, allow
from app.models.correspondence import Correspondence
from app.models.note import AnswerTemplate
from app.persian import ascii_digits

LAST = 20
OFTEN = 3
SAME = 0.9  # of the words of both together


def offered(session: Session, actor: Actor) -> Sequence[AnswerTemplate]:
    """What the actor's agency has not retired, by title. Raises Forbidden."""
    allow(actor, "answer")
    own = select(AnswerTemplate).where(
        AnswerTemplate.agency_code == actor.agency, AnswerTemplate.retired_at.is_(None)
    )
    return session.scalars(own.order_by(AnswerTemplate.title)).all()


def repeated(session: Session, actor: Actor, words: str) -> int:
    """How many of the last answers of the actor's agency say the same, apart from numbers; 0 when
    they are fewer than OFTEN: a text may fit two people."""
    allow(actor, "answer")
    last = (
        select(Correspondence.answer)
        .where(Correspondence.owner_code == actor.agency, Correspondence.answered_at.is_not(None))
        .order_by(Correspondence.answered_at.desc())
        .limit(LAST)
    )
    said = _gist(words)
    alike = sum(_same(said, _gist(answer or "")) for answer in session.scalars(last))
    return alike if alike >= OFTEN else 0


def _gist(words: str) -> frozenset[str]:
    parts = ascii_digits(words).replace("\u200c", " ").split()
    bare = (part.strip(".,:;!?()«»،؛؟-–") for part in parts)
    return frozenset(part for part in bare if part and not any(map(str.isdigit, part)))


def _same(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and len(one & other) >= SAME * len(one | other)
