"""The decision order R0 … R12 as data: a rule set, checked when it is loaded, and versioned."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import combinations
from pathlib import Path

from routing.banks import ORDER
from routing.lexicon import Lexicon, build, concepts_from, spellings_from
from routing.sources import BadRules, Source

__all__ = ["AGENCIES", "BadRules", "Case", "Rule", "RuleSet", "default_rules", "load"]

AGENCIES = frozenset(
    {
        *ORDER,
        "relief-committee",
        "welfare",
        "medical-university",
        "martyrs-foundation",
        "entrepreneurship-fund",
        "labour-welfare",
        "triage",
    }
)
THE_BANK = "the-bank"  # which one is for banks.choose
# What decide.py finds out beside the concepts of the lexicon.
FACTS = frozenset(
    {
        "nothing_said",
        "unsettled",
        "several_owners",
        "agent_bank",
        "outside_file",
        "loan_requested",
    }
)

_CONDITIONS = ("asks", "says", "says_also", "unless_asks", "unless_says")


@dataclass(frozen=True, slots=True)
class Case:
    """Fires when one of `asks` is asked for, one of `says` and of `says_also` said, no `unless`."""

    to: str
    sure: bool
    asks: frozenset[str]
    says: frozenset[str]
    says_also: frozenset[str]
    unless_asks: frozenset[str]
    unless_says: frozenset[str]

    def fits(self, asked: frozenset[str], said: frozenset[str]) -> bool:
        """An empty condition is no condition."""
        wanted = ((self.asks, asked), (self.says, said), (self.says_also, said))
        if any(need and need.isdisjoint(have) for need, have in wanted):
            return False
        return self.unless_asks.isdisjoint(asked) and self.unless_says.isdisjoint(said)

    def always(self) -> bool:
        """There is no letter that this does not fit."""
        return not any(getattr(self, name) for name in _CONDITIONS)

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
    """One step of the decision order, with its cases in order."""

    id: str
    title: str
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Lexicon and rules. `settled`: pairs of owners between which the order decides (policy §4).

    `version` is the same for the same content, however the files are laid out.
    """

    lexicon: Lexicon
    rules: tuple[Rule, ...]
    settled: frozenset[frozenset[str]]
    version: str


@cache
def default_rules() -> RuleSet:
    """The rules that come with the program."""
    data = files("routing") / "data"
    return _parse(
        Source.parse("lexicon.yaml", (data / "lexicon.yaml").read_text("utf-8")),
        Source.parse("rules.yaml", (data / "rules.yaml").read_text("utf-8")),
    )


def load(path: str | Path) -> RuleSet:
    """The rules in a folder with `lexicon.yaml` and `rules.yaml`. Raises BadRules, OSError."""
    folder = Path(path)
    sources = []
    for name in ("lexicon.yaml", "rules.yaml"):
        file = folder / name
        try:
            text = file.read_text("utf-8")
        except UnicodeDecodeError as broken:
            raise BadRules(f"{file}: not UTF-8") from broken
        sources.append(Source.parse(str(file), text))
    return _parse(*sources)


def _parse(lexicon_source: Source, rules_source: Source) -> RuleSet:
    concepts = tuple(concepts_from(lexicon_source))
    spellings = spellings_from(lexicon_source)
    ordinary = lexicon_source.need("ordinary").texts()
    known = frozenset(concept.id for concept in concepts) | FACTS
    rules = tuple(_rules(rules_source, known))
    settled = frozenset(_settled(rules_source.need("settled"), {c.owner for c in concepts}))
    content = repr(
        (concepts, sorted(spellings.items()), ordinary, _canonical(rules), _canonical(settled))
    )
    version = sha256(content.encode()).hexdigest()[:12]
    return RuleSet(build(concepts, spellings, ordinary), rules, settled, version)


def _canonical(value: object) -> str:
    """Text that does not depend on the order in which a set is kept."""
    if isinstance(value, frozenset):
        return "{" + ",".join(sorted(map(_canonical, value))) + "}"
    if isinstance(value, tuple):
        return "(" + ",".join(map(_canonical, value)) + ")"
    if isinstance(value, Rule):
        return _canonical((value.id, value.title, value.cases))
    if isinstance(value, Case):
        return _canonical((value.to, value.sure, *(getattr(value, name) for name in _CONDITIONS)))
    return repr(value)


def _settled(source: Source, owners: set[str | None]) -> Iterator[frozenset[str]]:
    for item in source.items():
        for owner in item.items():
            if owner.text() not in owners:
                raise owner.bad(f"no concept is owned by {owner.text()!r}")
        yield from map(frozenset, combinations(item.texts(), 2))


def _rules(source: Source, known: frozenset[str]) -> Iterator[Rule]:
    source.fields(frozenset({"groups", "settled", "rules"}))
    groups = {
        name: _names(group, known, {}) for name, group in source.need("groups").fields().items()
    }
    seen: set[str] = set()
    earlier: list[tuple[str, Case]] = []
    for entry in source.need("rules").items():
        entry.fields(frozenset({"id", "title", "cases"}))
        id_ = entry.need("id")
        if id_.text() in seen:
            raise id_.bad(f"rule {id_.text()} is given twice")
        seen.add(id_.text())
        cases = []
        for item in entry.need("cases").items():
            cases.append(_case(item, known, groups))
            _reachable(item, cases[-1], earlier)
            earlier.append((id_.text(), cases[-1]))
        yield Rule(id_.text(), entry.need("title").text(), tuple(cases))
    if not any(case.always() for _, case in earlier):
        raise source.need("rules").bad(
            "the last case must have no condition: every letter is owned"
        )


def _reachable(item: Source, case: Case, earlier: list[tuple[str, Case]]) -> None:
    for other_id, other in earlier:
        if other.covers(case):
            raise item.bad(f"never reached: {other_id} fires first whenever this would")


def _case(item: Source, known: frozenset[str], groups: Mapping[str, frozenset[str]]) -> Case:
    fields = item.fields(frozenset({"to", "sure", *_CONDITIONS}))
    to = item.need("to")
    if to.text() not in AGENCIES | {THE_BANK}:
        raise to.bad(f"{to.text()!r} is no agency")
    sure = fields["sure"].text() if "sure" in fields else "yes"
    if sure not in ("yes", "no"):
        raise fields["sure"].bad("yes or no is expected here")
    conditions = {
        name: _names(fields[name], known, groups) if name in fields else frozenset()
        for name in _CONDITIONS
    }
    return Case(to.text(), sure == "yes", **conditions)


def _names(
    source: Source, known: frozenset[str], groups: Mapping[str, frozenset[str]]
) -> frozenset[str]:
    """Concepts, facts and groups, the groups opened."""
    found: set[str] = set()
    for item in source.items():
        name = item.text()
        if name not in known and name not in groups:
            raise item.bad(f"unknown concept {name!r}")
        found |= groups.get(name, {name})
    return frozenset(found)
