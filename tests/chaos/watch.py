"""Looking on while things break: ownership, the web's answers, how long until all is settled."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.chaos.stage import Stage
from tests.chaos.world import unsettled, waiting

OWNERSHIP = ("letter without exactly one open owner", "closed letter with an open referral")
WATCH_EVERY_SECONDS = 3.0


class Watch:
    """Asks `samaneh doctor` again and again; a letter without an owner is wrong at any moment."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.looks = 0
        self.blind = 0
        self.unowned = 0

    def look(self) -> None:
        report = self._stage.reports("doctor")
        if report is None:
            self.blind += 1
            return
        self.looks += 1
        self.unowned += sum(report["checks"].get(name, 0) for name in OWNERSHIP)

    def figures(self) -> dict[str, Any]:
        return {"doctor_looks": self.looks, "unowned_at_any_look": self.unowned}


@contextmanager
def repeatedly(act: Callable[[], None], every: float) -> Iterator[None]:
    """Do it every so often in a thread of its own, until the block ends."""
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            act()
            stop.wait(every)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(60)


@contextmanager
def watching(stage: Stage) -> Iterator[Watch]:
    """A Watch that looks until the block ends, and once more then."""
    watch = Watch(stage)
    with repeatedly(watch.look, WATCH_EVERY_SECONDS):
        yield watch


def settle(stage: Stage, seconds: float) -> float:
    """Wait until no receipt is open; how long it took. Raises TimeoutError, saying what waits."""
    try:
        return until(lambda: unsettled(stage) == 0, seconds, "receipts are still open")
    except TimeoutError as late:
        raise TimeoutError(f"{late}: {waiting(stage)}") from None


def until(true: Callable[[], bool], seconds: float, otherwise: str) -> float:
    began = time.monotonic()
    while not true():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"after {seconds:.0f} s {otherwise}")
        time.sleep(0.1)
    return time.monotonic() - began


def delays(history_times: dict[str, float], messages: list[Any], stage: str) -> list[float]:
    """Seconds from each letter's answer to its SMS of this stage."""
    return [
        sms.at - history_times[sms.code]
        for sms in messages
        if sms.stage == stage and sms.code in history_times
    ]
