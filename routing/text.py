"""One spelling per word, with every word's place in the original text (policy §6).

Nothing here raises on any `str`: lone surrogates, NUL, emoji and megabytes are words or blanks.
"""

import re
import unicodedata
from typing import Final, NamedTuple

HALF_SPACE = "\u200c"
LINE_END = "\n"
_DROPPED = "\x1f"  # one character, so that most texts keep their offsets without a map
SENTENCE: Final = "."  # what the marks that end one are spelled as
CLAUSE: Final = ","
MARKS: Final = frozenset({SENTENCE, CLAUSE})
MARK: Final = re.compile(f"[{SENTENCE}{CLAUSE}]")
_BLANK = " "

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
    **dict.fromkeys(".!?؟\n\r…۔\u2028\u2029", SENTENCE),
    **dict.fromkeys("،,؛;:", CLAUSE),
}
_SEPARATORS = frozenset({_DROPPED, HALF_SPACE, SENTENCE, CLAUSE, _BLANK})
_KEPT = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nd"})
_LOST = frozenset({"Mn", "Me", "Mc", "Cf"})

_PIECE = re.compile(r"[^ .,\u200c]+|[.,\u200c]")
_TRIPLE = re.compile(r"([^\W\d])\1{2,}")

# After a half-space these are endings of the word before, not words; a plural after a blank too.
_PLURAL_WORDS = "ها های هایی هایم هایش هایمان هایشان هام هاش هامون هاشون"
_ENDING_WORDS = (
    "هات هاتون ی یی ای ام ات اش ایم اید اند مان تان شان مون تون شون م ت ش س ست ه رو و یم ان"
)
PLURALS = frozenset(_PLURAL_WORDS.split())
ENDINGS = PLURALS | frozenset(_ENDING_WORDS.split())
PREFIXES = frozenset({"می", "نمی", "برمی", "برنمی", "درمی", "درنمی", "بازمی"})


class Part(NamedTuple):
    """A word, or a mark that ends a sentence or clause, at `start` … `end` (`str` indices)."""

    word: str
    start: int
    end: int


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


def tokens(text: str) -> list[str]:
    """What stands between blanks, and the ends of lines. `split` says what is in a token."""
    if LINE_END in text:
        text = text.replace(LINE_END, f" {LINE_END} ")
    return text.split(_BLANK)


def split(text: str) -> list[Part]:
    """The words of `text` in their one spelling, and the marks, each with its place in `text`."""
    spelled = "".join(map(_SPELLINGS.__getitem__, text))
    origin = None if len(spelled) == len(text) else _origins(text)
    found: list[Part] = []
    soft = False  # a half-space and nothing else stands before
    for piece in _PIECE.finditer(spelled):
        word = piece.group()
        if word == HALF_SPACE:
            soft = True
            continue
        word = _TRIPLE.sub(r"\1", word.replace(_DROPPED, ""))
        first, last = piece.start(), piece.end() - 1
        if origin is not None:
            first, last = origin[first], origin[last]
        if word:
            _add(found, Part(word, first, last + 1), soft=soft)
            soft = False
    return found


def words(text: str) -> list[str]:
    """The words of `text` in their one spelling, without the marks."""
    return [part.word for part in split(text) if part.word not in MARKS]


def _origins(text: str) -> list[int]:
    """For each character of the spelled text, the index of the original character it came from."""
    return [i for i, char in enumerate(text) for _ in _SPELLINGS[char]]


def _add(found: list[Part], part: Part, *, soft: bool) -> None:
    """Append a part, or join an ending or a verb to the word before it."""
    if found and found[-1].word not in MARKS and part.word not in MARKS:
        word, start, _ = found[-1]
        if word in PREFIXES:
            found[-1] = Part(word + part.word, start, part.end)
            return
        if part.word in PLURALS or (soft and part.word in ENDINGS):
            found[-1] = Part(word, start, part.end)
            return
    found.append(part)


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
