"""What we ask of any SMS provider, and the few things that can come of it.

The product speaks to this protocol only. Sending never raises for trouble with the provider or the
network: the outcome is a value, and the class of the value says what to do next.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

Delivery = Literal[
    "queued", "delivered", "undelivered", "failed", "blocked", "cancelled", "unknown"
]

# The status of a message → what became of it, in Kavenegar's numbers; a gateway to another provider
# translates into them. 100 is "I do not know this id (any more)".
DELIVERY: Mapping[int, Delivery] = {
    1: "queued",
    2: "queued",
    4: "queued",
    5: "queued",
    6: "failed",
    10: "delivered",
    11: "undelivered",
    13: "cancelled",
    14: "blocked",
    100: "unknown",
}
UNKNOWN_ID = 100
MOST_AT_ONCE = 200
EXPIRY_NEAR = timedelta(days=14)
FINAL = frozenset({6, 10, 11, 13, 14})


def delivery(status: int) -> Delivery:
    """What became of a message with this provider status; a status we never heard of is unknown."""
    return DELIVERY.get(status, "unknown")


class Unavailable(Exception):
    """A question to the provider got no usable answer; ask again later. `code` if it gave one."""

    def __init__(self, reason: str, code: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


@dataclass(frozen=True, slots=True)
class Message:
    """One SMS for one telephone (`09…`). `local_id` is ours and never used for another message."""

    receptor: str = field(repr=False)
    text: str = field(repr=False)
    local_id: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has it. `cost` in rials, if it was told."""

    message_id: int
    status: int
    cost: int | None


@dataclass(frozen=True, slots=True)
class NotSent:
    """Nothing left this machine: try again later, with a growing pause."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider will never take this message as it is: for a person to see."""

    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class LineStopped:
    """It refuses all that is ours (credit, key, address, rate): stop the line, keep the message."""

    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """It may or may not have been accepted: look it up before any second try."""

    reason: str


@dataclass(frozen=True, slots=True)
class Mismatch:
    """It answered with another message than ours: our `local_id` was already used. Hold; alarm."""

    reason: str


@dataclass(frozen=True, slots=True)
class Singly:
    """Nothing of this call for many was taken, because of one message in it or of the call itself:
    send this one by itself, now. Only `send_many` says so."""

    code: int
    reason: str


Outcome = Accepted | NotSent | Refused | LineStopped | Ambiguous | Mismatch


@dataclass(frozen=True, slots=True)
class Report:
    """What the provider says of a message; `message_id` is 0 where it knows none."""

    message_id: int
    status: int


@dataclass(frozen=True, slots=True)
class Account:
    """`credit` in rials. With `debug_mode` nothing is really sent; with `resend_failed` the
    provider repeats undelivered messages by itself: then one receipt can be several SMS.
    `blocked`: the provider has closed the account to us."""

    credit: int
    expires: datetime
    debug_mode: bool
    resend_failed: bool
    blocked: bool = False


Worry = Literal["blocked", "debug_mode", "resend_failed", "expired", "expiry_near", "credit_low"]


def worries(account: Account, now: datetime, least_credit: int) -> list[Worry]:
    """What a person should mend, the worst first; `least_credit` in rials."""
    left = account.expires - now
    found: dict[Worry, bool] = {
        "blocked": account.blocked,
        "debug_mode": account.debug_mode,
        "resend_failed": account.resend_failed,
        "expired": left <= timedelta(0),
        "expiry_near": timedelta(0) < left < EXPIRY_NEAR,
        "credit_low": account.credit < least_credit,
    }
    return [worry for worry, is_so in found.items() if is_so]


class Gateway(Protocol):
    """A provider of SMS. Safe to share between threads.

    `name` tells it from others in records. `remembers`: it can be asked by our local id and refuses
    to repeat one, so that an ambiguous send may be settled by asking; where it does not, an
    ambiguous send can only be held for a person.
    """

    name: str
    remembers: bool

    def send(self, message: Message) -> Outcome:
        """Hand over one message; blocks no longer than the client's time-outs."""

    def send_many(self, messages: Sequence[Message]) -> list[Outcome | Singly]:
        """Hand over at most MOST_AT_ONCE messages; one outcome for each, in their order. Raises
        ValueError for more."""

    def look_up(self, local_ids: Sequence[int]) -> dict[int, Report]:
        """By our own ids (the provider looks back 12 hours). Status 100: it knows no such message.
        An id it said nothing of is absent. Raises Unavailable, always where it does not
        remember."""

    def statuses(self, message_ids: Sequence[int]) -> dict[int, Report]:
        """By its ids (48 hours back). An id it said nothing of is absent. Raises Unavailable."""

    def account(self) -> Account:
        """Credit, expiry and the switches that must be off. Raises Unavailable."""
