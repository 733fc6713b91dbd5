"""How strongly each clause asks: the request decides, not the words around it (policy §2)."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Final, NamedTuple

from routing.lexicon import Hit
from routing.text import MARK, SENTENCE

PRINCIPAL: Final = 4
REQUEST: Final = 3
COMPLAINT: Final = 2
BACKGROUND: Final = 1

ASKABLE: Final = frozenset({"thing", "body"})

_ASKS: Final = {  # force, and whether what is asked for stands after it
    "ask_principal": (PRINCIPAL, True),
    "ask_problem": (REQUEST, True),
    "ask_strong": (REQUEST, False),
    "ask_mild": (COMPLAINT, False),
}
_LONGEST_CLAUSE: Final = 60  # words; so that a text without punctuation costs no more than another
_FEW_WORDS: Final = 4
_NOTHING: Final[frozenset[tuple[int, int]]] = frozenset()
_OPENS_CLAUSE: Final = frozenset({"contrast", "conjunction", "now", "ask_principal"})


_SCOPING: Final = frozenset(
    {
        "neg_be", "neg_have", "neg_want", "neg_before", "past", "was", "taken", "restore",
        "near_place", "employee", "for_whom", "other_person",
    }
)  # fmt: skip


Mention = tuple[int, Hit]  # a concept and its clause
Asking = tuple[int, int, bool]  # clause, force, and whether what it asks for stands after it
Cues = dict[str, list[Hit]]  # by concept


class Layout(NamedTuple):
    """The letter in clauses: the sentence of each, what it speaks of and how.

    `scoping` are the cues that change what the words of their clause mean, by clause; `aside` what
    the citizen sets aside («از آن بابت گله‌ای ندارم»), by clause and first word.
    """

    sentences: list[int]
    topics: list[Mention]
    cues: list[Mention]
    scoping: dict[int, Cues]
    asking: list[Asking]
    aside: frozenset[tuple[int, int]]


def lay_out(words: str, topics: list[Hit], cues: list[Hit]) -> Layout:
    """The letter cut at its marks and conjunctions. «ولی» begins a sentence of its own.

    `words`: one character each, as `Alphabet.write` gives them; `topics`, `cues`: what was found.
    """
    starts, sentences = _clauses(words, cues)
    spoken, manner = _placed(topics, starts), _placed(cues, starts)
    scoping: dict[int, Cues] = {}
    asking: list[Asking] = []
    dismissed = []
    for clause, hit in manner:
        id_ = hit[2].id
        if id_ in _ASKS:
            force, ahead = _ASKS[id_]
            asking.append((clause, force, ahead))
        elif id_ in _SCOPING:
            scoping.setdefault(clause, {}).setdefault(id_, []).append(hit)
        elif id_ == "dismissed":
            dismissed.append((clause, hit[0]))
    aside = frozenset(_set_aside(dismissed, spoken)) if dismissed else _NOTHING
    return Layout(sentences, spoken, manner, scoping, asking, aside)


def _placed(hits: list[Hit], starts: list[int]) -> list[Mention]:
    """Each hit with its clause. Both stand in the order of the letter."""
    placed: list[Mention] = []
    clause, last = 0, len(starts) - 1
    for hit in hits:
        while clause < last and starts[clause + 1] <= hit[0]:
            clause += 1
        placed.append((clause, hit))
    return placed


def _clauses(words: str, cues: list[Hit]) -> tuple[list[int], list[int]]:
    """Where each clause starts, and the sentence it is of."""
    opening = {first: concept.id for first, _, concept in cues if concept.id in _OPENS_CLAUSE}
    marks = [mark.start() for mark in MARK.finditer(words)]
    starts, sentences = [0], [0]
    sentence = 0
    for index in sorted({*marks, *opening}):
        while index - starts[-1] > _LONGEST_CLAUSE:
            starts.append(starts[-1] + _LONGEST_CLAUSE)
            sentences.append(sentence)
        sentence += words[index] == SENTENCE or opening.get(index) == "contrast"
        starts.append(index)
        sentences.append(sentence)
    while len(words) - starts[-1] > _LONGEST_CLAUSE:
        starts.append(starts[-1] + _LONGEST_CLAUSE)
        sentences.append(sentence)
    return starts, sentences


def _set_aside(
    dismissed: list[tuple[int, int]], topics: list[Mention]
) -> Iterator[tuple[int, int]]:
    """What each dismissal speaks of: what its clause names shortly before it, else what the last
    clause that names something does."""
    for clause, place in dismissed:
        own = [topic for topic in topics if topic[0] == clause]
        near = [hit for _, hit in own if -_FEW_WORDS <= place - hit[1] <= 2 * _FEW_WORDS]
        if near:
            yield from ((clause, hit[0]) for hit in near)
        elif not own:
            last = max((before for before, _ in topics if before < clause), default=None)
            yield from (
                (last, first)
                for before, (first, _, concept) in topics
                if before == last and concept.role != "status"
            )


def forces(living: list[Mention], text: Layout) -> list[int]:
    """The force of each clause: a request colours its sentence, a principal one what follows it.

    A request that names nothing lends its force to a sentence beside it that does.
    """
    whole: dict[int, int] = {}  # sentence → force of the requests that colour all of it
    onward: dict[int, int] = {}  # clause → force that it and the rest of its sentence have
    for clause, force, ahead in text.asking:
        where, key = (onward, clause) if ahead else (whole, text.sentences[clause])
        if force > where.get(key, BACKGROUND):
            where[key] = force
    found = _coloured(text.sentences, whole, onward)
    lent = _lent(living, text, found)
    for clause, sentence in enumerate(text.sentences):
        if sentence in lent and lent[sentence] > found[clause]:
            found[clause] = lent[sentence]
    return found


def _coloured(sentences: list[int], whole: dict[int, int], onward: dict[int, int]) -> list[int]:
    found = []
    current, running = -1, BACKGROUND
    for clause, sentence in enumerate(sentences):
        if sentence != current:
            current, running = sentence, BACKGROUND
            general = whole.get(sentence, BACKGROUND)
        if clause in onward and onward[clause] > running:
            running = onward[clause]
        found.append(running if running > general else general)
    return found


def _lent(living: list[Mention], text: Layout, found: list[int]) -> dict[int, int]:
    """Sentence → the force it has from requests beside it that name nothing."""
    own = _own(living, text, found)
    filled = sorted(own)
    lent: dict[int, int] = {}
    for clause, force, ahead in text.asking:
        sentence = text.sentences[clause]
        if own and own.get(sentence, 0) < force:
            target = _beside(sentence, filled, ahead=ahead)
            if target is not None:
                lent[target] = max(lent.get(target, 0), min(force, REQUEST))
    return lent


def _own(living: list[Mention], text: Layout, found: list[int]) -> dict[int, int]:
    """Sentence → its own force, of those that name something to ask for."""
    own: dict[int, int] = {}
    for clause, (_, _, concept) in living:
        if concept.role in ASKABLE or concept.id == "business_goal":
            sentence = text.sentences[clause]
            if found[clause] > own.get(sentence, 0):
                own[sentence] = found[clause]
    return own


def _beside(sentence: int, filled: list[int], *, ahead: bool) -> int | None:
    """The nearest sentence that names something: the one before, else the one after."""
    last, first = bisect_left(filled, sentence) - 1, bisect_right(filled, sentence)
    before = filled[last] if last >= 0 else None
    after = filled[first] if first < len(filled) else None
    near, other = (after, before) if ahead else (before, after)
    return other if near is None else near
