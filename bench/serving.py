"""Other web servers beside the system, on free ports, ended with their block."""

import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from app.running.ports import LOOPBACK, is_free

START_SECONDS = 60
STOP_SECONDS = 15


@contextmanager
def serving(
    commands: Sequence[Sequence[str]], port: int, environment: Mapping[str, str], cwd: Path
) -> Iterator[str]:
    """Run these commands, which listen on `port`, until the block ends; the web address."""
    processes = [
        subprocess.Popen(command, env=os.environ | dict(environment), cwd=cwd)
        for command in commands
    ]
    try:
        _wait(processes, port)
        yield f"http://{LOOPBACK}:{port}"
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            _ended(process)


def _ended(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait(processes: Sequence[subprocess.Popen[bytes]], port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while is_free(port):
        if time.monotonic() > until or any(one.poll() is not None for one in processes):
            raise RuntimeError("the server did not start")
        time.sleep(0.1)
