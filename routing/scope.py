"""What is said of each concept: asked, mentioned, denied, past, somebody else's (policy §2, §4)."""

from dataclasses import dataclass

from routing.focus import ASKABLE, Layout, forces, lay_out
from routing.lexicon import Hit, Lexicon
from routing.text import Words, split

_IS = frozenset({"status", "body", "bank", "ground"})
_HAS = frozenset({"status", "body", "bank"})
_COMPARED = frozenset({"status", "thing", "body"})
_NAMES = frozenset({"isargar", "martyrs_body", "welfare_body", "relief_body"})
_ALSO_LACKED = frozenset({"illness", "isargar_matter"})
_FOR_LIFE = frozenset({"isargar", "disability"})


@dataclass(frozen=True, slots=True)
class Mention:
    """A concept in its sentence and clause. Force: 4 principal request, 3 request, 2 complaint,
    1 background."""

    hit: Hit
    clause: int
    sentence: int
    force: int

    @property
    def concept(self) -> str:
        """The concept's id."""
        return self.hit.concept.id


@dataclass(frozen=True, slots=True)
class Reading:
    """A letter as the rules see it.

    `mentions` are those that still count, `cues` the ways of speaking, `denied` the concepts that
    the citizen denies.
    """

    words: Words
    mentions: tuple[Mention, ...]
    cues: tuple[Mention, ...]
    denied: frozenset[str]


def read(text: str, lexicon: Lexicon) -> Reading:
    """All mentions in `text`, with their force."""
    words = split(text)
    hits = lexicon.find(words.words, words.gaps)
    layout = lay_out(words, hits)
    spoken = [hit for hit in hits if hit.concept.role not in ("cue", "trap")]
    denied = {hit for hit in spoken if _denied(hit, layout)}
    living = [hit for hit in spoken if hit not in denied and not _taken_back(hit, layout)]
    current = [hit for hit in living if not _past(hit, layout)]
    if any(hit.concept.role in ASKABLE for hit in current):
        living = current  # else the past is all that the letter is about
    force = forces(living, layout)

    def mention(hit: Hit) -> Mention:
        clause = layout.clauses[hit.first]
        return Mention(hit, clause, layout.sentences[hit.first], force[clause])

    return Reading(
        words,
        mentions=tuple(mention(hit) for hit in living),
        cues=tuple(mention(hit) for group in layout.cues.values() for hit in group),
        denied=frozenset(hit.concept.id for hit in denied),
    )


def _taken_back(hit: Hit, text: Layout) -> bool:
    """Set aside, compared with somebody else's, or only the name of a place."""
    aside = text.clauses[hit.first] in text.aside
    return aside or _place(hit, text) or _somebody_else(hit, text)


def _around(hit: Hit, text: Layout, concept: str) -> list[Hit]:
    """The cues of one kind in the hit's clause."""
    cues = text.cues.get(text.clauses[hit.first], ())
    return [cue for cue in cues if cue.concept.id == concept]


def _place(hit: Hit, text: Layout) -> bool:
    """«روبروی بانک ملی», «بیمارستان شهید بهشتی», «کارمند شهرداری»: where, not who."""
    if hit.concept.owner == "other":
        return any(cue.last == hit.first for cue in _around(hit, text, "employee"))
    if hit.concept.role != "bank" and hit.concept.id not in _NAMES:
        return False
    return any(cue.last == hit.first for cue in _around(hit, text, "near_place"))


def _denied(hit: Hit, text: Layout) -> bool:
    for cue in text.cues.get(text.clauses[hit.first], ()):
        denies = _DENIALS.get(cue.concept.id)
        if denies is not None and denies(hit, cue):
            return True
    return False


def _not_being(hit: Hit, cue: Hit) -> bool:
    return hit.concept.role in _IS and 0 <= cue.first - hit.last <= 4


def _not_having(hit: Hit, cue: Hit) -> bool:
    lacked = hit.concept.role in _HAS or hit.concept.id in _ALSO_LACKED
    return lacked and 0 <= cue.first - hit.last <= 2


def _not_wanting(hit: Hit, cue: Hit) -> bool:
    return -3 <= cue.first - hit.last <= 5


def _standing_before(hit: Hit, cue: Hit) -> bool:
    return 0 <= hit.first - cue.last <= 1


_DENIALS = {
    "neg_be": _not_being,
    "neg_have": _not_having,
    "neg_want": _not_wanting,
    "neg_before": _standing_before,
}


def _past(hit: Hit, text: Layout) -> bool:
    """Past cover, a closed account, a loan already had — unless it is to be restored."""
    if hit.concept.id == "loan":
        return any(0 <= cue.first - hit.last <= 2 for cue in _around(hit, text, "taken"))
    if hit.concept.role not in _HAS or hit.concept.id in _FOR_LIFE:
        return False
    if _around(hit, text, "restore"):
        return False
    return any(_reaches(cue, hit, text) for cue in _around(hit, text, "past"))


def _reaches(cue: Hit, hit: Hit, text: Layout) -> bool:
    """«بود» speaks of what stands right before it, «قبلاً» of its whole clause."""
    return text.words.words[cue.first] != "بود" or 0 <= cue.first - hit.last <= 1


def _somebody_else(hit: Hit, text: Layout) -> bool:
    """«همسایه‌ام مستمری‌بگیر است ولی من…»; writing for somebody is another matter."""
    if hit.concept.role not in _COMPARED:
        return False
    for_whom = {cue.last for cue in _around(hit, text, "for_whom")}
    others = _around(hit, text, "other_person")
    return any(0 <= hit.first - cue.last <= 4 and cue.first not in for_whom for cue in others)
