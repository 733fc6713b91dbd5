"""A rule set: lexicon, rules, banks' shares and experience, with the version that they make."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from routing.cases import Case, Rule
from routing.experience import Experience
from routing.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class Bars:
    """How likely experience must find an owner before a letter is referred without a person.

    `agree`: the owner that the rules name too; `overrule`: another than theirs.
    """

    agree: float
    overrule: float


@dataclass(frozen=True, slots=True)
class RuleSet:
    """What decides letters. `version` is the same for the same content, however it is laid out.

    `settled`: pairs of owners between which the order decides (policy §4). `shares`: what each of
    the five banks gets of the requests that name none. Without `experience` the rules are alone.
    """

    lexicon: Lexicon
    rules: tuple[Rule, ...]
    settled: frozenset[frozenset[str]]
    shares: Mapping[str, float]
    bars: Bars
    experience: Experience | None
    version: str

    def firing(self, asked: frozenset[str], said: frozenset[str]) -> Iterator[tuple[Rule, Case]]:
        """The cases that fit what is asked and said, first the one that decides."""
        for rule in self.rules:
            for case in rule.cases:
                if case.fits(asked, said):
                    yield rule, case
