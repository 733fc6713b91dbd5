"""The decision order R0 … R12 as values: rules, their cases, and when a case fits."""

from dataclasses import dataclass

from routing.banks import ORDER

TRIAGE = "triage"
THE_BANK = "the-bank"  # which one is for banks.choose
AGENCIES = frozenset(
    {
        *ORDER,
        "relief-committee",
        "welfare",
        "medical-university",
        "martyrs-foundation",
        "entrepreneurship-fund",
        "labour-welfare",
        TRIAGE,
    }
)
# What facts.py finds out beside the concepts of the lexicon.
FACTS = frozenset(
    {
        "nothing_said",
        "too_long",
        "unsettled",
        "several_owners",
        "agent_bank",
        "outside_file",
        "loan_requested",
    }
)
CONDITIONS = ("asks", "says", "says_also", "unless_asks", "unless_says")


@dataclass(frozen=True, slots=True)
class Case:
    """Fires when one of `asks` is asked for, one of `says` and of `says_also` said, no `unless`.

    `sure` is False where a person decides, `final` True where experience has no say.
    """

    to: str
    sure: bool
    final: bool
    asks: frozenset[str]
    says: frozenset[str]
    says_also: frozenset[str]
    unless_asks: frozenset[str]
    unless_says: frozenset[str]
    line: int = 0

    def fits(self, asked: frozenset[str], said: frozenset[str]) -> bool:
        """An empty condition is no condition."""
        if self.asks and self.asks.isdisjoint(asked):
            return False
        if self.says and self.says.isdisjoint(said):
            return False
        if self.says_also and self.says_also.isdisjoint(said):
            return False
        return self.unless_asks.isdisjoint(asked) and self.unless_says.isdisjoint(said)

    def always(self) -> bool:
        """There is no letter that this does not fit."""
        return not any(getattr(self, name) for name in CONDITIONS)

    def covers(self, other: "Case") -> bool:
        """Whenever `other` fits, this fits too."""
        wider = all(
            not mine or (theirs and theirs <= mine)
            for mine, theirs in (
                (self.asks, other.asks),
                (self.says, other.says),
                (self.says_also, other.says_also),
            )
        )
        narrower = self.unless_asks <= other.unless_asks and self.unless_says <= other.unless_says
        return wider and narrower


@dataclass(frozen=True, slots=True)
class Rule:
    """One step of the decision order, with its cases in order. `line` is that of its file."""

    id: str
    title: str
    rank: int
    line: int
    cases: tuple[Case, ...]
