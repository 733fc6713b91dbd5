"""One pass over a text that finds the concepts in it.

A concept is found only as whole words; a word may carry an ending, or be misspelled by sound
(policy §6).
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from ahocorasick_rs import AhoCorasick, Implementation

from routing.alphabet import Alphabet, Written
from routing.concepts import NOTHING, Concept, Says, meanings_of
from routing.text import MARK

_FEW_WORDS: Final = 7  # between the two halves of a term that is written apart

Hit = tuple[int, int, Concept]  # a concept in the words first … last-1
_Found = tuple[int, int, int, Concept]  # first, -last, order, concept: sorts as _outermost needs
_Half = tuple[int, int, int, int]  # first, last, bits of the terms that it begins and it ends


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Concepts and how they are found. The same text gives the same hits always."""

    concepts: Mapping[str, Concept]
    alphabet: Alphabet
    _automaton: AhoCorasick  # over the forms of several words
    _says: Sequence[Says]  # of each such form
    _apart: Sequence[tuple[int, Concept]]  # of each term written apart, by its bit

    def find(self, text: Written) -> tuple[list[Hit], list[Hit]]:
        """What the text speaks of and how: every concept in its words, the longest where terms
        overlap, what a trap covers taken out."""
        spoken, manner, halves = _sorted_out(self._said(text))
        for found in self._whole(halves, text.near):
            (manner if found[3].role == "cue" else spoken).append(found)
        hits = _outermost(spoken)
        traps = [(first, last) for first, last, concept in hits if concept.role == "trap"]
        return _unmasked(hits, traps), _unmasked(_outermost(manner), traps)

    def _said(self, text: Written) -> Iterator[tuple[int, Says]]:
        """What words say by themselves, then what several say together, and where they start."""
        says = self._says
        matches = set().union(*map(self._matches, text.layers))
        return chain(text.said(), [(first, says[form]) for form, first, _ in matches])

    def _matches(self, words: str) -> list[tuple[int, int, int]]:
        return self._automaton.find_matches_as_indexes(words, overlapping=True)

    def _whole(self, halves: list[_Half], words: str) -> list[_Found]:
        """The first halves whose second half follows soon in the same clause."""
        ended = sorted([(first, ends) for first, _, _, ends in halves if ends])
        possible = 0
        for _, ends in ended:
            possible |= ends
        return [
            (first, -last, *self._apart[term])
            for first, last, begins, _ in halves
            if begins & possible
            for term in _bits(_met(begins, last, ended, words))
        ]


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
    meanings, apart = meanings_of(ordered)
    words = {word: meanings.get(word, NOTHING) for form in meanings for word in form.split()}
    longer = meanings.keys() - words.keys()
    alphabet = Alphabet(words, spellings, ordinary, lean)
    return Lexicon(
        {concept.id: concept for concept in ordered},
        alphabet,
        AhoCorasick(map(alphabet.form, longer), implementation=Implementation.ContiguousNFA),
        [((0, len(form.split()), meanings[form]),) for form in longer],
        apart,
    )


def _sorted_out(
    said: Iterable[tuple[int, Says]],
) -> tuple[list[_Found], list[_Found], list[_Half]]:
    """Topics, cues, and halves of terms written apart."""
    spoken: list[_Found] = []
    manner: list[_Found] = []
    halves: list[_Half] = []
    for start, says in said:
        for begin, end, (topics, cues, begins, ends) in says:
            first, last = start + begin, -start - end
            for order, concept in topics:
                spoken.append((first, last, order, concept))
            for order, concept in cues:
                manner.append((first, last, order, concept))
            if begins or ends:
                halves.append((first, -last, begins, ends))
    return spoken, manner, halves


def _met(begins: int, after: int, ended: list[tuple[int, int]], words: str) -> int:
    """The bits whose second half starts within a few words after the first, in the same clause."""
    met = 0
    first, last = bisect_left(ended, (after,)), bisect_left(ended, (after + _FEW_WORDS + 1,))
    for place, ends in ended[first:last]:
        if begins & ends and not MARK.search(words, after, place):
            met |= begins & ends
    return met


def _bits(bits: int) -> Iterator[int]:
    """The places of the bits that are set."""
    while bits:
        place = bits.bit_length() - 1
        yield place
        bits ^= 1 << place


def _outermost(found: list[_Found]) -> list[Hit]:
    """Those not inside a longer one, in their order; of those in one place, a trap first."""
    found.sort()
    kept: list[Hit] = []
    begin = end = before = -1
    for first, last, order, concept in found:
        last = -last
        if end < last or (end == last and begin == first and before != order):
            begin, end, before = first, last, order
            kept.append((first, last, concept))
    return kept


def _unmasked(hits: list[Hit], traps: list[tuple[int, int]]) -> list[Hit]:
    """Without traps and what they cover."""
    if not traps:
        return hits
    return [hit for hit in hits if not any(a <= hit[0] and hit[1] <= b for a, b in traps)]
