"""Everything one running gateway holds, handed from hand to hand instead of kept in globals."""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sms.fake.contract import Params
from sms.fake.faults import Fault, Faults
from sms.fake.settings import GatewaySettings, Knobs
from sms.fake.store import Clock, Store

REMEMBERED_CALLS = 2000


class Room:
    """One gateway: its memory, clock, switches and the faults waiting."""

    def __init__(self, settings: GatewaySettings) -> None:
        self.settings = settings
        self.knobs = Knobs(callback_url=settings.callback_url)
        self.store = Store(settings.data_dir)
        self.clock = Clock(self.store)
        self.faults = Faults()
        self.calls: deque[dict[str, Any]] = deque(maxlen=REMEMBERED_CALLS)
        self.gauge = Gauge()


class Gauge:
    """Counts calls of the current real second."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._second = 0
        self._calls = 0

    def over(self, rate: float) -> bool:
        """Count one more; is it beyond `rate` calls a second? 0 is no limit."""
        with self._lock:
            second = int(time.monotonic())
            if second != self._second:
                self._second, self._calls = second, 0
            self._calls += 1
            return 0 < rate < self._calls


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method: what was given, and what shall go wrong."""

    params: Params
    fault: Fault


@dataclass(frozen=True, slots=True)
class Page:
    """Entries with the metadata that paged methods add."""

    entries: list[dict[str, Any]]
    metadata: dict[str, Any]


Method = Callable[[Room, Call], Any]
Methods = Mapping[str, Method]
