"""Probes: short letters that a rule set must decide as written, tried whenever it is loaded."""

from itertools import combinations

from routing.banks import ORDER
from routing.cases import THE_BANK, Case, Rule
from routing.decide import Letter, weigh
from routing.facts import Facts, facts_of
from routing.rulefile import Probe, RuleFile
from routing.rules import RuleSet
from routing.sources import BadRules


def probe(rules: RuleSet, file: RuleFile) -> None:
    """Raises BadRules: a probe goes elsewhere, or two rules of one rank disagree on a probe."""
    equal = [pair for pair in combinations(file.rules, 2) if pair[0].rank == pair[1].rank]
    for item in file.probes:
        facts = facts_of(Letter(item.text), rules)
        for one, other in equal:
            _agree(one, other, facts, item, file.name)
        _decided(item, rules, file.name)


def _decided(item: Probe, rules: RuleSet, file: str) -> None:
    weighed = weigh(Letter(item.text), rules)
    agency = _to(weighed.agency)
    if agency == item.to:
        return
    problem = f"{file}:{item.line}: this probe goes to {weighed.agency}, not to {item.to}"
    if _to(weighed.ruled.agency) == item.to:
        problem += "; the rules say so, experience does not: mark the case final: yes?"
    raise BadRules(problem)


def _to(agency: str) -> str:
    return THE_BANK if agency in ORDER else agency


def _agree(one: Rule, other: Rule, facts: Facts, item: Probe, file: str) -> None:
    first, second = _firing(one, facts), _firing(other, facts)
    if first is None or second is None or first.to == second.to:
        return
    raise BadRules(
        f"{file}:{other.line}: {other.id} and {one.id} (line {one.line}) have the same rank and"
        f" disagree on the probe of line {item.line}: {second.to}, {first.to}"
    )


def _firing(rule: Rule, facts: Facts) -> Case | None:
    return next((case for case in rule.cases if case.fits(facts.asked, facts.said)), None)
