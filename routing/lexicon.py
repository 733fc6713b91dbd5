"""The concepts that the rules speak of, and one pass that finds them in a text.

A concept is found only as whole words; a word may carry an ending, or be misspelled by sound
(policy §6).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import ahocorasick

from routing.sources import Source
from routing.terms import APART, forms, stems
from routing.text import fold, split

ROLES = frozenset({"thing", "status", "body", "bank", "ground", "cue", "trap"})

_BREAK = "¶"  # never inside a term, so no term reaches over a clause
_KEPT_WORDS = 50_000
_FEW_WORDS = 7  # between the two halves of a term that is written apart


@dataclass(frozen=True, slots=True, eq=False)
class Concept:
    """`owner` is the agency (or `bank`, `other`) whose business the concept is, None for cues."""

    id: str
    label: str
    role: str
    owner: str | None
    terms: tuple[str, ...]


def concepts_from(source: Source) -> Iterator[Concept]:
    """The concepts written in a lexicon file. Raises BadRules naming the line of what is wrong."""
    for id_, entry in source.need("concepts").fields().items():
        fields = entry.fields(frozenset({"label", "role", "owner", "terms"}))
        role, terms = entry.need("role"), entry.need("terms")
        if role.text() not in ROLES:
            raise role.bad(f"role {role.text()!r} is none of {', '.join(sorted(ROLES))}")
        for term in terms.items():
            if not all(map(forms, term.text().split(APART))):
                raise term.bad(f"{term.text()!r} has no letters")
        owner = fields["owner"].text() if "owner" in fields else None
        yield Concept(id_, entry.need("label").text(), role.text(), owner, terms.texts())


def spellings_from(source: Source) -> dict[str, str]:
    """The misspelled and Latin words of a lexicon file and what they stand for."""
    entries = source.need("spellings").fields()
    return {word: meaning.text() for word, meaning in entries.items()}


@dataclass(frozen=True, slots=True)
class Hit:
    """A concept in the words first … last-1.

    `half` is empty, or "term^" and "^term" for the first and the second half of a term.
    """

    concept: Concept
    first: int
    last: int
    half: str = ""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Concepts and the automaton over their terms. The same words give the same hits always."""

    concepts: Mapping[str, Concept]
    spellings: Mapping[str, str]
    ordinary: frozenset[str]
    _automaton: ahocorasick.Automaton = field(repr=False, compare=False)
    _known: dict[str, tuple[str, str]] = field(repr=False, compare=False)
    _sounds: Mapping[str, str] = field(repr=False, compare=False)
    _vocabulary: frozenset[str] = field(repr=False, compare=False)

    def find(self, words: Sequence[str], gaps: Sequence[str]) -> list[Hit]:
        """Every concept in the words, the longest where terms overlap, traps taken out first."""
        known = [self._word(word) for word in words]
        found = self._scan([near for near, _ in known], gaps)
        if any(near != root for near, root in known):
            found |= self._scan([root for _, root in known], gaps)
        return _longest(_whole(found, gaps))

    def _scan(self, words: Sequence[str], gaps: Sequence[str]) -> set[Hit]:
        """One pass of the automaton over the words, which may be of several parts."""
        parts = [""]
        ends: dict[int, int] = {}  # the blank after the nth part → n
        origins: list[int] = []  # n → the word it is of
        at = 1
        for index, word in enumerate(words):
            if gaps[index] != " ":
                parts.append(_BREAK)
                at += len(_BREAK) + 1
            for part in word.split(" "):
                parts.append(part)
                at += len(part) + 1
                ends[at - 1] = len(origins)
                origins.append(index)
        parts.append("")
        return {
            Hit(concept, origins[ends[end] + 1 - length], origins[ends[end]] + 1, half)
            for end, terms in self._automaton.iter(" ".join(parts))
            for concept, length, half in terms
        }

    def _word(self, word: str) -> tuple[str, str]:
        """The word of the vocabulary that this is, and the one that it is a form of."""
        known = self._known.get(word)
        if known is None:
            known = self._recognise(word)
            if len(self._known) > _KEPT_WORDS:
                self._known.clear()
            self._known[word] = known
        return known

    def _recognise(self, word: str) -> tuple[str, str]:
        if word in self.ordinary:
            return word, word
        possible = dict.fromkeys(stems(word))
        told = [
            self.spellings.get(stem, stem)
            for stem in possible
            if stem in self.spellings or stem in self._vocabulary
        ]
        if told:
            return told[0], told[1] if len(told) > 1 else told[0]
        sounds = (self._sounds.get(fold(stem)) for stem in possible if len(stem) > 3)
        sound = next((found for found in sounds if found is not None), word)
        return sound, sound


def build(
    concepts: Iterable[Concept], spellings: Mapping[str, str], ordinary: Iterable[str]
) -> Lexicon:
    """The lexicon of these concepts.

    `spellings`: misspelled or Latin word → the Persian word. `ordinary`: words that are no form of
    another word, whatever they look or sound like.
    """
    by_id = {concept.id: concept for concept in concepts}
    entries: dict[str, list[tuple[Concept, int, str]]] = {}
    for concept in by_id.values():
        for term in concept.terms:
            for part, half in _halves(term):
                for form in forms(part):
                    entries.setdefault(form, []).append((concept, form.count(" ") + 1, half))
    automaton = ahocorasick.Automaton()
    for form, meanings in entries.items():
        automaton.add_word(f" {form} ", tuple(meanings))
    automaton.make_automaton()
    vocabulary = frozenset(word for form in entries for word in form.split())
    tidy = {" ".join(split(k).words): " ".join(split(v).words) for k, v in spellings.items()}
    sounds = {fold(word): word for word in sorted(vocabulary) if len(word) > 3}
    plain = frozenset(" ".join(split(word).words) for word in ordinary) - vocabulary
    return Lexicon(by_id, tidy, plain, automaton, {}, sounds, vocabulary)


def _halves(term: str) -> Iterator[tuple[str, str]]:
    first, apart, second = term.partition(APART)
    yield first, term + APART if apart else ""
    if apart:
        yield second, APART + term


def _whole(found: set[Hit], gaps: Sequence[str]) -> set[Hit]:
    """The hits, with the first halves whose second half follows soon in the same clause."""
    seconds = {(hit.half[1:], hit.first) for hit in found if hit.half.startswith(APART)}
    whole = {hit for hit in found if not hit.half}
    for hit in found:
        if hit.half.endswith(APART) and _followed(hit, seconds, gaps):
            whole.add(Hit(hit.concept, hit.first, hit.last))
    return whole


def _followed(hit: Hit, seconds: set[tuple[str, int]], gaps: Sequence[str]) -> bool:
    for place in range(hit.last, min(hit.last + _FEW_WORDS + 1, len(gaps))):
        if gaps[place] != " ":
            return False
        if (hit.half[:-1], place) in seconds:
            return True
    return False


def _longest(found: Iterable[Hit]) -> list[Hit]:
    """Hits not inside a longer hit of the same layer; what a trap covers is nothing."""
    kept: list[Hit] = []
    reach = {"cue": (0, 0), "topic": (0, 0)}  # layer → the hit that reaches furthest
    masked = 0
    for hit in sorted(found, key=_before):
        if hit.last <= masked:
            continue
        if hit.concept.role == "trap":
            masked = hit.last
        layer = "cue" if hit.concept.role == "cue" else "topic"
        first, last = reach[layer]
        if last > hit.last or (last == hit.last and first < hit.first):
            continue
        reach[layer] = (hit.first, hit.last)
        kept.append(hit)
    return kept


def _before(hit: Hit) -> tuple[int, int, bool, str]:
    """What contains a hit comes before it, a trap before what it equals."""
    return hit.first, -hit.last, hit.concept.role != "trap", hit.concept.id
