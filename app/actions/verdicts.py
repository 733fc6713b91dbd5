"""What an outcome of the provider means for a receipt: one table."""

import random
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

from sms.gateway import (
    Accepted,
    Ambiguous,
    LineStopped,
    Mismatch,
    NotSent,
    Outcome,
    Refused,
)

BACKOFF_SECONDS = 15.0
LONGEST_BACKOFF_SECONDS = 900.0
FIRST_QUESTION_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The next state of a receipt. `refund` gives back an attempt that was no fault of its own;
    `asked` counts a question that the provider has answered."""

    id: UUID
    fence: UUID
    state: str
    reason: str | None = None
    message_id: int | None = None
    status: int | None = None
    cost: int | None = None
    wait_seconds: float = 0.0
    refund: int = 0
    asked: int = 0
    stops_line: bool = False

    @property
    def row(self) -> dict[str, Any]:
        return asdict(self)


def of(receipt: UUID, fence: UUID, attempts: int, outcome: Outcome) -> Verdict:  # noqa: C901 - one arm for each outcome
    """Accepted → accepted; not sent → again later; refused → rejected; line stopped → again,
    nothing burnt; ambiguous → unknown, to be asked about; mismatch → held for a person."""
    match outcome:
        case Accepted(message_id, status, cost):
            return Verdict(receipt, fence, "accepted", None, message_id, status, cost)
        case NotSent(reason):
            return Verdict(receipt, fence, "pending", reason, wait_seconds=_backoff(attempts))
        case Refused(code, reason):
            return Verdict(receipt, fence, "rejected", f"{code} {reason}", status=code)
        case LineStopped(code, reason):
            why = f"{code} {reason}"
            return Verdict(receipt, fence, "pending", why, refund=1, stops_line=code != 0)
        case Ambiguous(reason):
            wait = FIRST_QUESTION_SECONDS
            return Verdict(receipt, fence, "unknown", reason, wait_seconds=wait)
        case Mismatch(reason):
            return Verdict(receipt, fence, "held", reason)


def held(verdict: Verdict, reason: str) -> Verdict:
    """The same receipt, held for a person."""
    return replace(verdict, state="held", reason=reason, message_id=None)


def _backoff(attempts: int) -> float:
    """15 s · 2ⁿ, at most 15 minutes, ± 20 % so that workers do not march in step."""
    longest: float = min(LONGEST_BACKOFF_SECONDS, BACKOFF_SECONDS * 2 ** min(attempts - 1, 10))
    return longest * random.uniform(0.8, 1.2)  # noqa: S311 - jitter, not a secret
