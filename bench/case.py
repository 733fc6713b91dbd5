"""What a measurement is: a case gives figures round by round; targets judge their medians."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

Figures = Mapping[str, float]
Work = Callable[["Run"], Iterator[Figures]]
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Run:
    """How thorough this run is. Quick ones show that everything works, and roughly how fast."""

    quick: bool = False
    rounds: int = ROUNDS

    def of(self, quick: float, whole: float) -> float:
        """The one for this run, of two sizes or times."""
        return quick if self.quick else whole


@dataclass(frozen=True, slots=True)
class Target:
    """A figure, or its ratio to the greatest of `to` in the same round, has to be within bounds."""

    what: str
    of: str
    to: tuple[str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None

    def values(self, rounds: list[Figures]) -> list[float]:
        """One value a round; the rounds that have no such figure are left out."""
        whole = [one for one in rounds if {self.of, *self.to} <= one.keys()]
        return [one[self.of] / max((one[name] for name in self.to), default=1) for one in whole]

    def holds(self, value: float) -> bool:
        low = self.at_least is None or value >= self.at_least
        return low and (self.at_most is None or value <= self.at_most)

    @property
    def wanted(self) -> str:
        """The bound as a sentence."""
        return f"≥ {self.at_least:g}" if self.at_least is not None else f"≤ {self.at_most:g}"


@dataclass(frozen=True, slots=True)
class Case:
    """`work` yields the figures of a round, by names that say their unit."""

    name: str
    title: str
    work: Work
    targets: tuple[Target, ...] = ()
    big: bool = False


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of several rounds, the least and the greatest."""

    median: float
    least: float
    greatest: float

    @classmethod
    def of(cls, values: list[float]) -> Spread:
        return cls(statistics.median(values), min(values), max(values))

    def told(self) -> dict[str, float]:
        return {"median": self.median, "least": self.least, "greatest": self.greatest}


def summary(case: Case, rounds: list[Figures]) -> dict[str, object]:
    """Everything of a case that is kept: each figure's spread, each target's ratio, all rounds."""
    names = dict.fromkeys(name for one in rounds for name in one)
    figures = {name: Spread.of([one[name] for one in rounds if name in one]) for name in names}
    return {
        "title": case.title,
        "figures": {name: spread.told() for name, spread in figures.items()},
        "targets": [judged(target, rounds) for target in case.targets],
        "rounds": [dict(one) for one in rounds],
    }


def judged(target: Target, rounds: list[Figures]) -> dict[str, object]:
    """A target with its median, and whether that is enough."""
    values = target.values(rounds)
    if not values:
        return {"what": target.what, "wanted": target.wanted, "met": False}
    spread = Spread.of(values)
    met = target.holds(spread.median)
    return {"what": target.what, "wanted": target.wanted, **spread.told(), "met": met}
