"""Four ways to find whole terms in the same words, for `bench.router`.

Every way gets the words already in their one spelling, and must find the same terms in the same
places; `re` cannot tell overlapping terms, so its hits are only counted. A peer that is not
installed is left out: it is no dependency of this project.
"""

import re
import time
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from types import ModuleType

from routing.rules import RuleSet
from routing.terms import APART, forms
from routing.text import words

Find = Callable[[str], Sequence[object]]
Spell = Callable[[Sequence[str]], str]
Row = dict[str, object]
Measure = Callable[
    [Callable[[], object], int], dict[str, float]
]  # what is done to how many letters
MISSING: Row = {"note": "not installed"}
RE, RE_LETTERS = "re, one alternation", 5  # it takes milliseconds for each


def compared(texts: Sequence[str], rules: RuleSet, measure: Measure) -> dict[str, Row]:
    """How each way does over `texts`: searching alone, and with spelling the words for it.

    Raises RuntimeError where two that ought to find the same do not.
    """
    terms = sorted(set(_forms(rules)))
    letters = [words(text) for text in texts]
    signs = {word: chr(0x10000 + i) for i, word in enumerate({w for t in terms for w in t.split()})}

    def signed(found: Iterable[str]) -> str:
        return "".join([signs.get(word, "?") for word in found])

    def padded(found: Iterable[str]) -> str:
        return f" {' '.join(found)} "

    in_signs = [signed(term.split()) for term in terms]
    in_blanks = [f" {term} " for term in terms]
    rust, python = _installed("ahocorasick_rs"), _installed("ahocorasick")
    ways: dict[str, tuple[Callable[[], Find | None], Spell]] = {
        "ahocorasick_rs, signs": (lambda: _rust(rust, in_signs), signed),
        "ahocorasick_rs, blanks": (lambda: _rust(rust, in_blanks), padded),
        "pyahocorasick, signs": (lambda: _python(python, in_signs), signed),
        "pyahocorasick, blanks": (lambda: _python(python, in_blanks), padded),
        RE: (lambda: _alternation(terms), padded),
    }
    rows = {
        name: _row(*way, letters[:RE_LETTERS] if name == RE else letters, measure)
        for name, way in ways.items()
    }
    if len({row["hits"] for name, row in rows.items() if name != RE and row != MISSING}) > 1:
        raise RuntimeError(f"they find different terms: {rows}")
    return rows


def _forms(rules: RuleSet) -> Iterable[str]:
    for concept in rules.lexicon.concepts.values():
        for term in concept.terms:
            for half in term.split(APART):
                yield from forms(half)


def _installed(name: str) -> ModuleType | None:
    try:
        return import_module(name)
    except ImportError:
        return None


def _row(
    build: Callable[[], Find | None],
    spell: Spell,
    letters: Sequence[Sequence[str]],
    measure: Measure,
) -> Row:
    began = time.perf_counter()
    find = build()
    built = time.perf_counter() - began
    if find is None:
        return MISSING
    spelled = [spell(letter) for letter in letters]
    alone = measure(lambda: list(map(find, spelled)), len(letters))
    both = measure(lambda: [find(spell(letter)) for letter in letters], len(letters))
    return {
        "per_second": alone["per_second"],
        "slowest": alone["slowest_per_second"],
        "fastest": alone["fastest_per_second"],
        "with_spelling": both["per_second"],
        "hits": sum(len(find(text)) for text in spelled),
        "build_ms": round(built * 1000),
    }


def _rust(module: ModuleType | None, terms: Sequence[str]) -> Find | None:
    if module is None:
        return None
    automaton = module.AhoCorasick(terms, implementation=module.Implementation.DFA)
    return lambda text: automaton.find_matches_as_indexes(text, overlapping=True)


def _python(module: ModuleType | None, terms: Sequence[str]) -> Find | None:
    if module is None:
        return None
    automaton = module.Automaton()
    for index, term in enumerate(terms):
        automaton.add_word(term, index)
    automaton.make_automaton()
    return lambda text: list(automaton.iter(text))


def _alternation(terms: Sequence[str]) -> Find:
    longest = sorted(terms, key=len, reverse=True)
    return re.compile(r"(?<=\s)(?:" + "|".join(map(re.escape, longest)) + r")(?=\s)").findall
