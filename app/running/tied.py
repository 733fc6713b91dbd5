"""A program tied to the life of the process that starts it, and how to start it."""

import json
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from app.running import tether


@dataclass(frozen=True, slots=True)
class Account:
    """The account of the operating system that a program runs as."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Tied:
    """What to run. It gets `signal` when its parent dies.

    `env` is added to the inherited environment, or replaces it when `clean`. `reach` are the paths
    that `account` has to be able to read; `nice` as in nice(2).
    """

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    clean: bool = False
    signal: int = signal.SIGTERM
    account: Account | None = None
    reach: tuple[str, ...] = ()
    nice: int = 0


def tie(program: Tied, file: Path, *, hold: Path) -> tuple[str, ...]:
    """Write `program` to `file` and return the command that runs it as a child of this process.

    Arguments and environment travel in the file (mode 0600), so that no secret is in a process
    list. While the program lives it holds a shared lock on the file `hold`.
    """
    spec = {**asdict(program), "parent": os.getpid(), "hold": str(hold)}
    write_private(file, json.dumps(spec))
    return (sys.executable, "-I", "-S", tether.__file__, str(file))


def write_private(path: Path, text: str) -> None:
    """Replace `path` at one stroke by a file with `text` that only its owner can read."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)
