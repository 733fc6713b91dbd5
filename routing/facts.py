"""What a letter asks and says, as the conditions of the rules are held against it."""

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from routing import banks
from routing.concepts import Concept
from routing.focus import ASKABLE, PRINCIPAL, REQUEST
from routing.rules import RuleSet
from routing.scope import Reading, read
from routing.text import MARKS

LONGEST_READ = 20_000  # characters; a person reads what is longer
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
_ALL_ALIKE = frozenset({"equal", "both", "collateral"})
_LOANS = frozenset({"loan", "business_loan"})
_CONNECTED = frozenset({"municipality", "utilities"})
_OTHERS_BUSINESS = frozenset(
    {
        "roads", "police_courts", "justice_shares", "trade", "prices_politics", "records",
        "housing", "education", "pension", "recruitment",
    }
)  # fmt: skip
_ISARGAR = frozenset({"isargar", "martyrs_body"})
_IN_ISAR = frozenset(
    {"bank", "medical-university", "welfare", "relief-committee", "entrepreneurship-fund"}
)
_ON_LOAN = frozenset({"loan", "bank_conduct"})


class Letter(NamedTuple):
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


class Facts(NamedTuple):
    """`asked`: the concepts where the strongest request stands; `said`: all that are said."""

    letter: Letter
    reading: Reading
    asked: frozenset[str]
    said: frozenset[str]


_Asked = tuple[frozenset[str], frozenset[str]]  # concepts, and the owners of the things among them


def facts_of(letter: Letter, rules: RuleSet) -> Facts:
    """The facts of `letter`. Costs in proportion to its length, and stops at `LONGEST_READ`."""
    reading = read(letter.text[:LONGEST_READ], rules.lexicon)
    weights = _weights(reading)
    bar = max([force for force, _, concept in weights if concept.role in ASKABLE], default=0)
    said = {concept.id for _, _, concept in weights}
    said.update([concept.id for _, (_, _, concept) in reading.cues])
    said.update(_found_out(letter, reading, said, rules))
    asked, owners = _asked(weights, bar)
    if _unsettled(owners, rules) and said.isdisjoint(_ALL_ALIKE):
        asked, owners = _narrowed(*_asked(weights, bar, last=True))
    if _unsettled(owners, rules):
        said.add("unsettled")
    if len(_owners(weights, bar, said)) > 1:
        said.add("several_owners")
    return Facts(letter, reading, asked, frozenset(said))


_Weight = tuple[int, int, Concept]  # force, sentence, and what is mentioned with it


def _weights(reading: Reading) -> list[_Weight]:
    forces, sentences = reading.forces, reading.sentences
    return [(forces[clause], sentences[clause], hit[2]) for clause, hit in reading.mentions]


def _asked(weights: list[_Weight], bar: int, *, last: bool = False) -> _Asked:
    """What stands where the force is at least `bar`, and the owners of the things among it.

    `last`: in the last such sentence only.
    """
    found = [weight for weight in weights if weight[0] >= bar]
    things = [weight for weight in found if weight[2].role == "thing" and weight[2].owner]
    if last and things:
        only = max(sentence for _, sentence, _ in things)
        found = [weight for weight in found if weight[1] == only]
        things = [weight for weight in things if weight[1] == only]
    return (
        frozenset([concept.id for _, _, concept in found]),
        frozenset([str(concept.owner) for _, _, concept in things]),
    )


def _unsettled(owners: frozenset[str], rules: RuleSet) -> bool:
    """Two of the owners are such that no order between them is settled."""
    return len(owners) > 1 and any(
        frozenset(pair) not in rules.settled for pair in combinations(owners, 2)
    )


def _narrowed(concepts: frozenset[str], owners: frozenset[str]) -> _Asked:
    """A permit to work at home and its loan; a loan and the gas or water that it is for."""
    if {"home_business", "loan"} <= concepts:
        return concepts - {"loan"}, owners - {"bank"}
    lent = not _LOANS.isdisjoint(concepts)
    if lent and concepts & _CONNECTED and concepts.isdisjoint(_OTHERS_BUSINESS):
        return concepts - _CONNECTED, owners - {"other"}
    return concepts, owners


def _owners(weights: list[_Weight], bar: int, said: set[str]) -> set[str]:
    """Whose business the letter touches; what an isargar needs is the foundation's."""
    least = bar if bar == PRINCIPAL else 0
    found = {c.owner for force, _, c in weights if c.owner and force >= least}
    if _ISARGAR.isdisjoint(said) or found.isdisjoint(_IN_ISAR):
        return found
    return found - _IN_ISAR | {"martyrs-foundation"}


def _found_out(letter: Letter, reading: Reading, said: set[str], rules: RuleSet) -> Iterator[str]:
    """What the fields and the whole letter say beside the words."""
    if len(letter.text) > LONGEST_READ:
        yield "too_long"
    if not reading.mentions and _words(reading) < _SHORTEST_LETTER:
        yield "nothing_said"
    yield from _about_banks(letter, reading, said, rules)
    status = _covered(letter.covered_by, rules)
    if status and _COVER_DENIALS[status].isdisjoint(reading.denied):
        yield status


def _about_banks(letter: Letter, reading: Reading, said: set[str], rules: RuleSet) -> Iterator[str]:
    named = banks.named(reading)
    if named or banks.code(letter.bank, rules.lexicon):
        yield "agent_bank"
    if "outside_bank" in said and not named and _files_outside(reading):
        yield "outside_file"
    if "loan" in said and _loan_requested(reading):
        yield "loan_requested"


def _files_outside(reading: Reading) -> bool:
    """A bank outside the five stands in one sentence with a loan or with what a bank does."""
    sentences = reading.sentences
    outside = {sentences[c] for c, hit in reading.mentions if hit[2].id == "outside_bank"}
    return any(sentences[c] in outside and hit[2].id in _ON_LOAN for c, hit in reading.mentions)


def _loan_requested(reading: Reading) -> bool:
    forces = reading.forces
    return any(
        forces[clause] >= REQUEST and hit[2].id == "loan" for clause, hit in reading.mentions
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
    owners = (concept.owner for _, _, concept in rules.lexicon.find(written)[0])
    return next((_COVERS[owner] for owner in owners if owner in _COVERS), None)
