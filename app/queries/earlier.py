"""What else a citizen has written: so that nobody asks twice, and a twin is noticed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, exists, select
from sqlalchemy.orm import Session, aliased

from app import access
from app.actors import Actor, allow
from app.likeness import Likeness, compare, gist_of
from app.models.citizen import Citizen
from app.models.correspondence import Correspondence
from app.models.reference import IdempotencyKey
from app.queries.desk import WAITING
from app.tools import Tools
from app.vault import Vault
from routing.rules import RuleSet

AT_MOST = 5
_WAITS = Correspondence.status.in_(WAITING)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A letter of before; `likeness` to what is being said now, if the letter still waits."""

    letter: Correspondence
    likeness: Likeness | None = None

    @property
    def same(self) -> bool:
        return self.likeness is not None and self.likeness.alike


def of_citizen(
    session: Session, tools: Tools, actor: Actor, national_id: str, text: str = ""
) -> list[Earlier]:
    """Of who has this national ID: first what waits and is about the matter of `text`, then what
    waits, then the latest."""
    letters = _latest(session, actor, _written_by(tools.vault, national_id))
    found = [_compared(letter, text, tools.rules) for letter in letters]
    return sorted(found, key=lambda one: not one.same)


def beside(session: Session, actor: Actor, code: str) -> list[Earlier]:
    """The others by the citizen of this tracking code."""
    this = aliased(Correspondence)
    citizen = select(this.citizen_id).where(this.tracking_code == code).scalar_subquery()
    others = (Correspondence.citizen_id == citizen) & (Correspondence.tracking_code != code)
    return [Earlier(letter) for letter in _latest(session, actor, others)]


def wrote(session: Session, vault: Vault, national_id: str, code: str) -> bool:
    """Whether the letter of this tracking code is by who has this national ID."""
    this = Correspondence.tracking_code == code
    found = session.scalar(select(exists().where(this, _written_by(vault, national_id))))
    return bool(found)


def sent_before(session: Session, actor: Actor, key: str) -> bool:
    """Whether a form with this idempotency key has been registered."""
    known = (IdempotencyKey.scope == actor.ref) & (IdempotencyKey.key == key)
    return bool(session.scalar(select(exists().where(known))))


def _compared(letter: Correspondence, text: str, rules: RuleSet) -> Earlier:
    if not text.strip() or letter.status not in WAITING:
        return Earlier(letter)
    return Earlier(letter, compare(gist_of(text, rules), gist_of(letter.text, rules)))


def _written_by(vault: Vault, national_id: str) -> ColumnElement[bool]:
    index = vault.index("national_id", national_id)
    citizen = select(Citizen.id).where(Citizen.national_id_index == index)
    return Correspondence.citizen_id == citizen.scalar_subquery()


def _latest(session: Session, actor: Actor, which: ColumnElement[bool]) -> Sequence[Correspondence]:
    allow(actor, "read")
    letters = select(Correspondence).where(which, access.visible(actor))
    first = case((_WAITS, 0), else_=1)
    latest = letters.order_by(first, Correspondence.registered_at.desc()).limit(AT_MOST)
    return session.scalars(latest).all()
