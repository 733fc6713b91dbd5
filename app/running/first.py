"""Waiting for processes that are started for the first time, where nothing may go wrong."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.running.errors import UpFailed
from app.running.keeper import State, Wire
from app.running.plan import House

LOG_LINES = 15
LOG_TAIL_BYTES = 8_000
ASK_EVERY = 0.05


@dataclass(frozen=True, slots=True)
class FirstStart:
    """Waits over the wire. Here a process that ends is a failure, later it is replaced."""

    wire: Wire
    house: House
    _seen: dict[str, int] = field(default_factory=dict)

    def until_up(self, names: Sequence[str], seconds: float) -> None:
        """Return when each of `names` has stayed up for a second. Raises UpFailed, Gone."""
        for name in names:
            self._wait(name, names, lambda state: state.word == "RUNNING", seconds)

    def until(self, ready: Callable[[], bool], name: str, seconds: float) -> None:
        """Return when the process `name` is `ready`. Raises UpFailed, Gone."""
        self._wait(name, [name], lambda _: ready(), seconds)

    def _wait(
        self, name: str, watched: Sequence[str], ready: Callable[[State], bool], seconds: float
    ) -> None:
        end = time.monotonic() + seconds
        while True:
            states = self.wire.states()
            for each in watched:
                self._check(states[each])
            if ready(states[name]):
                return
            if time.monotonic() > end:
                raise UpFailed(self._report(name, f"did not answer within {seconds:.0f} s"))
            time.sleep(ASK_EVERY)

    def _check(self, state: State) -> None:
        replaced = state.pid and self._seen.setdefault(state.name, state.pid) != state.pid
        if state.failed or replaced:
            raise UpFailed(self._report(state.name, "did not start"))

    def _report(self, name: str, fault: str) -> str:
        log = self.house.log(name)
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - LOG_TAIL_BYTES))
            lines = file.read().decode(errors="replace").splitlines()[-LOG_LINES:]
        return "\n".join([f"{name} {fault}. The end of {log}:", *(f"  {line}" for line in lines)])
