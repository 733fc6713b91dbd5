"""A letter written with one character per word, so that one automaton pass finds whole terms.

Every word of the lexicon has a sign of its own; words that no term knows share one; the marks that
end a clause or a sentence stay as they are.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain, compress
from typing import NamedTuple

from routing.concepts import NOTHING, Meaning, Says
from routing.terms import stems
from routing.text import HALF_SPACE, LINE_END, MARKS, PLURALS, PREFIXES, fold, split, tokens, words

UNKNOWN = "?"
_PREFIX, _PLURAL = "<", ">"  # half-words, which belong to the token after or before them
_SIGNS = (range(0x800, 0xD800), range(0xE000, 0x110000))  # shorter ones in UTF-8 first
_KEPT_TOKENS = 100_000
_SHORTEST_HEARD = 4  # letters; shorter words sound like too many others


class Sign(NamedTuple):
    """A token in the alphabet: `near` by the words it is, the others by those it is a form of."""

    near: str
    form: str
    root: str
    room: int  # what it takes of the text, with the blank after it
    lean: int  # what experience makes of it
    says: Says  # by its words, each by itself
    parts: tuple[tuple[int, int], ...]  # where its words and marks stand in it; none: one fills it


class Written:
    """A text in the alphabet: one character for each word and mark.

    `near` has the words as they are; `layers` also those that they are forms of.
    """

    __slots__ = ("_leans", "_parts", "_rooms", "_says", "_starts", "layers", "near", "tokens")

    def __init__(self, tokens: Sequence[str], signs: Iterable[Sign]) -> None:
        near, form, root, self._rooms, self._leans, self._says, self._parts = zip(
            *signs, strict=True
        )
        self.tokens = tokens
        self.near = "".join(near)
        self.layers = {self.near, "".join(form), "".join(root)}
        self._starts = list(accumulate(map(len, near), initial=0))

    def leans(self) -> list[int]:
        """What experience makes of each distinct token."""
        return list(dict(zip(self.tokens, self._leans, strict=True)).values())

    def said(self) -> Iterator[tuple[int, Says]]:
        """What tokens say by their words, each by itself, and which word they start with."""
        return compress(zip(self._starts, self._says, strict=False), self._says)

    def places(self, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """Where words first … last-1 of each span stand in the text: `str` indices."""
        starts = list(accumulate(self._rooms, initial=0))

        def place(word: int) -> tuple[int, int]:
            index = bisect_right(self._starts, word) - 1
            begin, parts = starts[index], self._parts[index]
            if not parts:
                return begin, begin + len(self.tokens[index])
            start, end = parts[word - self._starts[index]]
            return begin + start, begin + end

        return [
            place(first) if last - first == 1 else (place(first)[0], place(last - 1)[1])
            for first, last in spans
        ]


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
        vocabulary: Mapping[str, Meaning],
        spellings: Mapping[str, str],
        ordinary: Iterable[str],
        lean: Callable[[str], int],
    ) -> None:
        """`vocabulary`: each word with what it means by itself; `lean`: what experience makes of
        a token."""
        known = sorted(vocabulary)
        self._means = {word: means for word, means in vocabulary.items() if means != NOTHING}
        self._signs = dict(zip(known, map(chr, chain(*_SIGNS)), strict=False))
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
        start = 0
        for sign in map(self._memo.__getitem__, found):
            near = sign.near
            belongs = near == _PLURAL or (ends.endswith(_PREFIX) and near not in MARKS)
            if belongs and start > 0 and letters[start - 1] == " ":
                letters[start - 1] = HALF_SPACE
            ends = near or ends
            start += sign.room
        return "".join(letters)

    def _token(self, token: str) -> Sign:
        parts = split(token)
        words = [self._word(part.word) for part in parts]
        return Sign(
            "".join([near for near, _, _, _ in words]),
            "".join([form for _, form, _, _ in words]),
            "".join([root for _, _, root, _ in words]),
            0 if token == LINE_END else len(token) + 1,  # no blanks were beside a line's end
            self._lean(token),
            tuple((i, i + 1, own) for i, (_, _, _, means) in enumerate(words) for own in means),
            () if token.isalnum() else tuple((part.start, part.end) for part in parts),
        )

    def _word(self, word: str) -> tuple[str, str, str, Sequence[Meaning]]:
        sign = self._signs.get(word)
        if sign is not None and sign.isascii():  # a mark or a half-word: a form of nothing
            return sign, sign, sign, ()
        known = self._recognised(word)[:3]
        near, *forms = [self._signs.get(word, UNKNOWN) for word in known]
        form = forms[0] if forms else near
        means = [self._means[word] for word in known if word in self._means]
        return near, form, forms[1] if len(forms) > 1 else form, means

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
