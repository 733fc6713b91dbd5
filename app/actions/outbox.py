"""The outbox: claim, commit, speak to the provider, record by fence. Nobody is told twice.

States and reasons as in the provider's contract: what is ambiguous becomes `unknown` and is asked
about by `reconcile`, never sent again blindly.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

from app.actions import messages, verdicts
from app.actions.claims import Claimed, claim
from app.actions.recording import record
from app.actions.verdicts import Verdict
from app.tools import Tools
from sms.gateway import MOST_AT_ONCE, Gateway, LineStopped, Outcome, Singly

ROUNDS = 8  # messages of one claim for each connection: enough to keep them all busy
RECORD_EVERY_SECONDS = 0.25
ALONE = Singly(0, "one message alone")
NOT_TRIED = LineStopped(0, "not tried: the line was stopped, or the lease is nearly over")


def drain(tools: Tools, gateway: Gateway, connections: int, seconds: float) -> int:
    """Send what is due until nothing is, or the time is up; returns how many were spoken for.

    Any number of workers may drain at once. Killed at any point it leaves rows whose lease
    ends, and `reconcile` asks the provider about those.
    """
    until = time.monotonic() + seconds
    spoken = 0
    at_once = ROUNDS * connections * (MOST_AT_ONCE if tools.sending.array_from else 1)
    with _threads(connections) as pool, _threads(messages.AT_ONCE) as quick:
        while time.monotonic() < until:
            # First, and again and again: somebody waits for a code, however long the backlog is.
            awaited = messages.drain(tools, gateway, quick)
            batch = claim(tools, at_once, gateway.name)
            if not batch and not awaited:
                break
            for said in _speak(pool, gateway, _groups(batch, tools.sending.array_from)):
                record(tools, said, gateway.name)
                awaited += messages.drain(tools, gateway, quick)
            spoken += awaited + len(batch)
    return spoken


def _threads(count: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(count, thread_name_prefix="sms")


def _groups(batch: Sequence[Claimed], array_from: int) -> list[Sequence[Claimed]]:
    """One by one; a backlog in calls for many, where the installation wants that. The first one
    goes alone in any case: it shows whether the line takes anything."""
    size = MOST_AT_ONCE if array_from and len(batch) >= array_from else 1
    rest = range(1, len(batch), size)
    return [group for group in (batch[:1], *(batch[n : n + size] for n in rest)) if group]


class _Speaker:
    """Speaks for receipts in many threads; all are silent once the line is stopped."""

    def __init__(self, gateway: Gateway) -> None:
        self.stopped = threading.Event()
        self._gateway = gateway

    def speak(self, group: Sequence[Claimed]) -> list[Verdict]:
        said = []
        for one, told in zip(group, self._together(group), strict=True):
            outcome = self._send(one) if isinstance(told, Singly) else told
            if isinstance(outcome, LineStopped):
                self.stopped.set()
            said.append(verdicts.of(one.id, one.fence, one.attempts, outcome))
        return said

    def _together(self, group: Sequence[Claimed]) -> Sequence[Outcome | Singly]:
        if len(group) == 1:
            return [ALONE]
        if self._late(group[0]):
            return [NOT_TRIED] * len(group)
        return self._gateway.send_many([one.message for one in group])

    def _send(self, one: Claimed) -> Outcome:
        return NOT_TRIED if self._late(one) else self._gateway.send(one.message)

    def _late(self, one: Claimed) -> bool:
        return self.stopped.is_set() or time.monotonic() > one.speak_until


def _speak(
    pool: ThreadPoolExecutor, gateway: Gateway, groups: Sequence[Sequence[Claimed]]
) -> Iterator[list[Verdict]]:
    """Speak for the first, then for all others at once, so that a line without credit is asked
    once and not by every connection; yield verdicts as they come, a few times a second."""
    if not groups:
        return
    speaker = _Speaker(gateway)
    try:
        yield speaker.speak(groups[0])
        waiting = {pool.submit(speaker.speak, group) for group in groups[1:]}
        while waiting:
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            if len(done) < len(waiting):
                done, _ = wait(waiting, timeout=RECORD_EVERY_SECONDS)
            waiting -= done
            yield [verdict for future in done for verdict in future.result()]
    finally:
        speaker.stopped.set()  # what can't be recorded any more is not begun
