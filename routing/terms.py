"""How a term is written in letters, and which words a written word may be a form of."""

from collections.abc import Iterator, Sequence
from itertools import product

from routing.text import ENDINGS, split

APART = "^"  # "حساب^مسدود": the second within a few words after the first, in the same clause

_POSSESSIVE_WORDS = "م ت ش س مو تو شو مون تون شون مونو شونو"
_ENDING_WORDS = (
    "ها های هایی هایم هام هات هاش هایش هایمان هایشان هامون هاتون هاشون هامو ی یی ای مان تان شان"
    " ام ات اش ه رو و ا ان ین یم یه ایم یمان ست یش یشان را یتون یشون یمون اتون اشون امون شه مه "
)
_LATIN_WORDS = "e ye h eh am m i o ro et esh ha haye eman emoon emun em ash at"
_POSSESSIVES = tuple(sorted(_POSSESSIVE_WORDS.split(), key=len))
_ENDINGS = tuple(sorted((_ENDING_WORDS + _POSSESSIVE_WORDS).split(), key=len))
_LATIN_ENDINGS = tuple(sorted(_LATIN_WORDS.split(), key=len))
_SHORTEST_STEM = 3


def forms(term: str) -> set[str]:
    """The ways a term is written: `~` is a space, a half-space or nothing."""
    pieces = [" ".join(split(piece).words) for piece in term.split("~")]
    bare = pieces[:1] + [piece for piece in pieces[1:] if piece not in ENDINGS]
    return _joined(pieces) | (_joined(bare) if len(bare) > 1 else set())


def _joined(pieces: Sequence[str]) -> set[str]:
    """The pieces with and without blanks between them."""
    filled = [piece for piece in pieces if piece]
    if not filled:
        return set()
    joins = product((" ", ""), repeat=len(filled) - 1)
    return {filled[0] + "".join(map("".join, zip(join, filled[1:], strict=True))) for join in joins}


def stems(word: str) -> Iterator[str]:
    """The word, then without an ending, the longest stem first; then «یارانم» → «یارانه»."""
    yield word
    endings = _LATIN_ENDINGS if word.isascii() else _ENDINGS
    for ending in endings:
        if len(word) - len(ending) >= _SHORTEST_STEM and word.endswith(ending):
            yield word[: -len(ending)]
    for ending in _POSSESSIVES:
        if len(word) - len(ending) >= _SHORTEST_STEM and word.endswith(ending):
            yield word[: -len(ending)] + "ه"
