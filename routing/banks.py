"""Which of the five banks (policy §5): the file's, one's own, the field's, one named, allotted."""

from collections.abc import Sequence
from hashlib import sha256

from routing.lexicon import Lexicon
from routing.scope import Mention, Reading
from routing.text import split

ORDER = ("bank-melli", "bank-mellat", "bank-tejarat", "bank-saderat", "bank-refah")

_TIES = ("bank_file", "own_account")  # the stronger first


def named(reading: Reading) -> tuple[Mention, ...]:
    """Mentions of agent banks that were neither denied nor past."""
    return tuple(mention for mention in reading.mentions if mention.concept in ORDER)


def code(name: str | None, lexicon: Lexicon) -> str | None:
    """The agent bank that a form field names (code, Latin or Persian); None for any other."""
    if not name:
        return None
    words = [word for word in split(name.replace("_", "-")).words if word not in ("بانک", "bank")]
    title = words[0].removeprefix("bank-") if words else ""
    if f"bank-{title}" in ORDER:
        return f"bank-{title}"
    for text in (name, f"بانک {title}"):
        found = split(text)
        for hit in lexicon.find(found.words, found.gaps):
            if hit.concept.id in ORDER:
                return hit.concept.id
    return None


def choose(reading: Reading, field: str | None, key: str) -> str:
    """The bank for a request. The same letter, field and key give the same bank always."""
    banks = named(reading)
    for tie in _TIES:
        near = [bank.concept for bank in banks if _tied(bank, tie, reading.cues)]
        if near:
            return near[-1] if tie == "own_account" else near[0]
    if field:
        return field
    return banks[0].concept if banks else allot(key)


def allot(key: str) -> str:
    """An even share for each bank, without state. `key`: the citizen's, a hash or any text."""
    digest = sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    return ORDER[int(digest[:8], 16) % len(ORDER)]


def _tied(bank: Mention, tie: str, cues: Sequence[Mention]) -> bool:
    return any(cue.concept == tie and cue.clause == bank.clause for cue in cues)
