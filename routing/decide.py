"""decide(): who owns a letter, by which rule, and because of which words. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from routing import banks
from routing.focus import ASKABLE, REQUEST
from routing.rules import THE_BANK, Case, RuleSet
from routing.scope import Mention, Reading, read
from routing.text import split

_URGENT = frozenset({"threat", "self_harm", "danger"})
_SHORTEST_LETTER = 2  # words; less says nothing
_COVERS = {
    "relief-committee": "relief_client",
    "welfare": "welfare_client",
    "martyrs-foundation": "isargar",
}
_COVER_DENIALS = {
    "relief_client": frozenset({"relief_client", "relief_body"}),
    "welfare_client": frozenset({"welfare_client", "welfare_body"}),
    "isargar": frozenset({"isargar", "martyrs_body"}),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """What a citizen wrote or an operator noted, with the two form fields that matter.

    `bank` and `covered_by` take an agency code, a Latin or a Persian name. `allot_key`: a keyed
    hash of the national ID, so that the same citizen always gets the same bank; without it the
    text is the key.
    """

    text: str
    channel: str = "letter"
    bank: str | None = None
    covered_by: str | None = None
    allot_key: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """`text` is the letter's own words from `start` up to `end` (str indices)."""

    start: int
    end: int
    text: str
    concept: str


@dataclass(frozen=True, slots=True)
class Decision:
    """`confident` is False exactly when a person decides; then `agency` is triage.

    `urgent` puts a letter first wherever it goes: violence, self-harm, danger to life.
    """

    agency: str
    rule: str
    because: tuple[Evidence, ...]
    confident: bool
    suggestion: str | None
    urgent: bool
    version: str


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the conditions of the rules are held against."""

    reading: Reading
    asked: frozenset[str]
    said: frozenset[str]


def decide(letter: Letter, rules: RuleSet) -> Decision:
    """The owner of `letter` by the first case that fits. Never raises, whatever the text."""
    reading = read(letter.text, rules.lexicon)
    facts = _facts(letter, reading, rules)
    agency, rule, suggestion, case = _first(facts, letter, rules)
    return Decision(
        agency=agency,
        rule=rule,
        because=tuple(_evidence(letter.text, facts, case)),
        confident=agency != "triage",
        suggestion=suggestion,
        urgent=not _URGENT.isdisjoint(facts.said),
        version=rules.version,
    )


def mentioned(letter: Letter, rules: RuleSet) -> tuple[Evidence, ...]:
    """Everything that was recognised in the letter, cues too: for whoever asks why."""
    reading = read(letter.text, rules.lexicon)
    return tuple(_quote(letter.text, reading, m) for m in (*reading.mentions, *reading.cues))


def _first(facts: _Facts, letter: Letter, rules: RuleSet) -> tuple[str, str, str | None, Case]:
    """Agency, rule, suggestion and the case that fired."""
    firing = (
        (rule.id, case)
        for rule in rules.rules
        for case in rule.cases
        if case.fits(facts.asked, facts.said)
    )
    id_, case = next(firing)  # the last rule has a case that always fits
    agency = _destination(case, facts, letter, rules)
    if agency != "triage":
        return (agency, id_, None, case) if case.sure else ("triage", id_, agency, case)
    if "unsettled" not in case.says:
        return "triage", id_, None, case
    others = (_destination(other, facts, letter, rules) for _, other in firing)
    return "triage", id_, next((best for best in others if best != "triage"), None), case


def _destination(case: Case, facts: _Facts, letter: Letter, rules: RuleSet) -> str:
    if case.to != THE_BANK:
        return case.to
    key = letter.allot_key if letter.allot_key is not None else letter.text
    return banks.choose(facts.reading, banks.code(letter.bank, rules.lexicon), key)


def _facts(letter: Letter, reading: Reading, rules: RuleSet) -> _Facts:
    askable = [m for m in reading.mentions if m.hit.concept.role in ASKABLE]
    bar = max((m.force for m in askable), default=0)
    asked = frozenset(m.concept for m in reading.mentions if m.force >= bar)
    owners = {
        m.hit.concept.owner
        for m in askable
        if m.force >= bar and m.hit.concept.role == "thing" and m.hit.concept.owner
    }
    said = {m.concept for m in (*reading.mentions, *reading.cues)}
    said.update(_found_out(letter, reading, rules))
    pairs = map(frozenset, combinations(sorted(owners), 2))
    if any(pair not in rules.settled for pair in pairs):
        said.add("unsettled")
    if len({m.hit.concept.owner for m in askable if m.hit.concept.owner}) > 1:
        said.add("several_owners")
    return _Facts(reading, asked, frozenset(said))


def _found_out(letter: Letter, reading: Reading, rules: RuleSet) -> Iterator[str]:
    """What the fields and the whole letter say beside the words."""
    if not reading.mentions and len(reading.words.words) < _SHORTEST_LETTER:
        yield "nothing_said"
    if banks.named(reading) or banks.code(letter.bank, rules.lexicon):
        yield "agent_bank"
    outside = {m.sentence for m in reading.mentions if m.concept == "outside_bank"}
    tied = {m.sentence for m in reading.mentions if m.concept in ("loan", "bank_conduct")}
    if outside & tied and not banks.named(reading):
        yield "outside_file"
    if any(m.concept == "loan" and m.force >= REQUEST for m in reading.mentions):
        yield "loan_requested"
    status = _covered(letter.covered_by, rules)
    if status and _COVER_DENIALS[status].isdisjoint(reading.denied):
        yield status


def _covered(name: str | None, rules: RuleSet) -> str | None:
    """The status that the field `covered_by` gives: text wins over it."""
    if not name:
        return None
    status = _COVERS.get(name.strip().lower().replace("_", "-"))
    if status:
        return status
    found = split(name)
    owners = (hit.concept.owner for hit in rules.lexicon.find(found.words, found.gaps))
    return next((_COVERS[owner] for owner in owners if owner in _COVERS), None)


def _evidence(text: str, facts: _Facts, case: Case) -> Iterator[Evidence]:
    """The words that made the case fit."""
    for mention in (*facts.reading.mentions, *facts.reading.cues):
        asked = mention.concept in case.asks and mention.concept in facts.asked
        if asked or mention.concept in case.says or mention.concept in case.says_also:
            yield _quote(text, facts.reading, mention)


def _quote(text: str, reading: Reading, mention: Mention) -> Evidence:
    start = reading.words.starts[mention.hit.first]
    end = reading.words.ends[mention.hit.last - 1]
    return Evidence(start, end, text[start:end], mention.concept)
