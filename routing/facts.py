"""What a letter asks and says, as the conditions of the rules are held against it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from routing import banks
from routing.focus import ASKABLE, REQUEST
from routing.rules import RuleSet
from routing.scope import Reading, read
from routing.text import MARKS

LONGEST_READ = 40_000  # characters; a person reads what is longer
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
_ON_LOAN = frozenset({"loan", "bank_conduct"})


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
class Facts:
    """`asked`: the concepts where the strongest request stands; `said`: all that are said."""

    letter: Letter
    reading: Reading
    asked: frozenset[str]
    said: frozenset[str]


def facts_of(letter: Letter, rules: RuleSet) -> Facts:
    """The facts of `letter`. Costs in proportion to its length, and stops at `LONGEST_READ`."""
    reading = read(letter.text[:LONGEST_READ], rules.lexicon)
    force = reading.forces
    askable = [(clause, hit) for clause, hit in reading.mentions if hit.concept.role in ASKABLE]
    bar = max((force[clause] for clause, _ in askable), default=0)
    asked = frozenset(hit.concept.id for clause, hit in reading.mentions if force[clause] >= bar)
    owners = {hit.concept.owner for _, hit in askable if hit.concept.owner}
    wanted = {
        hit.concept.owner
        for clause, hit in askable
        if hit.concept.role == "thing" and hit.concept.owner and force[clause] >= bar
    }
    said = {hit.concept.id for _, hit in reading.mentions}
    said.update(hit.concept.id for _, hit in reading.cues)
    said.update(_found_out(letter, reading, rules))
    if len(wanted) > 1 and not all(
        frozenset(pair) in rules.settled for pair in combinations(wanted, 2)
    ):
        said.add("unsettled")
    if len(owners) > 1:
        said.add("several_owners")
    return Facts(letter, reading, asked, frozenset(said))


def _found_out(letter: Letter, reading: Reading, rules: RuleSet) -> Iterator[str]:
    """What the fields and the whole letter say beside the words."""
    if len(letter.text) > LONGEST_READ:
        yield "too_long"
    if not reading.mentions and _words(reading) < _SHORTEST_LETTER:
        yield "nothing_said"
    yield from _about_banks(letter, reading, rules)
    status = _covered(letter.covered_by, rules)
    if status and _COVER_DENIALS[status].isdisjoint(reading.denied):
        yield status


def _about_banks(letter: Letter, reading: Reading, rules: RuleSet) -> Iterator[str]:
    named = banks.named(reading)
    if named or banks.code(letter.bank, rules.lexicon):
        yield "agent_bank"
    if not named and _files_outside(reading):
        yield "outside_file"
    if any(h.concept.id == "loan" and reading.forces[c] >= REQUEST for c, h in reading.mentions):
        yield "loan_requested"


def _files_outside(reading: Reading) -> bool:
    """A bank outside the five stands in one sentence with a loan or with what a bank does."""
    sentences = reading.sentences
    outside = {sentences[c] for c, hit in reading.mentions if hit.concept.id == "outside_bank"}
    return bool(outside) and any(
        sentences[c] in outside and hit.concept.id in _ON_LOAN for c, hit in reading.mentions
    )


def _words(reading: Reading) -> int:
    return sum(word not in MARKS for word in reading.written.near)


def _covered(name: str | None, rules: RuleSet) -> str | None:
    """The status that the field `covered_by` gives: text wins over it."""
    if not name:
        return None
    status = _COVERS.get(name.strip().lower().replace("_", "-"))
    if status:
        return status
    written = rules.lexicon.alphabet.write(name)
    owners = (hit.concept.owner for hit in rules.lexicon.find(written)[0])
    return next((_COVERS[owner] for owner in owners if owner in _COVERS), None)
