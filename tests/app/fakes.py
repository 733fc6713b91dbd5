"""A provider of SMS in memory, and a doorbell that tells who rang."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from sms.gateway import (
    UNKNOWN_ID,
    Accepted,
    Account,
    Ambiguous,
    Message,
    Outcome,
    Report,
    Singly,
    Unavailable,
)

Step = Outcome | Callable[[Message], Outcome]


class FakeGateway:
    """Takes each message once by its local id, unless the script says otherwise."""

    def __init__(self, *script: Step, name: str = "kavenegar", remembers: bool = True) -> None:
        self.name = name
        self.remembers = remembers
        self.script = deque(script)
        self.asked_to_send: list[Message] = []
        self.kept: dict[int, int] = {}  # local id → message id
        self.reports: dict[int, Report] = {}  # message id → what is said of its delivery
        self.away = False
        self._lock = threading.Lock()

    def send(self, message: Message) -> Outcome:
        with self._lock:
            self.asked_to_send.append(message)
            step = self.script.popleft() if self.script else self.accept
        return step(message) if callable(step) else step

    def send_many(self, messages: Sequence[Message]) -> list[Outcome | Singly]:
        return [self.send(message) for message in messages]

    def accept(self, message: Message) -> Outcome:
        with self._lock:
            known = self.kept.setdefault(message.local_id, 8_792_343 + len(self.kept))
        return Accepted(known, 1, 1200)

    def accept_and_hang(self, message: Message) -> Outcome:
        self.accept(message)
        return Ambiguous("no answer in time")

    def look_up(self, local_ids: Sequence[int]) -> dict[int, Report]:
        if self.away:
            raise Unavailable("away")
        ids = {local_id: self.kept.get(local_id, 0) for local_id in local_ids}
        return {k: Report(known, 4 if known else UNKNOWN_ID) for k, known in ids.items()}

    def statuses(self, message_ids: Sequence[int]) -> dict[int, Report]:
        if self.away:
            raise Unavailable("away")
        return {m: self.reports[m] for m in message_ids if m in self.reports}

    def account(self) -> Account:
        soon = datetime.now(UTC) + timedelta(days=30)
        return Account(1_000_000, soon, debug_mode=False, resend_failed=False)


class CountingBell:
    """Does something at each ring."""

    def __init__(self, at_ring: Callable[[], None]) -> None:
        self._at_ring = at_ring

    def ring(self) -> None:
        self._at_ring()

    def answers(self) -> bool:
        return True
