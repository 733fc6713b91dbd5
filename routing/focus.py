"""How strongly each clause asks: the request decides, not the words around it (policy §2)."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from routing.lexicon import Hit
from routing.text import Words

PRINCIPAL, REQUEST, COMPLAINT, BACKGROUND = 4, 3, 2, 1

ASKABLE = frozenset({"thing", "body"})

_CUE_FORCE = {
    "ask_principal": PRINCIPAL,
    "ask_problem": REQUEST,
    "ask_strong": REQUEST,
    "ask_mild": COMPLAINT,
}
_LOOKS_AHEAD = frozenset({"ask_principal", "ask_problem"})
_LONGEST_CLAUSE = 60  # words; so that a text without punctuation costs no more than another
_OPENS_CLAUSE = frozenset({"contrast", "conjunction", "now"})


@dataclass(frozen=True, slots=True)
class Layout:
    """The clause and the sentence of each word, and the cues by clause.

    `aside` are the clauses whose matter the citizen sets aside («از آن بابت گله‌ای ندارم»).
    """

    words: Words
    clauses: list[int]
    sentences: list[int]
    cues: dict[int, list[Hit]]
    aside: frozenset[int]


def lay_out(words: Words, hits: Sequence[Hit]) -> Layout:
    """The letter cut at its punctuation and conjunctions. «ولی» begins a sentence of its own."""
    opening = {hit.first: hit.concept.id for hit in hits if hit.concept.id in _OPENS_CLAUSE}
    clauses, sentences = [], []
    clause = sentence = begun = 0
    for index, gap in enumerate(words.gaps):
        if gap != " " or index in opening or index - begun >= _LONGEST_CLAUSE:
            clause, begun = clause + 1, index
        sentence += gap == "." or opening.get(index) == "contrast"
        clauses.append(clause)
        sentences.append(sentence)
    cues: dict[int, list[Hit]] = {}
    for hit in hits:
        if hit.concept.role == "cue":
            cues.setdefault(clauses[hit.first], []).append(hit)
    filled = {clauses[hit.first] for hit in hits if hit.concept.role not in ("cue", "trap")}
    aside = frozenset(_set_aside(cues, sorted(filled)))
    return Layout(words, clauses, sentences, cues, aside)


def _set_aside(cues: Mapping[int, list[Hit]], filled: Sequence[int]) -> Iterator[int]:
    """The clause of each dismissal, or the one before it that names something."""
    for clause, hits in cues.items():
        if any(hit.concept.id == "dismissed" for hit in hits):
            before = bisect_right(filled, clause)
            yield filled[before - 1] if before else clause


def forces(living: Sequence[Hit], text: Layout) -> dict[int, int]:
    """The force of each clause: a request colours its sentence, a principal one what follows it.

    A request that names nothing lends its force to a sentence beside it that does.
    """
    order = dict(zip(text.clauses, text.sentences, strict=True))
    whole: dict[int, int] = {}  # sentence → force of the requests that colour all of it
    onward: dict[int, int] = {}  # clause → force that it and the rest of its sentence have
    for clause, force, ahead in _asking(text):
        where, key = (onward, clause) if ahead else (whole, order[clause])
        where[key] = max(where.get(key, BACKGROUND), force)
    found = _coloured(order, whole, onward)
    lent = _lent(living, text, order, found)
    return {clause: max(force, lent.get(order[clause], 0)) for clause, force in found.items()}


def _coloured(
    order: Mapping[int, int], whole: Mapping[int, int], onward: Mapping[int, int]
) -> dict[int, int]:
    found = {}
    sentence, running = -1, BACKGROUND
    for clause in order:
        if order[clause] != sentence:
            sentence, running = order[clause], BACKGROUND
        running = max(running, onward.get(clause, BACKGROUND))
        found[clause] = max(running, whole.get(sentence, BACKGROUND))
    return found


def _lent(
    living: Sequence[Hit], text: Layout, order: Mapping[int, int], found: Mapping[int, int]
) -> dict[int, int]:
    """Sentence → the force it has from requests beside it that name nothing."""
    own: dict[int, int] = {}
    for hit in living:
        if hit.concept.role in ASKABLE:
            clause = text.clauses[hit.first]
            own[order[clause]] = max(own.get(order[clause], 0), found[clause])
    filled = sorted(own)
    lent: dict[int, int] = {}
    for clause, force, ahead in _asking(text):
        target = _beside(order[clause], filled, ahead=ahead)
        if target is not None and own.get(order[clause], 0) < force:
            lent[target] = max(lent.get(target, 0), min(force, REQUEST))
    return lent


def _asking(text: Layout) -> Iterator[tuple[int, int, bool]]:
    """Clause and force of each cue that asks, and whether what it asks stands after it."""
    for clause, hits in text.cues.items():
        for hit in hits:
            if hit.concept.id in _CUE_FORCE:
                yield clause, _CUE_FORCE[hit.concept.id], hit.concept.id in _LOOKS_AHEAD


def _beside(sentence: int, filled: Sequence[int], *, ahead: bool) -> int | None:
    """The nearest sentence that names something: the one before, else the one after."""
    last, first = bisect_left(filled, sentence) - 1, bisect_right(filled, sentence)
    before = [filled[last]] if last >= 0 else []
    after = [filled[first]] if first < len(filled) else []
    near = after + before if ahead else before + after
    return near[0] if near else None
