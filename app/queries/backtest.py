"""A draft of the rules held against what was decided and what people have corrected since."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.db import Json
from app.queries.judging import Judged
from app.queries.reference import Reference
from app.queries.replay import Past

EXAMPLES = 5
REPEATS = 20


@dataclass(slots=True)
class Comparison:
    """Adds up page by page; as big at the end as at the beginning."""

    reference: Reference
    letters: int = 0
    labelled: int = 0
    agreed_before: int = 0
    agree_after: int = 0
    repeated: int = 0
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    moved: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    repeats: list[Json] = field(default_factory=list)

    def add(self, judged: Judged) -> None:
        for past, agency in judged:
            after = self.reference.owner(agency).code
            self.letters += 1
            self.before[past.before] += 1
            self.after[after] += 1
            self._moved(past, after)
            self._agreed(past, after)
            self._repeated(past, agency)

    def _moved(self, past: Past, after: str) -> None:
        if after == past.before:
            return
        move = (past.before, after)
        self.moves[move] += 1
        if len(self.moved[move]) < EXAMPLES:
            self.moved[move].append(past.tracking_code)

    def _agreed(self, past: Past, after: str) -> None:
        if past.truth is not None:
            self.labelled += 1
            self.agreed_before += past.before == past.truth
            self.agree_after += after == past.truth

    def _repeated(self, past: Past, agency: str) -> None:
        if agency not in past.wrong:
            return
        self.repeated += 1
        if len(self.repeats) < REPEATS:
            self.repeats.append({"tracking_code": past.tracking_code, "agency": agency})

    def report(self, draft: str, active: str) -> Json:
        """As `samaneh rules backtest` prints it."""
        agencies = sorted({*self.reference.offices, *self.before, *self.after})
        return {
            "draft": draft,
            "active": active,
            "letters": self.letters,
            "moved": self.moves.total(),
            "moves": [
                {"from": old, "to": new, "letters": n, "examples": self.moved[old, new]}
                for (old, new), n in sorted(self.moves.items(), key=lambda m: (-m[1], m[0]))
            ],
            "load": {a: {"before": self.before[a], "after": self.after[a]} for a in agencies},
            "agreement": {
                "labelled": self.labelled,
                "before": self.agreed_before,
                "after": self.agree_after,
            },
            "repeated": self.repeated,
            "repeats": self.repeats,
        }


def compare(reference: Reference, pages: Iterable[Judged]) -> Comparison:
    """Everything that was judged, added up."""
    comparison = Comparison(reference)
    for page in pages:
        comparison.add(page)
    return comparison
