"""The concepts that the rules speak of, and one pass that finds them in a text.

A concept is found only as whole words; a word may carry an ending, or be misspelled by sound
(policy §6).
"""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from routing.alphabet import Alphabet, Written
from routing.sources import Source
from routing.terms import APART, forms
from routing.text import MARKS

ROLES = frozenset({"thing", "status", "body", "bank", "bare", "ground", "cue", "trap"})

_PLACE = itemgetter(0)
_FEW_WORDS = 7  # between the two halves of a term that is written apart


@dataclass(frozen=True, slots=True, eq=False)
class Concept:
    """`owner` is the agency (or `bank`, `other`) whose business the concept is, None for cues."""

    id: str
    label: str
    role: str
    owner: str | None
    terms: tuple[str, ...]


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


class Hit(NamedTuple):
    """A concept in the words first … last-1."""

    first: int
    last: int
    concept: Concept


_Found = tuple[int, int, int, Concept]  # first, -last, order, concept: sorts as _longest needs


class _Apart(NamedTuple):
    """The terms written apart that a form begins, with their meaning, and those that it ends."""

    begins: dict[str, tuple[int, Concept]]
    ends: set[str]


class _Meaning(NamedTuple):
    """What a form means: order and concept of what it speaks of and of ways of speaking."""

    terms: tuple[tuple[int, Concept], ...]
    cues: tuple[tuple[int, Concept], ...]
    apart: _Apart | None


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Concepts and the automaton over their terms. The same text gives the same hits always."""

    concepts: Mapping[str, Concept]
    alphabet: Alphabet
    _automaton: AhoCorasick
    _meanings: Sequence[_Meaning]  # of each form

    def find(self, text: Written) -> tuple[list[Hit], list[Hit]]:
        """What the text speaks of and how: every concept in its words, the longest where terms
        overlap, what a trap covers taken out."""
        meanings = self._meanings
        spoken: list[_Found] = []
        manner: list[_Found] = []
        halves: list[tuple[int, int, _Apart]] = []
        for form, first, last in set().union(*map(self._matches, text.layers)):
            meaning = meanings[form]
            for order, concept in meaning.terms:
                spoken.append((first, -last, order, concept))
            for order, concept in meaning.cues:
                manner.append((first, -last, order, concept))
            if meaning.apart is not None:
                halves.append((first, last, meaning.apart))
        for found in _whole(halves, text.near):
            (manner if found[3].role == "cue" else spoken).append(found)
        topics = _outermost(spoken)
        traps = [(hit.first, hit.last) for hit in topics if hit.concept.role == "trap"]
        return _unmasked(topics, traps), _unmasked(_outermost(manner), traps)

    def _matches(self, words: str) -> Iterable[tuple[int, int, int]]:
        return self._automaton.find_matches_as_indexes(words, overlapping=True)


def build(
    concepts: Iterable[Concept],
    spellings: Mapping[str, str],
    ordinary: Iterable[str],
    lean: Callable[[str], int],
) -> Lexicon:
    """The lexicon of these concepts.

    `spellings`: misspelled or Latin word → the Persian word. `ordinary`: words that are no form of
    another word, whatever they look or sound like. `lean`: what experience makes of a token.
    """
    ordered = sorted(concepts, key=lambda concept: (concept.role != "trap", concept.id))
    terms: dict[str, list[tuple[int, Concept]]] = {}
    apart: dict[str, _Apart] = {}
    for order, concept in enumerate(ordered):
        for term in concept.terms:
            _enter(term, (order, concept), terms, apart)
    forms_ = list(terms.keys() | apart.keys())
    alphabet = Alphabet(
        (word for form in forms_ for word in form.split()), spellings, ordinary, lean
    )
    return Lexicon(
        {concept.id: concept for concept in ordered},
        alphabet,
        AhoCorasick(map(alphabet.form, forms_), implementation=Implementation.ContiguousNFA),
        [_meaning(terms.get(form, ()), apart.get(form)) for form in forms_],
    )


def _meaning(terms: Iterable[tuple[int, Concept]], apart: _Apart | None) -> _Meaning:
    found = tuple(terms)
    cues = tuple(one for one in found if one[1].role == "cue")
    return _Meaning(tuple(one for one in found if one not in cues), cues, apart)


def _enter(
    term: str,
    meaning: tuple[int, Concept],
    terms: dict[str, list[tuple[int, Concept]]],
    apart: dict[str, _Apart],
) -> None:
    first, is_apart, second = term.partition(APART)
    for form in forms(first):
        if is_apart:
            apart.setdefault(form, _Apart({}, set())).begins[term] = meaning
        else:
            terms.setdefault(form, []).append(meaning)
    for form in forms(second):
        apart.setdefault(form, _Apart({}, set())).ends.add(term)


def _whole(halves: Sequence[tuple[int, int, _Apart]], words: str) -> Iterator[_Found]:
    """The first halves whose second half follows soon in the same clause."""
    ended = sorted(((first, apart.ends) for first, _, apart in halves if apart.ends), key=_PLACE)
    if not ended:
        return
    possible = set().union(*(ends for _, ends in ended))
    for first, last, opening in halves:
        if not opening.begins.keys().isdisjoint(possible):
            for term in _ended_soon(opening.begins, last, ended, words):
                yield first, -last, *opening.begins[term]


def _ended_soon(
    begins: Mapping[str, object], last: int, ended: Sequence[tuple[int, set[str]]], words: str
) -> Iterator[str]:
    reach = last
    while reach < len(words) and reach <= last + _FEW_WORDS and words[reach] not in MARKS:
        reach += 1
    low = bisect_left(ended, last, key=_PLACE)
    high = bisect_left(ended, reach, key=_PLACE)
    for _, ends in ended[low:high]:
        yield from begins.keys() & ends


def _outermost(found: list[_Found]) -> list[Hit]:
    """Those not inside a longer one, in their order; of those in one place, a trap first."""
    found.sort()
    kept: list[Hit] = []
    begin = end = 0
    before = None
    for first, last, order, concept in found:
        if end > -last or (end == -last and begin < first) or before == (first, last, order):
            continue
        begin, end, before = first, -last, (first, last, order)
        kept.append(Hit(first, -last, concept))
    return kept


def _unmasked(hits: list[Hit], traps: Sequence[tuple[int, int]]) -> list[Hit]:
    """Without traps and what they cover."""
    if not traps:
        return hits
    return [hit for hit in hits if not any(a <= hit.first and hit.last <= b for a, b in traps)]
