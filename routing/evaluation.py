"""How well a rule set decides letters whose right agencies are known (JSON lines with `gold`)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from routing.banks import ORDER, group
from routing.cases import AGENCIES, TRIAGE
from routing.decide import Decision, decide
from routing.rules import RuleSet
from routing.stream import BadLine, id_of, letter_of, record_of

_PLACES = 4  # of a share in a report


class Judged(NamedTuple):
    """One labelled letter, the agencies that are right for it, and what was decided."""

    id: object
    kind: str
    gold: frozenset[str]
    decision: Decision

    @property
    def right(self) -> bool:
        """The decision is one of the right ones; triage is an agency here."""
        return self.decision.agency in self.gold


@dataclass(slots=True)
class Score:
    """Counts of letters. `owned`: those whose gold is not triage; `sure`: referred by the rules."""

    letters: int = 0
    right: int = 0
    owned: int = 0
    sure: int = 0
    sure_right: int = 0
    sure_owned: int = 0

    def add(self, judged: Judged) -> None:
        """Count one letter."""
        owned = TRIAGE not in judged.gold
        sure = judged.decision.confident
        self.letters += 1
        self.right += judged.right
        self.owned += owned
        self.sure += sure
        self.sure_right += sure and judged.right
        self.sure_owned += sure and owned

    @property
    def accuracy(self) -> float | None:
        """Share of all letters that reached a right destination."""
        return _share(self.right, self.letters)

    @property
    def precision(self) -> float | None:
        """Share right of what was referred without a person."""
        return _share(self.sure_right, self.sure)

    @property
    def coverage(self) -> float | None:
        """Share referred without a person, of the letters that have an owner."""
        return _share(self.sure_owned, self.owned)


@dataclass(slots=True)
class Evaluation:
    """Scores over all letters and by kind, the bank where one is right, and every mistake."""

    total: Score = field(default_factory=Score)
    kinds: dict[str, Score] = field(default_factory=dict)
    banks: Score = field(default_factory=Score)
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    mistakes: list[Judged] = field(default_factory=list)

    def add(self, judged: Judged) -> None:
        """Count one letter."""
        self.total.add(judged)
        self.kinds.setdefault(judged.kind, Score()).add(judged)
        if len(judged.gold) == 1 and not judged.gold.isdisjoint(ORDER):
            self.banks.add(judged)
        self.confusion[_group(judged.gold), group(judged.decision.agency)] += 1
        if not judged.right:
            self.mistakes.append(judged)


def judge(lines: Iterable[str], rules: RuleSet) -> Iterator[Judged]:
    """Decide each labelled letter. Raises BadLine with the line's number for any that is none."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = record_of(line)
            id_ = id_of(record)
            gold = _gold(record.get("gold"))
            letter = letter_of(record)
        except BadLine as problem:
            raise BadLine(f"line {number}: {problem}") from problem
        kind = record.get("kind")
        yield Judged(
            id_,
            kind if isinstance(kind, str) else "",
            gold,
            decide(letter, rules),
        )


def evaluate(judged: Iterable[Judged]) -> Evaluation:
    """The scores of all."""
    evaluation = Evaluation()
    for one in judged:
        evaluation.add(one)
    return evaluation


def report(evaluation: Evaluation, version: str) -> dict[str, object]:
    """The figures for programs, all of JSON: None where there is nothing to divide by."""
    total, banks = evaluation.total, evaluation.banks
    return {
        "letters": total.letters,
        "version": version,
        **_figures(total),
        "bank": {"letters": banks.letters, "accuracy": _rounded(banks.accuracy)},
        "kinds": {kind: _figures(score) for kind, score in sorted(evaluation.kinds.items())},
        "confusion": [
            {"gold": gold, "decided": decided, "letters": letters}
            for (gold, decided), letters in sorted(evaluation.confusion.items(), key=_most)
        ],
        "mistakes": [_mistake(judged) for judged in evaluation.mistakes],
    }


def _figures(score: Score) -> dict[str, object]:
    return {
        "letters": score.letters,
        "accuracy": _rounded(score.accuracy),
        "precision": _rounded(score.precision),
        "coverage": _rounded(score.coverage),
    }


def _mistake(judged: Judged) -> dict[str, object]:
    decision = judged.decision
    return {
        "id": judged.id,
        "gold": sorted(judged.gold),
        "decided": decision.agency,
        "rule": decision.rule,
        "confident": decision.confident,
        "suggestion": decision.suggestion,
    }


def _most(entry: tuple[tuple[str, str], int]) -> tuple[int, tuple[str, str]]:
    """The most letters first."""
    pair, letters = entry
    return -letters, pair


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, _PLACES)


def _gold(value: object) -> frozenset[str]:
    names: Sequence[object] = value if isinstance(value, list) else [value]
    codes = {str(name).replace(":", "-").replace("_", "-") for name in names if name}
    if not codes or not codes <= AGENCIES:
        raise BadLine(f"gold: agencies are expected, not {value!r}")
    return frozenset(codes)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _group(gold: frozenset[str]) -> str:
    return " | ".join(sorted({group(code) for code in gold}))
