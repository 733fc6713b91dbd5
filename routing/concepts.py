"""The concepts that the rules speak of, and what a word or a term of several means by them."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from routing.sources import Source
from routing.terms import APART, forms

ROLES = frozenset({"thing", "status", "body", "bank", "bare", "ground", "cue", "trap"})


@dataclass(frozen=True, slots=True, eq=False)
class Concept:
    """`owner` is the agency (or `bank`, `other`) whose business the concept is, None for cues."""

    id: str
    label: str
    role: str
    owner: str | None
    terms: tuple[str, ...]


class Meaning(NamedTuple):
    """What a form says: of what it speaks and how, each concept with its order.

    `begins`, `ends`: the terms written apart that it is a half of, a bit for each.
    """

    topics: tuple[tuple[int, Concept], ...] = ()
    cues: tuple[tuple[int, Concept], ...] = ()
    begins: int = 0
    ends: int = 0


NOTHING = Meaning()

# What a token or a term says: meanings, each with the first and the last + 1 of its words.
Says = tuple[tuple[int, int, Meaning], ...]


def together(one: Meaning, other: Meaning) -> Meaning:
    """What both say, each concept once."""
    return Meaning(
        tuple(dict.fromkeys(one.topics + other.topics)),
        tuple(dict.fromkeys(one.cues + other.cues)),
        one.begins | other.begins,
        one.ends | other.ends,
    )


def concepts_from(source: Source, owners: Collection[str]) -> Iterator[Concept]:
    """The concepts written in a lexicon file, each of one of `owners` or of none.

    Raises BadRules naming the line of what is wrong.
    """
    for id_, entry in source.need("concepts").fields().items():
        fields = entry.fields(frozenset({"label", "role", "owner", "terms"}))
        role, terms = entry.need("role"), entry.need("terms")
        if role.text() not in ROLES:
            raise role.bad(f"role {role.text()!r} is none of {', '.join(sorted(ROLES))}")
        for term in terms.items():
            if not all(map(forms, term.text().split(APART))):
                raise term.bad(f"{term.text()!r} has no letters")
        owner = fields["owner"].text() if "owner" in fields else None
        if owner is not None and owner not in owners:
            raise fields["owner"].bad(f"{owner!r} is no owner")
        yield Concept(id_, entry.need("label").text(), role.text(), owner, terms.texts())


def spellings_from(source: Source) -> dict[str, str]:
    """The misspelled and Latin words of a lexicon file and what they stand for."""
    entries = source.need("spellings").fields()
    return {word: meaning.text() for word, meaning in entries.items()}


def meanings_of(
    concepts: Iterable[Concept],
) -> tuple[dict[str, Meaning], list[tuple[int, Concept]]]:
    """Form → what it means, and the terms written apart in the order of their bits."""
    meanings: dict[str, Meaning] = {}
    apart: list[tuple[int, Concept]] = []
    for order, concept in enumerate(concepts):
        whole = (order, concept)
        meaning = Meaning(cues=(whole,)) if concept.role == "cue" else Meaning(topics=(whole,))
        for term in concept.terms:
            first, is_apart, second = term.partition(APART)
            if not is_apart:
                _add(first, meaning, meanings)
                continue
            _add(first, Meaning(begins=1 << len(apart)), meanings)
            _add(second, Meaning(ends=1 << len(apart)), meanings)
            apart.append(whole)
    return meanings, apart


def _add(term: str, meaning: Meaning, meanings: dict[str, Meaning]) -> None:
    for form in forms(term):
        meanings[form] = together(meanings.get(form, NOTHING), meaning)
