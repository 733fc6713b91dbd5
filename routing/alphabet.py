"""A letter written with one character per word, so that one automaton pass finds whole terms.

Every word of the lexicon has a sign of its own; words that no term knows share one; the marks that
end a clause or a sentence stay as they are.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate
from operator import itemgetter
from typing import NamedTuple

from routing.terms import stems
from routing.text import HALF_SPACE, MARKS, PLURALS, PREFIXES, Part, fold, split, tokens, words

UNKNOWN = "?"
_PREFIX, _PLURAL = "<", ">"  # half-words, which belong to the token after or before them
_FIRST_SIGN = 0x10000
_KEPT_TOKENS = 100_000
_SHORTEST_HEARD = 4  # letters; shorter words sound like too many others


class Sign(NamedTuple):
    """A token in the alphabet: `near` by the words it is, the others by those it is a form of."""

    near: str
    form: str
    root: str
    lean: int  # what experience makes of it


_NEAR, _FORM, _ROOT = itemgetter(0), itemgetter(1), itemgetter(2)


class Written:
    """A text in the alphabet: one character for each word and mark.

    `near` has the words as they are; `layers` also those that they are forms of.
    """

    __slots__ = ("_signs", "layers", "near", "tokens")

    def __init__(self, tokens: Sequence[str], signs: Sequence[Sign]) -> None:
        self.tokens = tokens
        self._signs = signs
        self.near = "".join(map(_NEAR, signs))
        self.layers = {self.near, "".join(map(_FORM, signs)), "".join(map(_ROOT, signs))}

    def leans(self) -> list[int]:
        """What experience makes of each distinct token."""
        return [sign.lean for sign in dict(zip(self.tokens, self._signs, strict=True)).values()]

    def places(self, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Where words first … last-1 of each span stand in the text: `str` indices."""
        if not spans:
            return []
        reach = list(accumulate(map(len, map(_NEAR, self._signs))))
        starts = _starts(self.tokens)
        split_once: dict[int, list[Part]] = {}

        def part(word: int) -> tuple[int, int]:
            index = bisect_right(reach, word)
            token, begin = self.tokens[index], starts[index]
            if token.isalnum():  # nothing to leave out
                return begin, begin + len(token)
            found = split_once.get(index) or split_once.setdefault(index, split(token))
            own = found[word - (reach[index - 1] if index else 0)]
            return begin + own.start, begin + own.end

        return [
            part(first) if last - first == 1 else (part(first)[0], part(last - 1)[1])
            for first, last in spans
        ]


def _starts(tokens: Sequence[str]) -> list[int]:
    """Where each token starts: one blank stands between two, and none was beside a line's end."""
    ends = accumulate(map(len, tokens))
    starts = [0, *(end + place for place, end in enumerate(ends, start=1))]
    if "\n" in tokens:
        lines = accumulate(map("\n".__eq__, tokens))
        for place, before in enumerate(lines, start=1):
            starts[place] -= 2 * before
    return starts


class _Memo(dict[str, Sign]):
    """Token → its signs; forgets all when it has grown large."""

    def __init__(self, sign: Callable[[str], Sign]) -> None:
        super().__init__()
        self._sign = sign

    def __missing__(self, token: str) -> Sign:
        if len(self) > _KEPT_TOKENS:
            self.clear()
        found = self[token] = self._sign(token)
        return found


class Alphabet:
    """The signs of the words that a lexicon knows, and how the others are recognised."""

    def __init__(
        self,
        vocabulary: Iterable[str],
        spellings: Mapping[str, str],
        ordinary: Iterable[str],
        lean: Callable[[str], int],
    ) -> None:
        """`lean`: what experience makes of a token."""
        known = sorted(set(vocabulary))
        self._signs = {word: chr(_FIRST_SIGN + i) for i, word in enumerate(known)}
        self._signs |= dict.fromkeys(PREFIXES, _PREFIX) | dict.fromkeys(PLURALS, _PLURAL)
        self._signs |= {mark: mark for mark in MARKS}
        self._spellings = {
            "".join(words(wrong)): "".join(words(right)) for wrong, right in spellings.items()
        }
        self._ordinary = frozenset("".join(words(word)) for word in ordinary) - set(known)
        self._sounds = {fold(word): word for word in known if len(word) >= _SHORTEST_HEARD}
        self._lean = lean
        self._memo = _Memo(self._token)

    def form(self, form: str) -> str:
        """A form of a term, of words of the vocabulary, in the alphabet."""
        return "".join(self._signs[word] for word in form.split())

    def write(self, text: str) -> Written:
        """`text` in the alphabet."""
        found = tokens(text)
        written = Written(found, list(map(self._memo.__getitem__, found)))
        if _PREFIX not in written.near and _PLURAL not in written.near:
            return written
        found = tokens(self._joined(text, found))
        return Written(found, list(map(self._memo.__getitem__, found)))

    def _joined(self, text: str, found: Sequence[str]) -> str:
        """The text with a half-space for the blank after «می» and before «ها»."""
        letters = list(text)
        ends = ""  # the signs of the token before
        for token, start in zip(found, _starts(found), strict=False):
            near = self._memo[token].near
            belongs = near == _PLURAL or (ends.endswith(_PREFIX) and near not in MARKS)
            if belongs and start > 0 and letters[start - 1] == " ":
                letters[start - 1] = HALF_SPACE
            ends = near or ends
        return "".join(letters)

    def _token(self, token: str) -> Sign:
        words = [self._word(part.word) for part in split(token)]
        near, form, root = ("".join(map(layer, words)) for layer in (_NEAR, _FORM, _ROOT))
        return Sign(near, form, root, self._lean(token))

    def _word(self, word: str) -> tuple[str, str, str]:
        sign = self._signs.get(word)
        if sign is not None and sign.isascii():  # a mark or a half-word: a form of nothing
            return sign, sign, sign
        near, *forms = [self._signs.get(known, UNKNOWN) for known in self._recognised(word)]
        form = forms[0] if forms else near
        return near, form, forms[1] if len(forms) > 1 else form

    def _recognised(self, word: str) -> Sequence[str]:
        """The word of the vocabulary that this is, then those that it is a form of."""
        if word in self._ordinary:
            return [word]
        possible = dict.fromkeys(stems(word))
        told = dict.fromkeys(
            self._spellings.get(stem, stem)
            for stem in possible
            if stem in self._spellings or stem in self._signs
        )
        if told:
            return list(told)
        heard = (self._sounds.get(fold(stem)) for stem in possible if len(stem) >= _SHORTEST_HEARD)
        return [next((found for found in heard if found is not None), word)]
