"""`rules.yaml` read and checked: every fault is told with its file and line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from routing.banks import ORDER
from routing.cases import AGENCIES, CONDITIONS, FACTS, THE_BANK, Case, Rule
from routing.rules import Bars
from routing.sources import Source

_SECTIONS = frozenset({"groups", "settled", "banks", "certainty", "rules", "probes"})
_RANK_STEP = 10  # between rules without a rank of their own


@dataclass(frozen=True, slots=True)
class Probe:
    """A short letter that must go `to` an agency (or "the-bank", any of the five)."""

    text: str
    to: str
    line: int


@dataclass(frozen=True, slots=True)
class RuleFile:
    """Everything written in a rules file. Rules stand in the order of their ranks."""

    name: str
    rules: tuple[Rule, ...]
    settled: frozenset[frozenset[str]]
    shares: Mapping[str, float]
    bars: Bars
    probes: tuple[Probe, ...]


def read(source: Source, concepts: frozenset[str], owners: frozenset[str | None]) -> RuleFile:
    """The rules in `source`, over these concepts and owners. Raises BadRules."""
    sections = source.fields(_SECTIONS)
    rules = sorted(_rules(source, concepts | FACTS), key=lambda rule: rule.rank)
    _reachable(source, rules)
    return RuleFile(
        source.file,
        tuple(rules),
        frozenset(_settled(source.need("settled"), owners)),
        _shares(sections["banks"]) if "banks" in sections else dict.fromkeys(ORDER, 1.0),
        _bars(sections["certainty"]) if "certainty" in sections else Bars(0.0, 1.0),
        tuple(_probes(sections["probes"])) if "probes" in sections else (),
    )


def _settled(source: Source, owners: frozenset[str | None]) -> Iterator[frozenset[str]]:
    for item in source.items():
        for owner in item.items():
            if owner.text() not in owners:
                raise owner.bad(f"no concept is owned by {owner.text()!r}")
        yield from map(frozenset, combinations(item.texts(), 2))


def _shares(source: Source) -> dict[str, float]:
    given = source.fields(frozenset(ORDER))
    shares = {bank: given[bank].number() if bank in given else 0.0 for bank in ORDER}
    if not any(shares.values()):
        raise source.bad("at least one bank must have a share")
    return shares


def _bars(source: Source) -> Bars:
    source.fields(frozenset({"agree", "overrule"}))
    return Bars(_likelihood(source.need("agree")), _likelihood(source.need("overrule")))


def _likelihood(source: Source) -> float:
    if source.number() > 1:
        raise source.bad("a likelihood from 0 to 1 is expected here")
    return source.number()


def _probes(source: Source) -> Iterator[Probe]:
    for item in source.items():
        item.fields(frozenset({"text", "to"}))
        yield Probe(item.need("text").text(), _agency(item.need("to")), item.line)


def _rules(source: Source, known: frozenset[str]) -> Iterator[Rule]:
    groups = {
        name: _names(group, known, {}) for name, group in source.need("groups").fields().items()
    }
    seen: set[str] = set()
    for place, entry in enumerate(source.need("rules").items(), start=1):
        fields = entry.fields(frozenset({"id", "title", "rank", "cases"}))
        id_ = entry.need("id")
        if id_.text() in seen:
            raise id_.bad(f"rule {id_.text()} is given twice")
        seen.add(id_.text())
        rank = fields["rank"].number() if "rank" in fields else place * _RANK_STEP
        cases = tuple(_case(item, known, groups) for item in entry.need("cases").items())
        yield Rule(id_.text(), entry.need("title").text(), int(rank), entry.line, cases)


def _reachable(source: Source, rules: list[Rule]) -> None:
    """Every case can fire, and one always does."""
    earlier: list[tuple[str, Case]] = []
    for rule in rules:
        for case in rule.cases:
            blocking = next((id_ for id_, other in earlier if other.covers(case)), None)
            if blocking is not None:
                raise source.bad_at(
                    case.line, f"never reached: {blocking} fires first whenever this would"
                )
            earlier.append((rule.id, case))
    if not any(case.always() for _, case in earlier):
        raise source.need("rules").bad(
            "the last case must have no condition: every letter is owned"
        )


def _case(item: Source, known: frozenset[str], groups: Mapping[str, frozenset[str]]) -> Case:
    fields = item.fields(frozenset({"to", "sure", "final", *CONDITIONS}))
    conditions = {
        name: _names(fields[name], known, groups) if name in fields else frozenset()
        for name in CONDITIONS
    }
    return Case(
        to=_agency(item.need("to")),
        sure=fields["sure"].flag() if "sure" in fields else True,
        final=fields["final"].flag() if "final" in fields else False,
        line=item.line,
        **conditions,
    )


def _agency(source: Source) -> str:
    if source.text() not in AGENCIES | {THE_BANK}:
        raise source.bad(f"{source.text()!r} is no agency")
    return source.text()


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
