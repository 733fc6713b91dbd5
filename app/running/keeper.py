"""supervisord inside this process, and the wire to it."""

import http.client
import select
import signal
import socket
import xmlrpc.client
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from supervisor.medusa.asyncore_25 import ExitNow
from supervisor.options import ServerOptions
from supervisor.process import Subprocess
from supervisor.states import ProcessStates
from supervisor.supervisord import Supervisor
from supervisor.xmlrpc import SupervisorTransport

CRADLE_SECONDS = 0.25


class Gone(Exception):
    """supervisord is stopping or has stopped."""


class _Keeper(Supervisor):  # type: ignore[misc] # supervisor has no types
    def __init__(self, options: ServerOptions, begin: Callable[[], None]) -> None:
        super().__init__(options)
        self._begin = begin
        self._nohup = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN

    def runforever(self) -> None:
        """The main loop; by now the socket listens."""
        if self._nohup:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
        self._begin()
        super().runforever()

    def tick(self, now: float | None = None) -> None:
        """Once in a turn of the main loop."""
        for group in self.process_groups.values():
            for process in group.processes.values():
                # One that keeps dying is tried every second: left alone, supervisord would wait
                # longer each time, and in the end give up.
                process.backoff = min(process.backoff, 1)
                if _stopped_in_its_cradle(process):
                    process.config.options.kill(process.pid, process.config.stopsignal)
        super().tick(now)


def _stopped_in_its_cradle(process: Subprocess) -> bool:
    """Whether its signal may have come between fork and exec, where supervisord's own handler
    swallows it and nothing would stop the process before SIGKILL does."""
    if process.get_state() != ProcessStates.STOPPING:
        return False
    stopped = process.delay - process.config.stopwaitsecs
    return bool(stopped - process.laststart < CRADLE_SECONDS)


class Stir:
    """Tells another thread that a signal came: a process ended, or everything is to stop."""

    def __init__(self) -> None:
        self._ear, self._mouth = socket.socketpair()
        self._ear.settimeout(0)
        self._mouth.settimeout(0)

    def listen(self) -> None:
        """From now on. Only in the main thread, like `close`."""
        signal.set_wakeup_fd(self._mouth.fileno(), warn_on_full_buffer=False)

    def wait(self, seconds: float) -> bool:
        """Whether one came by then."""
        heard, _, _ = select.select([self._ear], [], [], seconds)
        return bool(heard) and bool(self._ear.recv(4096))

    def close(self) -> None:
        signal.set_wakeup_fd(-1)
        self._ear.close()
        self._mouth.close()


def keep(settings: Path, begin: Callable[[], None], stir: Stir) -> None:
    """Be supervisord, configured by `settings`, until SIGTERM, SIGINT, SIGHUP or `Wire.stop`.

    `begin` is called when the wire works; it has to return at once. Only in the main thread. While
    this runs, no other thread may wait for child processes: supervisord reaps them all.
    """
    options = ServerOptions()
    options.realize(["-c", str(settings)])
    options.first, options.test = True, False
    stir.listen()
    try:
        _Keeper(options, begin).main()
    except ExitNow:
        pass
    finally:
        options.close_httpservers()
        options.close_logger()


@dataclass(frozen=True, slots=True)
class State:
    """A process as supervisord sees it. `pid` is 0 when there is none."""

    name: str
    word: str
    pid: int

    @property
    def failed(self) -> bool:
        """Whether it ended by itself and waits to be started again."""
        return self.word in {"BACKOFF", "EXITED", "FATAL"}


class Wire:
    """Talks to supervisord from one thread. Every method raises Gone once it is stopping."""

    def __init__(self, path: Path) -> None:
        self._transport = SupervisorTransport(None, None, f"unix://{path}")
        self._proxy = xmlrpc.client.ServerProxy("http://localhost", self._transport)

    def close(self) -> None:
        """Hang up."""
        self._transport.close()

    def states(self) -> Mapping[str, State]:
        """Every process by its name."""
        found = self._call("getAllProcessInfo")
        states = [State(each["name"], each["statename"], each["pid"]) for each in found]
        return {state.name: state for state in states}

    def add(self, group: str) -> None:
        """Start a group that has come into the configuration."""
        self._call("reloadConfig")
        self._call("addProcessGroup", group)

    def stop(self) -> None:
        """Ask supervisord to stop everything, itself last."""
        self._call("shutdown")

    def nudge(self) -> bool:
        """Wake supervisord, stopping or not; False when it is no longer there."""
        try:
            self._call("getState")
        except Gone as gone:
            return isinstance(gone.__cause__, xmlrpc.client.Fault)
        return True

    def _call(self, method: str, *arguments: str) -> Any:
        try:
            return getattr(self._proxy.supervisor, method)(*arguments)
        except (xmlrpc.client.Error, http.client.HTTPException, OSError) as error:
            raise Gone(f"{method}: {error}") from error
