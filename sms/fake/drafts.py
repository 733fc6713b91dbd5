"""What the gateway checks before it takes a message in, in the provider's order."""

from collections.abc import Sequence
from dataclasses import dataclass

from sms.fake import contract, faults
from sms.fake.contract import Params, Wrong
from sms.fake.room import Room
from sms.texts import segments

RIALS = 120
YEAR = 366 * 86_400
DEFAULT_SENDER = "10004346"


@dataclass(frozen=True, slots=True)
class Draft:
    """One message of a call that has passed every check but the credit."""

    receptor: str
    message: str
    sender: str
    localid: int | None = None
    send_at: float | None = None
    provider: str = "kavenegar"

    @property
    def cost(self) -> int:
        """Rials. Latin costs double, Persian does not: so it is with the provider."""
        return segments(self.message) * RIALS * (2 if self.message.isascii() else 1)


def sender(room: Room, sender: str | None) -> str:
    line = (sender or DEFAULT_SENDER).strip()
    lines = room.knobs.lines
    if not contract.SENDER.fullmatch(line) or (sender and lines and line not in lines):
        raise Wrong(412)
    return line


def receptors(room: Room, texts: Sequence[str]) -> list[str | None]:
    """The telephones in order. A bad one fails the call, or with `partial` leaves a gap."""
    known: list[str | None] = []
    for text in texts:
        match = contract.RECEPTOR.fullmatch(text.strip())
        phone = None if match is None else "0" + match[1]
        lost = phone is None or (len(texts) > 1 and faults.of_receptor(phone).reject is not None)
        if phone is None and not room.knobs.partial:
            raise Wrong(411)
        known.append(None if lost and room.knobs.partial else phone)
    return known


def text(text: str) -> None:
    if not text.strip() or len(text) > contract.LONGEST:
        raise Wrong(413)
    if contract.CONTROL.search(text):
        raise Wrong(422)


def count(receptors: Sequence[object]) -> None:
    if len(receptors) > contract.MOST_RECEPTORS:
        raise Wrong(414)


def date(room: Room, text: str | None) -> float | None:
    if not text:
        return None
    when = contract.whole(text, 417)
    if when > room.clock.now() + YEAR:
        raise Wrong(417)
    return float(when)


def link_and_tag(room: Room, text: str, given: Params) -> None:
    if not room.knobs.links and contract.LINK.search(text):
        raise Wrong(420)
    if given.get("tag") and not contract.TAG.fullmatch(given["tag"]):
        raise Wrong(607)


def localids(texts: Sequence[object], receptors: Sequence[object]) -> list[int | None]:
    if not texts:
        return [None] * len(receptors)
    if len(texts) != len(receptors):
        raise Wrong(419)
    return [contract.whole(text) for text in texts]


def array_or_parts(text: str) -> Sequence[object]:
    """The documentation shows a JSON array, one official client joins with commas."""
    return contract.array(text) if text.lstrip().startswith("[") else contract.parts(text)
