"""What is to run beside the engines, and how supervisord is told."""

import os
import shlex
import signal
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.running.errors import UpFailed
from app.running.tied import Tied, tie

ENGINES = "engines"
APPLICATION = "application"
LOG_BYTES = 10_000_000
LOG_BACKUPS = 3
SPECIAL = ("%", " #", " ;", "\n")  # they mean something to supervisord, and nothing escapes them
YIELDING = 5  # of the 19 steps of nice(2): a third of the weight
STOP_SECONDS = 10  # longest patience with a program, so that everything ends within 15 s


@dataclass(frozen=True, slots=True)
class Program:
    """A program of the application; `count` processes of it run. `env` adds to our environment.

    To stop it, it gets `stop_signal` and after `stop_seconds` (10 at most) SIGKILL. A `yielding`
    one stands back while the others have work for every core.
    """

    name: str
    command: tuple[str, ...]
    count: int = 1
    env: Mapping[str, str] = field(default_factory=dict)
    stop_signal: str = "TERM"
    stop_seconds: int = STOP_SECONDS
    yielding: bool = False


@dataclass(frozen=True, slots=True)
class Process:
    """One process to keep alive, under a name of its own."""

    name: str
    program: Tied
    stop_seconds: int = STOP_SECONDS


@dataclass(frozen=True, slots=True)
class House:
    """The files below the data directory."""

    data: Path
    socket: Path

    @property
    def run(self) -> Path:
        """What matters only while it runs."""
        return self.data / "run"

    @property
    def settings(self) -> Path:
        """supervisord's configuration."""
        return self.run / "supervisor.conf"

    @property
    def alive(self) -> Path:
        """Every process of ours holds a shared lock on it."""
        return self.data / "alive"

    def log(self, name: str) -> Path:
        """Where the process `name` writes."""
        return self.data / "log" / f"{name}.log"


def processes(programs: Sequence[Program]) -> tuple[Process, ...]:
    """One process for each of a program's count: "poller", but "worker-1", "worker-2"."""
    return tuple(
        Process(name, _tied(program), min(program.stop_seconds, STOP_SECONDS))
        for program in programs
        for name in names(program)
    )


def names(program: Program) -> list[str]:
    """The names of a program's processes."""
    if program.count == 1:
        return [program.name]
    return [f"{program.name}-{number}" for number in range(1, program.count + 1)]


def _tied(program: Program) -> Tied:
    return Tied(
        program.command,
        env=dict(program.env),
        signal=signal.Signals[f"SIG{program.stop_signal}"],
        nice=YIELDING if program.yielding else 0,
    )


def settings(house: House, groups: Mapping[str, Sequence[Process]]) -> str:
    """supervisord's configuration for `groups`, stopped in the opposite order.

    Writes a file for each process, from which it is started. Raises UpFailed.
    """
    parts = [_supervisord(house)]
    for priority, (group, members) in enumerate(groups.items(), start=1):
        if members:
            listed = ",".join(process.name for process in members)
            parts.append(f"[group:{group}]\nprograms={listed}\npriority={priority}\n")
            parts.extend(_sections(house, members))
    return "\n".join(parts)


def _supervisord(house: House) -> str:
    # Without it supervisord warns that nobody has chosen to run it as root.
    user = "user=0\n" if os.geteuid() == 0 else ""
    return f"""\
[supervisord]
nodaemon=true
silent=true
umask=077
logfile={_literal(house.log("supervisor"))}
logfile_maxbytes={LOG_BYTES}
logfile_backups={LOG_BACKUPS}
pidfile={_literal(house.run / "supervisor.pid")}
childlogdir={_literal(house.run)}
{user}
[unix_http_server]
file={_literal(house.socket)}
chmod=0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
"""


def _sections(house: House, members: Sequence[Process]) -> Iterator[str]:
    for priority, process in enumerate(members, start=1):
        command = tie(process.program, house.run / f"{process.name}.json", hold=house.alive)
        yield f"""\
[program:{process.name}]
command={_literal(shlex.join(command))}
priority={priority}
autorestart=true
startsecs=1
stopsignal={signal.Signals(process.program.signal).name.removeprefix("SIG")}
stopwaitsecs={process.stop_seconds}
killasgroup=true
redirect_stderr=true
stdout_logfile={_literal(house.log(process.name))}
stdout_logfile_maxbytes={LOG_BYTES}
stdout_logfile_backups={LOG_BACKUPS}
"""


def _literal(value: object) -> str:
    text = str(value)
    if any(special in text for special in SPECIAL):
        raise UpFailed(f"supervisord cannot work with the characters of this path: {text}")
    return text
