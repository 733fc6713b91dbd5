"""Which of the five banks (policy §5): the file's, one's own, the field's, one named, allotted."""

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from math import log

from routing.focus import Mention
from routing.lexicon import Lexicon
from routing.scope import Reading
from routing.terms import stems
from routing.text import fold, words

ORDER = ("bank-melli", "bank-mellat", "bank-tejarat", "bank-saderat", "bank-refah")

EQUAL = dict.fromkeys(ORDER, 1.0)

_TIES = ("bank_file", "own_account")  # the stronger first

_NAMES = {
    fold(name): bank
    for name, bank in zip(("ملی", "ملت", "تجارت", "صادرات", "رفاه"), ORDER, strict=True)
} | {"رفا": "bank-refah"}
_BANKING_WORDS = "بانک شعبه حساب کارت وام قسط حقوق مستمری نزد پیامک متصدی گردش"
_BANKING = frozenset(map(fold, _BANKING_WORDS.split()))
_NEAR = 3  # words


def group(agency: str) -> str:
    """The five banks are one owner, "bank"; other agencies are their own."""
    return "bank" if agency in ORDER else agency


def named(reading: Reading) -> list[Mention]:
    """Mentions of agent banks that were neither denied nor past.

    Bare names («صادرات») only where no bank is named fully and the letter is about banking.
    """
    full = [mention for mention in reading.mentions if mention[1][2].id in EQUAL]
    if full:
        return full
    bare = [mention for mention in reading.mentions if mention[1][2].role == "bare"]
    return bare if bare and _about_banking(reading) else []


def _about_banking(reading: Reading) -> bool:
    return any(concept.owner == "bank" for _, (_, _, concept) in reading.mentions) or any(
        concept.id in _TIES for _, (_, _, concept) in reading.cues
    )


def code(name: str | None, lexicon: Lexicon) -> str | None:
    """The agent bank that a form field names (code, Latin or Persian); None for any other."""
    if not name:
        return None
    parts = [word for word in words(name.replace("_", "-")) if word not in ("بانک", "bank")]
    title = parts[0].removeprefix("bank-") if parts else ""
    if f"bank-{title}" in ORDER:
        return f"bank-{title}"
    for text in (name, f"بانک {title}"):
        written = lexicon.alphabet.write(text)
        for _, _, concept in lexicon.find(written)[0]:
            if concept.id in ORDER:
                return concept.id
    return None


def choose(
    reading: Reading,
    field: str | None,
    key: str,
    shares: Mapping[str, float] = EQUAL,
    *,
    conduct: bool = False,
) -> str:
    """The bank for a request. The same letter, field and key give the same bank always.

    `conduct`: a bank is complained of, so that the one named goes before the field.
    """
    banks = named(reading)
    current = [mention for mention in banks if mention not in reading.past]
    for tie in _TIES:
        near = _near(current, tie, reading)
        if near:
            return near[-1] if tie == "own_account" else near[0]
    if field and field not in _denied(reading) and not (conduct and current):
        return field
    return str(banks[0][1][2].owner) if banks else _glimpsed(reading) or allot(key, shares)


def _glimpsed(reading: Reading) -> str | None:
    """The only bank whose name stands near a word of banking though no mention of it counts
    (a landmark, a slip of spelling, a bare name): likelier than the lot."""
    written = words(" ".join(reading.written.tokens))
    forms = [_sounds(word) for word in written]
    seen = set()
    for place, form in enumerate(forms):
        if _NAMES.keys().isdisjoint(form):
            continue
        around = forms[max(0, place - _NEAR) : place] + forms[place + 1 : place + 1 + _NEAR]
        if any(not _BANKING.isdisjoint(other) for other in around):
            seen |= {bank for name, bank in _NAMES.items() if name in form}
    return seen.pop() if len(seen) == 1 else None


@lru_cache(1 << 14)
def _sounds(word: str) -> frozenset[str]:
    """How the word and its stems sound."""
    return frozenset(fold(stem) for stem in stems(word))


def _near(banks: list[Mention], tie: str, reading: Reading) -> list[str]:
    """The banks in a clause with the tie; the only bank of the letter, in a sentence with it."""
    clauses = {clause for clause, (_, _, cue) in reading.cues if cue.id == tie}
    owners = [(clause, str(concept.owner)) for clause, (_, _, concept) in banks]
    near = [owner for clause, owner in owners if clause in clauses]
    if near or len({owner for _, owner in owners}) != 1:
        return near
    sentences = {reading.sentences[clause] for clause in clauses}
    return [owner for clause, owner in owners if reading.sentences[clause] in sentences]


def _denied(reading: Reading) -> set[str]:
    """The banks that the citizen says are not theirs: text wins over field."""
    return {concept.replace("bare-", "bank-") for concept in reading.denied}


def allot(key: str, shares: Mapping[str, float] = EQUAL) -> str:
    """A bank by the citizen's key, a hash or any text: in the long run to each bank its share.

    With equal shares the policy's formula. When shares change, citizens move only from banks that
    got less to banks that got more, and stay together where nothing changed for them.
    """
    digest = sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    home = ORDER[int(digest[:8], 16) % len(ORDER)]
    even = sum(shares.values()) / len(ORDER)
    if _draw(digest[8:16]) * even < shares[home]:
        return home
    return max(
        (bank for bank in ORDER if shares[bank] > even),
        key=lambda bank: _pull(digest + bank, shares[bank] - even),
    )


def _pull(key: str, weight: float) -> float:
    """The highest of these wins as often as its weight says, whoever else takes part."""
    return log(_draw(sha256(key.encode()).hexdigest()[:8])) / weight


def _draw(digits: str) -> float:
    """Between 0 and 1, without 0, from eight hexadecimal digits."""
    return (int(digits, 16) + 1) / (16**8 + 1)
