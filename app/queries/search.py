"""Finding a letter of one's own agency: by code, national ID or mobile through the keyed hashes, or
by words of its text.

Numbers are found wherever the letter stands at the agency. Words have no index, which the intake
would pay for with every letter: they are looked for in so many letters at a time, by deadline, and
who wants goes on from there.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app import access
from app.actors import Actor, allow
from app.codes import parse_national_id, parse_tracking_code
from app.door import Fault, Invalid, is_storable
from app.models.citizen import Citizen
from app.models.correspondence import Correspondence
from app.persian import ascii_digits
from app.queries import worklist
from app.queries.by_deadline import Place
from app.vault import Vault
from sms.phone import Phone

AT_A_TIME = 3_000
AT_MOST = 25
LONGEST = 100
_SHORTEST = 2
_MOST_WORDS = 6
_NUMBER = frozenset("0123456789+-()/ \u200c")
# The same letter from two keyboards.
_ARABIC = str.maketrans("یک", "يك")
_PERSIAN = str.maketrans("يىك", "ییک")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for, in which part of the queue, and from where on."""

    words: str
    show: str = worklist.WAITING
    after: Place | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The letters of one page; `onward`: there may be more from this place on."""

    letters: list[Correspondence]
    onward: Place | None = None


def find(session: Session, vault: Vault, actor: Actor, wanted: Wanted) -> Found:
    """Raises Forbidden, Invalid."""
    allow(actor, "claim")
    raw = ascii_digits(wanted.words.strip())
    if not is_storable(raw) or len(raw) > LONGEST:
        raise Invalid(Fault("q", "search-words"))
    if raw and set(raw) <= _NUMBER:
        return Found(_of_number(session, vault, actor, raw))
    return _of_words(session, actor, wanted)


def _of_number(session: Session, vault: Vault, actor: Actor, raw: str) -> list[Correspondence]:
    """The latest of whatever the digits can mean."""
    meant = [
        condition for read in _READERS if (condition := _meaning(read, vault, raw)) is not None
    ]
    if not meant:
        raise Invalid(Fault("q", "search-number"))
    own = select(Correspondence).where(access.visible(actor), or_(*meant))
    latest = own.order_by(Correspondence.registered_at.desc()).limit(AT_MOST)
    return list(session.scalars(latest))


def _meaning(
    read: Callable[[Vault, str], ColumnElement[bool]], vault: Vault, raw: str
) -> ColumnElement[bool] | None:
    try:
        return read(vault, raw)
    except ValueError:
        return None


def _code(_vault: Vault, raw: str) -> ColumnElement[bool]:
    return Correspondence.tracking_code == parse_tracking_code(raw)


def _national_id(vault: Vault, raw: str) -> ColumnElement[bool]:
    index = vault.index("national_id", parse_national_id(raw))
    citizen = select(Citizen.id).where(Citizen.national_id_index == index)
    return Correspondence.citizen_id == citizen.scalar_subquery()


def _mobile(vault: Vault, raw: str) -> ColumnElement[bool]:
    return Correspondence.mobile_index == vault.index("mobile", Phone.parse(raw).e164)


_READERS = (_code, _national_id, _mobile)


def _of_words(session: Session, actor: Actor, wanted: Wanted) -> Found:
    """All the words, in any order, in the next AT_A_TIME letters by deadline."""
    words = wanted.words.replace("\u200c", " ").split()
    if not words or len(words) > _MOST_WORDS or any(len(word) < _SHORTEST for word in words):
        raise Invalid(Fault("q", "search-words"))
    walk = worklist.of(actor, wanted.show)
    last = walk.nth(session, wanted.after, AT_A_TIME)
    near = walk.upto(last, *(_has(word) for word in words))
    letters, onward = near.page(session, wanted.after, AT_MOST)
    return Found(letters, onward or last)


def _has(word: str) -> ColumnElement[bool]:
    """The word in the spelling of either keyboard."""
    persian = word.translate(_PERSIAN)
    spellings = {persian, persian.translate(_ARABIC)}
    return or_(*(Correspondence.text.contains(s, autoescape=True) for s in sorted(spellings)))
