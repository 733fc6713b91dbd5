"""decide(): who owns a letter, by which rule, and because of which words. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from routing import banks
from routing.cases import THE_BANK, TRIAGE, Case
from routing.experience import Features
from routing.facts import Facts, Letter, facts_of
from routing.focus import Mention
from routing.rules import RuleSet
from routing.scope import Reading

__all__ = ["Decision", "Evidence", "Letter", "decide", "decision_of", "mentioned", "weigh"]

_URGENT = frozenset({"threat", "self_harm", "danger"})
_BANK = "bank"  # the five together, as experience knows them
BY_EXPERIENCE = "E"  # in place of a rule's id
_TELLING_CONCEPTS = 3
_WORTH_SAYING = 0.15  # a suggestion less likely than this helps nobody


class Evidence(NamedTuple):
    """`text` is the letter's own words from `start` up to `end` (str indices)."""

    start: int
    end: int
    text: str
    concept: str


class Decision(NamedTuple):
    """`confident` is False exactly when a person decides; then `agency` is triage.

    `rule` is "E" where experience overruled the rules. `urgent` puts a letter first wherever it
    goes: violence, self-harm, danger to life.
    """

    agency: str
    rule: str
    because: tuple[Evidence, ...]
    confident: bool
    suggestion: str | None
    urgent: bool
    version: str


class Ruled(NamedTuple):
    """What the rules alone say; `best` is the agency that they would name if they had to."""

    agency: str
    rule: str
    case: Case
    best: str | None


class Weighed(NamedTuple):
    """A decision and what it was weighed from. `shares` is empty where experience had no say."""

    facts: Facts
    ruled: Ruled
    shares: dict[str, float]
    agency: str
    rule: str
    suggestion: str | None


def decide(letter: Letter, rules: RuleSet) -> Decision:
    """The owner of `letter`: by the first case that fits, weighed against experience.

    Never raises, whatever the text.
    """
    return decision_of(weigh(letter, rules), rules)


def decision_of(weighed: Weighed, rules: RuleSet) -> Decision:
    """The decision as it is kept, with its evidence."""
    facts = weighed.facts
    return Decision(
        agency=weighed.agency,
        rule=weighed.rule,
        because=_quoted(facts, _because(weighed, rules)),
        confident=weighed.agency != TRIAGE,
        suggestion=weighed.suggestion,
        urgent=not _URGENT.isdisjoint(facts.said),
        version=rules.version,
    )


def weigh(letter: Letter, rules: RuleSet) -> Weighed:
    """The decision with everything that it rests on, for whoever asks why."""
    facts = facts_of(letter, rules)
    ruled = _ruled(facts, rules)
    if rules.experience is None or ruled.case.final:
        guess = ruled.best if ruled.agency == TRIAGE else None
        return Weighed(facts, ruled, {}, ruled.agency, ruled.rule, guess)
    shares = rules.experience.shares(facts.reading.written.leans(), features(facts))
    owner = max(shares, key=shares.__getitem__)
    agreed = owner == banks.group(ruled.agency)
    bar = rules.bars.agree if agreed else rules.bars.overrule
    agency = ruled.agency if agreed else _of_group(owner, facts, rules)
    if agency == TRIAGE or shares[owner] < bar:
        return Weighed(
            facts, ruled, shares, TRIAGE, ruled.rule, _suggested(ruled, shares, facts, rules)
        )
    return Weighed(facts, ruled, shares, agency, ruled.rule if agreed else BY_EXPERIENCE, None)


def features(facts: Facts) -> Features:
    """What experience knows a letter by beside its words, by kind."""
    return (("asked", facts.asked), ("said", facts.said), ("denied", facts.reading.denied))


def mentioned(facts: Facts) -> tuple[Evidence, ...]:
    """Everything that was recognised in the letter, cues too."""
    return _quoted(facts, _spoken(facts.reading))


def _ruled(facts: Facts, rules: RuleSet) -> Ruled:
    firing = rules.firing(facts.asked, facts.said)
    rule, case = next(firing)  # the last rule has a case that always fits
    agency = _destination(case.to, facts, rules)
    if agency != TRIAGE:
        return Ruled(agency if case.sure else TRIAGE, rule.id, case, agency)
    if "unsettled" not in case.says:
        return Ruled(TRIAGE, rule.id, case, None)
    others = (_destination(other.to, facts, rules) for _, other in firing)
    return Ruled(TRIAGE, rule.id, case, next((o for o in others if o != TRIAGE), None))


def _suggested(
    ruled: Ruled, shares: Mapping[str, float], facts: Facts, rules: RuleSet
) -> str | None:
    """The likeliest agency; the one that the rules name, if it is nearly as likely."""
    owner = max((o for o in shares if o != TRIAGE), key=shares.__getitem__)
    named = ruled.best or TRIAGE
    if named != TRIAGE and 2 * shares[banks.group(named)] >= shares[owner]:
        return named
    return _of_group(owner, facts, rules) if shares[owner] >= _WORTH_SAYING else None


def _of_group(owner: str, facts: Facts, rules: RuleSet) -> str:
    return _destination(THE_BANK if owner == _BANK else owner, facts, rules)


def _destination(to: str, facts: Facts, rules: RuleSet) -> str:
    if to != THE_BANK:
        return to
    letter = facts.letter
    key = letter.allot_key if letter.allot_key is not None else letter.text
    field = banks.code(letter.bank, rules.lexicon)
    conduct = "bank_conduct" in facts.asked and "loan" not in facts.asked
    return banks.choose(facts.reading, field, key, rules.shares, conduct=conduct)


def _because(weighed: Weighed, rules: RuleSet) -> list[Mention]:
    if weighed.rule == BY_EXPERIENCE:
        return _telling(weighed.facts, weighed.agency, rules)
    return _of_case(weighed.facts, weighed.ruled.case)


def _of_case(facts: Facts, case: Case) -> list[Mention]:
    """The words that made the case fit; of two requests between which nothing decides, both."""
    said = case.says | case.says_also
    asked = case.asks & facts.asked
    if "unsettled" in case.says:
        mentions = facts.reading.mentions
        things = {concept.id for _, (_, _, concept) in mentions if concept.role == "thing"}
        asked |= facts.asked & things
    told = asked | said
    return [mention for mention in _spoken(facts.reading) if mention[1][2].id in told]


def _telling(facts: Facts, agency: str, rules: RuleSet) -> list[Mention]:
    """The words that speak most for what experience chose."""
    if rules.experience is None:
        return []
    owner = banks.group(agency)
    spoken = facts.reading.mentions
    weights = {
        concept: rules.experience.weight(
            (("said", (concept,)), ("asked", facts.asked & {concept})), owner
        )
        for concept in {hit[2].id for _, hit in spoken}
    }
    telling = sorted((c for c in weights if weights[c] > 0), key=weights.__getitem__)
    return [m for m in spoken if m[1][2].id in telling[-_TELLING_CONCEPTS:]]


def _spoken(reading: Reading) -> list[Mention]:
    return [*reading.mentions, *reading.cues]


def _quoted(facts: Facts, mentions: list[Mention]) -> tuple[Evidence, ...]:
    if not mentions:
        return ()
    text = facts.letter.text
    places = facts.reading.written.places([(first, last) for _, (first, last, _) in mentions])
    return tuple(
        [
            Evidence(start, end, text[start:end], concept.id)
            for (_, (_, _, concept)), (start, end) in zip(mentions, places, strict=True)
        ]
    )
