"""What is said of each concept: asked, mentioned, denied, past, somebody else's (policy §2, §4)."""

from collections.abc import Callable
from typing import Final, NamedTuple

from routing.alphabet import Written
from routing.focus import ASKABLE, Cues, Layout, Mention, forces, lay_out
from routing.lexicon import Hit, Lexicon

_IS: Final = frozenset({"status", "body", "bank", "bare", "ground"})
_HAS: Final = frozenset({"status", "body", "bank", "bare"})
_BANKS: Final = frozenset({"bank", "bare"})
_COMPARED: Final = frozenset({"status", "thing", "body"})
_NAMES: Final = frozenset({"isargar", "martyrs_body", "welfare_body", "relief_body"})
_REPORTED: Final = frozenset({"welfare_care"})  # abuse and neglect are told of others
_ALSO_LACKED: Final = frozenset({"illness", "isargar_matter"})
_FOR_LIFE: Final = frozenset({"isargar", "disability"})


class Reading(NamedTuple):
    """A letter as the rules see it.

    `mentions` are those that still count, `cues` the ways of speaking, `denied` the concepts that
    the citizen denies, `past` what is over (it may count all the same). Each clause has its
    sentence and its force: 4 principal request, 3 request, 2 complaint, 1 background.
    """

    written: Written
    mentions: list[Mention]
    cues: list[Mention]
    denied: frozenset[str]
    sentences: list[int]
    forces: list[int]
    past: list[Mention]


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
    scoping, aside = text.scoping, text.aside
    for topic in text.topics:
        clause, hit = topic
        if aside and (clause, hit[0]) in aside:
            continue
        cues = scoping.get(clause)
        if cues is None:
            living.append(topic)
        elif _denied(hit, cues):
            denied.add(hit[2].id)
        elif not _place(hit, cues) and not _somebody_else(hit, cues):
            (past if _past(hit, cues) else living).append(topic)
    return _with_past(living, past), past, frozenset(denied)


def _with_past(living: list[Mention], past: list[Mention]) -> list[Mention]:
    """The past counts where it is all that the letter is about, or names its only bank."""
    if not past:
        return living
    roles = {concept.role for _, (_, _, concept) in living}
    about, banked = not roles.isdisjoint(ASKABLE), not roles.isdisjoint(_BANKS)
    kept = [
        topic for topic in past
        if (not banked if topic[1][2].role in _BANKS else not about)
    ]  # fmt: skip
    return sorted(living + kept, key=_order)


def _order(topic: Mention) -> tuple[int, int]:
    _, (first, last, _) = topic
    return first, -last


def _place(hit: Hit, cues: Cues) -> bool:
    """«روبروی بانک ملی», «بیمارستان شهید بهشتی», «کارمند شهرداری»: where, not who."""
    first, _, concept = hit
    if concept.owner == "other":
        words = cues.get("employee", ())
    elif concept.role in _BANKS or concept.id in _NAMES:
        words = cues.get("near_place", ())
    else:
        return False
    return any(last == first for _, last, _ in words)


def _denied(hit: Hit, cues: Cues) -> bool:
    for id_, found in cues.items():
        if id_ in _DENIALS and any(_DENIALS[id_](hit, cue) for cue in found):
            return True
    return False


def _not_being(hit: Hit, cue: Hit) -> bool:
    _, last, concept = hit
    near = concept.role in _BANKS or concept.id in _FOR_LIFE
    return concept.role in _IS and 0 <= cue[0] - last <= (1 if near else 4)


def _not_having(hit: Hit, cue: Hit) -> bool:
    _, last, concept = hit
    lacked = concept.role in _HAS or concept.id in _ALSO_LACKED
    return lacked and 0 <= cue[0] - last <= (1 if concept.id in _FOR_LIFE else 2)


def _not_wanting(hit: Hit, cue: Hit) -> bool:
    inside = cue[0] <= hit[0] <= cue[1]  # or right after
    return inside or 0 <= cue[0] - hit[1] <= 5


def _standing_before(hit: Hit, cue: Hit) -> bool:
    return 0 <= hit[0] - cue[1] <= (0 if hit[2].role in _BANKS else 1)


_DENIALS: Final[dict[str, Callable[[Hit, Hit], bool]]] = {
    "neg_be": _not_being,
    "neg_have": _not_having,
    "neg_want": _not_wanting,
    "neg_before": _standing_before,
}


def _past(hit: Hit, cues: Cues) -> bool:
    """Past cover, a closed account, a loan already had — unless it is to be restored."""
    _, last, concept = hit
    if concept.id == "loan":
        return any(0 <= first - last <= 2 for first, _, _ in cues.get("taken", ()))
    if concept.role not in _HAS or concept.id in _FOR_LIFE or "restore" in cues:
        return False
    return "past" in cues or any(0 <= first - last <= 1 for first, _, _ in cues.get("was", ()))


def _somebody_else(hit: Hit, cues: Cues) -> bool:
    """«همسایه‌ام مستمری‌بگیر است ولی من…»; writing for somebody is another matter."""
    first, last, concept = hit
    others = cues.get("other_person")
    if not others or concept.role not in _COMPARED or concept.id in _REPORTED:
        return False
    for_whom = {end for _, end, _ in cues.get("for_whom", ())}
    if any(end > last for end in for_whom):
        return False  # what is asked is for them
    return any(0 <= first - end <= 4 and begin not in for_whom for begin, end, _ in others)
