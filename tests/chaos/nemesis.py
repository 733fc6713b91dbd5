"""What breaks things: processes killed and stopped, engines restarted, seeded by the scenario."""

import random
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

import psutil

from tests.chaos.engines import kill
from tests.chaos.stage import Stage

WORKS_SECONDS = 60
SPEAKS_SECONDS = 60


class Nemesis:
    """Strikes processes of `up` by their pids, and counts."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self._stage = stage
        self._source = random.Random(f"nemesis/{seed}")
        self.kills = 0
        self.stops = 0

    def kill_one(self, names: Sequence[str]) -> None:
        """kill -9 a living process of one of these names."""
        pids = [pid for name in names for pid in self._stage.pids(name) if alive(pid)]
        if pids and kill(self._source.choice(pids)):
            self.kills += 1

    def kill_working(self, names: Sequence[str], times: int, done: Callable[[], int]) -> None:
        """As often as that, within a second after something was done again (`done` grew): so each
        kill hits a system at work."""
        for _ in range(times):
            before = done()
            self._until(lambda before=before: done() > before)  # type: ignore[misc]
            time.sleep(self._source.uniform(0.0, 1.0))
            self.kill_one(names)

    def _until(self, true: Callable[[], bool]) -> None:
        began = time.monotonic()
        while not true():
            if time.monotonic() - began > WORKS_SECONDS:
                raise TimeoutError(f"nothing was done for {WORKS_SECONDS} s after a kill")
            time.sleep(0.05)

    def kill_speaking(self, names: Sequence[str], times: int, latest: float) -> None:
        """kill -9 a process that has asked the SMS gateway and waits for its answer, as often as
        that, each at most `latest` seconds into a call."""
        end = self.kills + times
        while self.kills < end:
            victim = self._speaking(names)
            time.sleep(self._source.uniform(0.0, latest))
            self.kills += kill(victim)

    def _speaking(self, names: Sequence[str]) -> int:
        end = time.monotonic() + SPEAKS_SECONDS
        while time.monotonic() < end:
            calls = self._stage.links.gateway.waiting
            pids = [pid for name in names for pid in self._stage.pids(name)]
            found = [pid for pid in pids if calls & ports(pid)] if calls else []
            if found:
                return self._source.choice(found)
            time.sleep(0.01)
        raise TimeoutError(f"nobody of {names} speaks to the gateway")

    def freeze_one(self, names: Sequence[str], seconds: float) -> None:
        """SIGSTOP a process in the middle of a call for so long, then SIGCONT."""
        pid = self._speaking(names)
        if kill(pid, signal.SIGSTOP):
            self.stops += 1
            time.sleep(seconds)
            kill(pid, signal.SIGCONT)


@contextmanager
def frozen(stage: Stage, names: Sequence[str]) -> Iterator[None]:
    """All processes of these names stand still until the block ends."""
    pids = [pid for name in names for pid in stage.pids(name)]
    try:
        for pid in pids:
            kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in pids:
            kill(pid, signal.SIGCONT)


def ports(pid: int) -> set[int]:
    """The local ports of this process's connections."""
    try:
        return {int(c.laddr.port) for c in psutil.Process(pid).net_connections("tcp") if c.laddr}
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return set()


def alive(pid: int) -> bool:
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False
