"""One spelling per word, with every word's place in the original text (policy §6).

Nothing here raises on any `str`: lone surrogates, NUL, emoji and megabytes are words or blanks.
"""

import re
import unicodedata
from dataclasses import dataclass

HALF_SPACE = "\u200c"
_DROPPED = "\x1f"  # one character, so that most texts keep their offsets without a map
_SENTENCE, _CLAUSE, _BLANK = ".", ",", " "

_LETTERS = {
    **dict.fromkeys("يىۍېئ", "ی"),
    **dict.fromkeys("كڪ", "ک"),
    **dict.fromkeys("ةۀەھۂۃہ", "ه"),
    **dict.fromkeys("أإآٱ", "ا"),
    **dict.fromkeys("ؤۇۋ", "و"),
    "ء": _DROPPED,
    "ـ": _DROPPED,
    HALF_SPACE: HALF_SPACE,
    "\u200b": HALF_SPACE,
    "\u00ac": HALF_SPACE,
    "_": _BLANK,
    **dict.fromkeys(".!?؟\n\r…۔\u2028\u2029", _SENTENCE),
    **dict.fromkeys("،,؛;:", _CLAUSE),
}
_SEPARATORS = frozenset({_DROPPED, HALF_SPACE, _SENTENCE, _CLAUSE, _BLANK})
_KEPT = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nd"})
_LOST = frozenset({"Mn", "Me", "Mc", "Cf"})

_PIECE = re.compile(r"[^ .,\u200c]+|[.,\u200c]")
_TRIPLE = re.compile(r"([^\W\d])\1{2,}")

# After a half-space these are endings of the word before, not words; a plural after a blank too.
_PLURAL_WORDS = "ها های هایی هایم هایش هایمان هایشان هام هاش هامون هاشون"
_ENDING_WORDS = (
    "هات هاتون ی یی ای ام ات اش ایم اید اند مان تان شان مون تون شون م ت ش س ست ه رو و تر ترین یم ان"
)
PLURALS = frozenset(_PLURAL_WORDS.split())
ENDINGS = PLURALS | frozenset(_ENDING_WORDS.split())
_PREFIXES = frozenset({"می", "نمی"})


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text. `starts`/`ends` are `str` indices into the original.

    `gaps[i]` says what stands before word i: blank, "," (clause) or "." (sentence).
    """

    words: list[str]
    starts: list[int]
    ends: list[int]
    gaps: list[str]


class _Spellings(dict[str, str]):
    """Character → its one spelling, at least one character long; filled as characters are met."""

    def __missing__(self, char: str) -> str:
        parts = [_spell(part) for part in _compatible(char)] or [_DROPPED]
        letters = [part for part in parts if part not in _SEPARATORS]
        spelling = "".join(letters) or parts[0]  # "¼" is one word, since it is in one place
        if char < "\U00010000":  # so that the table cannot grow without end
            self[char] = spelling
        return spelling


def _compatible(char: str) -> str:
    if char in _LETTERS:
        return char
    folded = unicodedata.normalize("NFKC", char).casefold()
    return unicodedata.normalize("NFKC", folded).casefold()


def _spell(char: str) -> str:
    if char in _LETTERS:
        return _LETTERS[char]
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category in _KEPT:
        return char
    return _DROPPED if category in _LOST else _BLANK


_SPELLINGS = _Spellings()


def split(text: str) -> Words:
    """Words of `text` in their one spelling, each with its place in `text`."""
    spelled = "".join(map(_SPELLINGS.__getitem__, text))
    origin = None if len(spelled) == len(text) else _origins(text)
    untidy = _DROPPED in spelled or _TRIPLE.search(spelled) is not None
    found = Words([], [], [], [])
    gap = _BLANK
    for piece in _PIECE.finditer(spelled):
        word = piece.group()
        if word in (_SENTENCE, _CLAUSE, HALF_SPACE):
            gap = _stronger(gap, word)
            continue
        if untidy:
            word = _TRIPLE.sub(r"\1", word.replace(_DROPPED, ""))
        if word:
            first, last = piece.start(), piece.end() - 1
            if origin is not None:
                first, last = origin[first], origin[last]
            _add(found, word, (first, last + 1), gap)
            gap = _BLANK
    return found


def _origins(text: str) -> list[int]:
    """For each character of the spelled text, the index of the original character it came from."""
    return [i for i, char in enumerate(text) for _ in _SPELLINGS[char]]


def _stronger(gap: str, mark: str) -> str:
    order = _BLANK + HALF_SPACE + _CLAUSE + _SENTENCE
    return max(gap, mark, key=order.index)


def _add(found: Words, word: str, place: tuple[int, int], gap: str) -> None:
    """Append a word, or join an ending or a verb to the word before it."""
    soft = gap in (_BLANK, HALF_SPACE)
    if soft and found.words:
        if found.words[-1] in _PREFIXES:
            found.words[-1] += word
            found.ends[-1] = place[1]
            return
        if word in PLURALS or (gap == HALF_SPACE and word in ENDINGS):
            found.ends[-1] = place[1]
            return
    found.words.append(word)
    found.starts.append(place[0])
    found.ends.append(place[1])
    found.gaps.append(_BLANK if soft else gap)


_FOLDS = {
    **dict.fromkeys("ثص", "س"),
    **dict.fromkeys("ذضظ", "ز"),
    "ط": "ت",
    "ح": "ه",
    "غ": "ق",
    "ع": "ا",
}
_FOLD = re.compile("[" + "".join(_FOLDS) + "]")
_DOUBLE = re.compile(r"(.)\1+")


def fold(word: str) -> str:
    """How a word sounds: the second pass, for words that no lexicon entry spells (policy §6)."""
    sounded = _FOLD.sub(lambda match: _FOLDS[match.group()], word).replace("خوا", "خا")
    return _DOUBLE.sub(r"\1", sounded)
