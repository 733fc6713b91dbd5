"""One `up` for a data directory at a time, and none beside the remains of a killed one."""

import fcntl
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from app.running.errors import UpFailed

# What a killed supervisor leaves is told to stop by the kernel, where the kernel can. The first
# seconds are for that; then we tell it ourselves, and in the end it has to go.
TOLD_AFTER = 3.0
KILLED_AFTER = 15.0
GIVEN_UP_AFTER = 20.0


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """Be the only one for `data` until the block ends. Raises UpFailed if somebody else is."""
    handle = os.open(data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _locks(handle):
            owner = os.pread(handle, 20, 0).decode() or "unknown"
            raise UpFailed(f"{data} is in use by another `samaneh up` (process {owner})")
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)


def outlive_leftovers(alive: Path) -> None:
    """Return when no process holds a lock on `alive` any more; help after 3 s, insist after 15 s.

    The lock, unlike a pid, cannot be somebody else's by now. Raises UpFailed after 20 s.
    """
    handle = os.open(alive, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _wait_for(handle, alive)
    finally:
        os.close(handle)


def _wait_for(handle: int, alive: Path) -> None:
    start = time.monotonic()
    told = {signal.SIGTERM: TOLD_AFTER, signal.SIGKILL: KILLED_AFTER}
    while not _locks(handle):
        waited = time.monotonic() - start
        if waited > GIVEN_UP_AFTER:
            raise UpFailed(f"processes of an earlier run do not end: {_holders(alive)}")
        for signum in [signum for signum, after in told.items() if waited > after]:
            del told[signum]
            _tell(_holders(alive), signum)
        time.sleep(0.05)


def _locks(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holders(alive: Path) -> list[int]:
    others = (process for process in psutil.process_iter() if process.pid != os.getpid())
    return [process.pid for process in others if _holds(process, alive)]


def _holds(process: psutil.Process, alive: Path) -> bool:
    try:
        return any(file.path == str(alive) for file in process.open_files())
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def _tell(pids: list[int], signum: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, signum)
        except ProcessLookupError:
            continue
