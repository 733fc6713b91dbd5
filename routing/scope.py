"""What is said of each concept: asked, mentioned, denied, past, somebody else's (policy §2, §4)."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from routing.alphabet import Written
from routing.focus import ASKABLE, Layout, forces, lay_out
from routing.lexicon import Hit, Lexicon

_IS = frozenset({"status", "body", "bank", "bare", "ground"})
_HAS = frozenset({"status", "body", "bank", "bare"})
_BANKS = frozenset({"bank", "bare"})
_COMPARED = frozenset({"status", "thing", "body"})
_NAMES = frozenset({"isargar", "martyrs_body", "welfare_body", "relief_body"})
_REPORTED = frozenset({"welfare_care"})  # abuse and neglect are told of others
_ALSO_LACKED = frozenset({"illness", "isargar_matter"})
_FOR_LIFE = frozenset({"isargar", "disability"})


Mention = tuple[int, Hit]  # a concept and its clause


class Reading(NamedTuple):
    """A letter as the rules see it.

    `mentions` are those that still count, `cues` the ways of speaking, `denied` the concepts that
    the citizen denies, `past` what is over (it may count all the same). Each clause has its
    sentence and its force: 4 principal request, 3 request, 2 complaint, 1 background.
    """

    written: Written
    mentions: Sequence[Mention]
    cues: Sequence[Mention]
    denied: frozenset[str]
    sentences: Sequence[int]
    forces: Sequence[int]
    past: Sequence[Mention]


def read(text: str, lexicon: Lexicon) -> Reading:
    """All mentions in `text`, with the force of their clauses."""
    written = lexicon.alphabet.write(text)
    layout = lay_out(written.near, *lexicon.find(written))
    living, past, denied = _living(layout)
    force = forces(living, layout)
    return Reading(written, living, layout.cues, denied, layout.sentences, force, past)


def _living(text: Layout) -> tuple[list[Mention], list[Mention], frozenset[str]]:
    """The topics that still count, those that are past, and the concepts that are denied."""
    living: list[Mention] = []
    past: list[Mention] = []
    denied = set()
    for topic in text.topics:
        clause, hit = topic
        if (clause, hit.first) in text.aside:
            continue
        cues = text.scoping.get(clause)
        if cues is None:
            living.append(topic)
        elif _denied(hit, cues):
            denied.add(hit.concept.id)
        elif not _place(hit, cues) and not _somebody_else(hit, cues):
            (past if _past(hit, cues) else living).append(topic)
    return _with_past(living, past), past, frozenset(denied)


def _with_past(living: list[Mention], past: list[Mention]) -> list[Mention]:
    """The past counts where it is all that the letter is about, or names its only bank."""
    if not past:
        return living
    about = any(hit.concept.role in ASKABLE for _, hit in living)
    banked = any(hit.concept.role in _BANKS for _, hit in living)
    kept = [
        topic for topic in past
        if (not banked if topic[1].concept.role in _BANKS else not about)
    ]  # fmt: skip
    return sorted(living + kept, key=_order)


def _order(topic: Mention) -> tuple[int, int]:
    return topic[1].first, -topic[1].last


def _of(cues: list[Hit], concept: str) -> list[Hit]:
    return [cue for cue in cues if cue.concept.id == concept]


def _place(hit: Hit, cues: list[Hit]) -> bool:
    """«روبروی بانک ملی», «بیمارستان شهید بهشتی», «کارمند شهرداری»: where, not who."""
    if hit.concept.owner == "other":
        return any(cue.last == hit.first for cue in _of(cues, "employee"))
    if hit.concept.role not in _BANKS and hit.concept.id not in _NAMES:
        return False
    return any(cue.last == hit.first for cue in _of(cues, "near_place"))


def _denied(hit: Hit, cues: list[Hit]) -> bool:
    for cue in cues:
        denies = _DENIALS.get(cue.concept.id)
        if denies is not None and denies(hit, cue):
            return True
    return False


def _not_being(hit: Hit, cue: Hit) -> bool:
    near = hit.concept.role in _BANKS or hit.concept.id in _FOR_LIFE
    return hit.concept.role in _IS and 0 <= cue.first - hit.last <= (1 if near else 4)


def _not_having(hit: Hit, cue: Hit) -> bool:
    lacked = hit.concept.role in _HAS or hit.concept.id in _ALSO_LACKED
    reach = 1 if hit.concept.id in _FOR_LIFE else 2
    return lacked and 0 <= cue.first - hit.last <= reach


def _not_wanting(hit: Hit, cue: Hit) -> bool:
    inside = cue.first <= hit.first <= cue.last  # or right after
    return inside or 0 <= cue.first - hit.last <= 5


def _standing_before(hit: Hit, cue: Hit) -> bool:
    return 0 <= hit.first - cue.last <= (0 if hit.concept.role in _BANKS else 1)


_DENIALS: dict[str, Callable[[Hit, Hit], bool]] = {
    "neg_be": _not_being,
    "neg_have": _not_having,
    "neg_want": _not_wanting,
    "neg_before": _standing_before,
}


def _past(hit: Hit, cues: list[Hit]) -> bool:
    """Past cover, a closed account, a loan already had — unless it is to be restored."""
    if hit.concept.id == "loan":
        return any(0 <= cue.first - hit.last <= 2 for cue in _of(cues, "taken"))
    if hit.concept.role not in _HAS or hit.concept.id in _FOR_LIFE or _of(cues, "restore"):
        return False
    was = any(0 <= cue.first - hit.last <= 1 for cue in _of(cues, "was"))
    return was or bool(_of(cues, "past"))


def _somebody_else(hit: Hit, cues: list[Hit]) -> bool:
    """«همسایه‌ام مستمری‌بگیر است ولی من…»; writing for somebody is another matter."""
    if hit.concept.role not in _COMPARED or hit.concept.id in _REPORTED:
        return False
    for_whom = {cue.last for cue in _of(cues, "for_whom")}
    if any(place > hit.last for place in for_whom):
        return False  # what is asked is for them
    others = _of(cues, "other_person")
    return any(0 <= hit.first - cue.last <= 4 and cue.first not in for_whom for cue in others)
