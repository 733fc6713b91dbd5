"""What labelled letters have taught: how far each word and concept speaks for each owner.

A linear model. It never decides alone what a final rule decides, and it can be read: each line of
`experience.tsv` is a word or a concept with its weights.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import exp, sqrt
from typing import Final

from routing.banks import ORDER
from routing.cases import AGENCIES
from routing.sources import BadRules
from routing.terms import stems
from routing.text import MARKS, fold, split

FILE = "experience.tsv"
OWNERS = AGENCIES - set(ORDER) | {"bank"}  # the five banks are one
UNIT: Final = 100  # a weight of 1.0 in the file
_LANE: Final = 48  # bits for the sum of one owner's weights; all are added in one whole number
_HALF: Final = 1 << (_LANE - 1)
_MASK: Final = (1 << _LANE) - 1


Features = Iterable[tuple[str, Iterable[str]]]  # kind → what is found of it
_NONE: Final[dict[str, int]] = {}


def stem(word: str) -> str:
    """The word as experience knows it: without endings, by its sound."""
    shortest = min((s for s in stems(word) if word.startswith(s)), key=len)
    return fold(shortest)


def shapes(word: str) -> list[str]:
    """The pieces of a word by which an unknown form of a known word is known."""
    edged = f"<{word}>"
    return [
        edged[start : start + length]
        for length in (3, 4, 5)
        for start in range(len(edged) - length + 1)
    ]


def token_words(token: str) -> list[str]:
    """The words in a token, each once."""
    return list(dict.fromkeys(part.word for part in split(token) if part.word not in MARKS))


def token_features(token: str) -> Iterator[tuple[str, str, float]]:
    """Kind, what and value: the stem of each word in a token, its pieces together as heavy."""
    for word in token_words(token):
        yield "word", stem(word), 1.0
        pieces = shapes(word)
        for piece in pieces:
            yield "piece", piece, 1 / sqrt(len(pieces))


class Experience:
    """Weights by name: "bias", "word نان", "asked loan", "said loan", "denied loan", …"""

    def __init__(self, owners: Sequence[str], weights: Mapping[str, Sequence[int]]) -> None:
        self.owners = tuple(owners)
        self._lanes = range(0, _LANE * len(owners), _LANE)
        self._level = _packed([_HALF] * len(owners))
        self._weights: dict[str, dict[str, int]] = {}
        for name, row in weights.items():
            kind, _, what = name.partition(" ")
            self._weights.setdefault(kind, {})[what] = _packed(row)

    @classmethod
    def parse(cls, file: str, text: str) -> "Experience":
        """Raises BadRules naming the line that is not a name and a whole number per owner."""
        lines = text.splitlines()
        header = lines[0].split("\t") if lines else []
        if len(header) < 3 or header[0] != "name":
            raise BadRules(f"{file}:1: 'name' and the owners are expected here")
        unknown = [owner for owner in header[1:] if owner not in OWNERS]
        if unknown:
            raise BadRules(f"{file}:1: {unknown[0]!r} is no owner")
        weights: dict[str, list[int]] = {}
        for number, line in enumerate(lines[1:], start=2):
            name, *row = line.split("\t")
            try:
                weights[name] = list(map(int, row))
            except ValueError as bad:
                raise BadRules(f"{file}:{number}: whole numbers are expected here") from bad
            if len(row) != len(header) - 1:
                raise BadRules(f"{file}:{number}: {len(header) - 1} weights are expected here")
        return cls(header[1:], weights)

    def of_token(self, token: str) -> int:
        """What the words of a token say, for `shares`: the weights of its `token_features`."""
        total = [0.0] * len(self.owners)
        for word in token_words(token):
            pieces = shapes(word)
            known = self._unpacked(self._of("word", stem(word)))
            shaped = self._unpacked(self._sum((("piece", pieces),)))
            value = 1 / sqrt(len(pieces))
            total = [t + k + s * value for t, k, s in zip(total, known, shaped, strict=True)]
        return _packed([round(weight) for weight in total])

    def shares(self, words: list[int], features: Features) -> dict[str, float]:
        """Owner → how likely it is, in sum 1.

        `words`: `of_token` of each distinct token; `features`: by kind, what else is found.
        """
        facts = self._of("bias", "") + self._sum(features)
        length = sqrt(len(words)) or 1.0
        scores = [
            (fact + word / length) / UNIT
            for fact, word in zip(self._unpacked(facts), self._unpacked(sum(words)), strict=True)
        ]
        top = max(scores)
        likely = [exp(score - top) for score in scores]
        whole = sum(likely)
        return {owner: share / whole for owner, share in zip(self.owners, likely, strict=True)}

    def weight(self, features: Features, owner: str) -> int:
        """What features say together for one owner; 0 for what was never seen."""
        lane = self._lanes[self.owners.index(owner)]
        return (((self._sum(features) + self._level) >> lane) & _MASK) - _HALF

    def _of(self, kind: str, what: str) -> int:
        return self._weights.get(kind, _NONE).get(what, 0)

    def _sum(self, features: Features) -> int:
        total = 0
        for kind, found in features:
            known = self._weights.get(kind, _NONE)
            for what in found:
                total += known.get(what, 0)
        return total

    def _unpacked(self, packed: int) -> list[int]:
        level = packed + self._level
        return [((level >> lane) & _MASK) - _HALF for lane in self._lanes]


def _packed(row: Sequence[int]) -> int:
    return sum(weight << (_LANE * place) for place, weight in enumerate(row))
