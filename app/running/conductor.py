"""The order in which everything is started, and the watch over it afterwards."""

import http.client
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from app.running import plan, postgres, valkey
from app.running.board import Board
from app.running.embedded import Embedded
from app.running.engines import Engines
from app.running.first import FirstStart
from app.running.keeper import Stir, Wire
from app.running.plan import House, Process, Program
from app.running.tied import write_private

ENGINE_SECONDS = 60
READY_SECONDS = 90
# supervisord turns its loop when it is asked something, else once a second: so it is asked often
# for a while after something happened, and seldom (it costs milliseconds) while nothing does.
WATCH_EVERY = 0.25
STIRRED_SECONDS = 5.0
ASK_EVERY = 5.0
NUDGE_EVERY = 0.1


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the caller of `up.run` wants; see there."""

    prepare: Callable[[Engines], Sequence[Program]]
    announce: Callable[[], None]
    addresses: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Conductor:
    """Starts everything through the wire, then keeps running.json current."""

    house: House
    embedded: Embedded
    wishes: Wishes

    def conduct(self, wire: Wire, stir: Stir) -> None:
        """Work until supervisord stops: then Gone is raised. Before that UpFailed may be, or
        anything that `prepare` and `announce` raise."""
        start = FirstStart(wire, self.house)
        self._start_engines(start)
        members = plan.processes(self.wishes.prepare(self.embedded.engines))
        self._start(start, members)
        board = Board(
            self.house.data / "running.json",
            os.getpid(),
            self.embedded.engines,
            self.wishes.addresses,
        )
        board.show(_pids(wire))
        self.wishes.announce()
        _watch(wire, stir, board)

    def _start_engines(self, start: FirstStart) -> None:
        embedded = self.embedded
        ours = {process.name for process in embedded.processes}
        if embedded.superuser_url is not None:
            address = embedded.superuser_url
            start.until(partial(postgres.answers, address), "postgres", ENGINE_SECONDS)
            postgres.furnish(address, embedded.application_password)
        if "valkey" in ours:
            address = embedded.engines.redis_url
            start.until(partial(valkey.answers, address), "valkey", ENGINE_SECONDS)

    def _start(self, start: FirstStart, members: Sequence[Process]) -> None:
        if not members:
            return
        groups = {plan.ENGINES: self.embedded.processes, plan.APPLICATION: members}
        write_private(self.house.settings, plan.settings(self.house, groups))
        start.wire.add(plan.APPLICATION)
        start.until_up([process.name for process in members], READY_SECONDS)
        for program, address in self.wishes.addresses.items():
            one = next(m.name for m in members if m.name.partition("-")[0] == program)
            start.until(partial(healthy, address), one, READY_SECONDS)


def _watch(wire: Wire, stir: Stir, board: Board) -> None:
    """Keep the board current until supervisord stops. Raises Gone."""
    pids, asked_at, calm_at = _pids(wire), time.monotonic(), 0.0
    while True:
        if stir.wait(WATCH_EVERY):
            calm_at = time.monotonic() + STIRRED_SECONDS
            time.sleep(WATCH_EVERY / 5)  # a storm of signals makes no storm of questions
        now = time.monotonic()
        if now < calm_at or now - asked_at > ASK_EVERY:
            pids, asked_at = _pids(wire), now
        board.show(pids)


def hurry(wire: Wire) -> None:
    """Keep supervisord's loop turning while it stops, so that nothing waits for its next second."""
    while wire.nudge():
        time.sleep(NUDGE_EVERY)


def healthy(address: str) -> bool:
    """Whether GET `address` is answered with 200 now."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
    try:
        connection.request("GET", parts.path or "/")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _pids(wire: Wire) -> Mapping[str, int]:
    return {name: state.pid for name, state in wire.states().items()}
