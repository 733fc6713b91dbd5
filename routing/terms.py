"""How a term is written in letters, and which words a written word may be a form of."""

from collections.abc import Iterator, Sequence

from routing.text import ENDINGS, words

APART = "^"  # "حساب^مسدود": the second within a few words after the first, in the same clause

_POSSESSIVE_WORDS = "م ت ش س مو تو شو مون تون شون مونو شونو"
_ENDING_WORDS = (
    "ها های هایی هایم هام هات هاش هایش هایمان هایشان هامون هاتون هاشون هامو ی یی ای مان تان شان"
    " ام ات اش ه رو و ا ان ین یم یه ایم یمان ست یش یشان را یتون یشون یمون اتون اشون امون شه مه"
    " مونم تونم شونم هامم "
)
_LATIN_WORDS = "e ye h eh am m i o ro et esh ha haye eman emoon emun em ash at"
_SHORTEST_STEM = 3


def _by_length(endings: str) -> tuple[frozenset[str], ...]:
    """The endings of one letter, of two, …"""
    known = endings.split()
    longest = max(map(len, known))
    return tuple(frozenset(e for e in known if len(e) == n) for n in range(1, longest + 1))


_POSSESSIVES = _by_length(_POSSESSIVE_WORDS)
_ENDINGS = _by_length(_ENDING_WORDS + _POSSESSIVE_WORDS)
_LATIN_ENDINGS = _by_length(_LATIN_WORDS)


def forms(term: str) -> set[str]:
    """The ways a term is written: `~` is a space, a half-space or nothing."""
    pieces = [" ".join(words(piece)) for piece in term.split("~")]
    bare = pieces[:1] + [piece for piece in pieces[1:] if piece not in ENDINGS]
    return _joined(pieces) | (_joined(bare) if len(bare) > 1 else set())


def _joined(pieces: Sequence[str]) -> set[str]:
    """The pieces with all blanks between them, without any one, and without all."""
    filled = [piece for piece in pieces if piece]
    if not filled:
        return set()
    lost = (
        [*filled[:i], filled[i] + filled[i + 1], *filled[i + 2 :]] for i in range(len(filled) - 1)
    )
    return {" ".join(filled), "".join(filled), *map(" ".join, lost)}


def stems(word: str) -> Iterator[str]:
    """The word, then without an ending, the longest stem first; then «یارانم» → «یارانه»."""
    yield word
    yield from _without(word, _LATIN_ENDINGS if word.isascii() else _ENDINGS)
    for stem in _without(word, _POSSESSIVES):
        yield stem + "ه"


def _without(word: str, endings: Sequence[frozenset[str]]) -> Iterator[str]:
    for length, known in enumerate(endings[: max(0, len(word) - _SHORTEST_STEM)], start=1):
        if word[-length:] in known:
            yield word[:-length]
