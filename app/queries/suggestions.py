"""Words that tell the letters which people corrected to an agency from all the others.

For each term the log-odds of its standing in a letter of the one kind and of the other, with a
prior from both together, over its standard deviation (Monroe, Colaresi and Quinn 2008, «Fightin'
Words»): a term that is merely rare can't score high.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from math import log, sqrt
from uuid import UUID

from app.db import Json
from app.queries.replay import Past
from routing.text import MARKS, split

TOP = 20
FEWEST = 3  # letters, and citizens: what fewer people say may be a name
PRIOR = 20.0  # so many letters the prior counts for
_SHORTEST = 2


@dataclass(slots=True)
class Corrected:
    """The letters of one agency, and for each of their terms the first citizens who used it."""

    letters: int = 0
    used: Counter[str] = field(default_factory=Counter)
    citizens: dict[str, set[UUID]] = field(default_factory=lambda: defaultdict(set))

    def add(self, past: Past) -> None:
        self.letters += 1
        for term in terms(past.letter.text):
            self.used[term] += 1
            if len(self.citizens[term]) < FEWEST:
                self.citizens[term].add(past.citizen)

    def common(self) -> dict[str, int]:
        """Term → letters, of what enough people wrote."""
        enough = (term for term, who in self.citizens.items() if len(who) >= FEWEST)
        return {term: self.used[term] for term in enough if self.used[term] >= FEWEST}


def terms(text: str) -> set[str]:
    """The words and pairs of neighbouring words of a letter, spelled as the router spells them;
    nothing with a digit in it, and no pair across the end of a clause."""
    words = [part.word if _is_word(part.word) else "" for part in split(text)]
    pairs = {f"{one} {other}" for one, other in pairwise(words) if one and other}
    return pairs | {word for word in words if word}


def _is_word(word: str) -> bool:
    return word not in MARKS and len(word) >= _SHORTEST and not any(map(str.isnumeric, word))


def corrected(pages: Iterable[list[Past]]) -> dict[str, Corrected]:
    """By agency: the letters that people sent there and the rules had not."""
    found: dict[str, Corrected] = defaultdict(Corrected)
    for page in pages:
        for past in page:
            if past.truth is not None and past.truth != past.before:
                found[past.truth].add(past)
    return found


def everywhere(pages: Iterable[list[Past]], wanted: frozenset[str]) -> Counter[str]:
    """In how many letters each of these terms stands."""
    found: Counter[str] = Counter()
    for page in pages:
        for past in page:
            found.update(wanted & terms(past.letter.text))
    return found


def telling(group: Corrected, all_letters: int, used: Counter[str]) -> Iterator[Json]:
    """The terms that speak most for the group, the strongest first, with both counts."""
    rest = all_letters - group.letters
    scored = [
        (score((inside, group.letters), (used[term] - inside, rest)), term, inside)
        for term, inside in group.common().items()
    ]
    for z, term, inside in sorted(scored, key=lambda s: (-s[0], s[1]))[:TOP]:
        if z > 0:
            others = used[term] - inside
            yield {"term": term, "corrected": inside, "others": others, "score": round(z, 2)}


def score(inside: tuple[int, int], outside: tuple[int, int]) -> float:
    """(letters with the term, letters) of the group and of the rest → z of the log-odds ratio."""
    with_term, letters = inside[0] + outside[0], inside[1] + outside[1]
    prior = PRIOR * (with_term + 0.5) / (letters + 1)
    one, other = _log_odds(inside, prior), _log_odds(outside, prior)
    deviation = sqrt(1 / (inside[0] + prior) + 1 / (outside[0] + prior))
    return (one - other) / deviation


def _log_odds(counts: tuple[int, int], prior: float) -> float:
    with_term, letters = counts
    return log((with_term + prior) / (letters - with_term + PRIOR - prior))
