"""A fresh `samaneh up` for a measurement or a demo: started, used over HTTP, ended by itself."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.commands.surroundings import settings_of
from app.running.ports import free_port
from config import Settings

START_SECONDS = 90
SAMANEH = Path(sys.executable).with_name("samaneh")


@dataclass(frozen=True, slots=True)
class System:
    """A running system and its addresses."""

    data_dir: Path
    web: str
    gateway: str

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a `samaneh` command against this system."""
        return subprocess.run(
            [SAMANEH, *words, "--data-dir", str(self.data_dir)],
            capture_output=True,
            text=True,
            check=False,
        )

    def settings(self) -> Settings:
        """The settings of its processes. The environment stays as it is: the next system is to have
        databases of its own."""
        before = dict(os.environ)
        try:
            return settings_of(self.data_dir)
        finally:
            os.environ.clear()
            os.environ.update(before)

    def token(self, role: str, *more: str) -> str:
        """A new API token of this role."""
        made = self.command("token", "create", "--role", role, "--name", "bench", *more)
        if made.returncode:
            raise RuntimeError(made.stderr)
        return made.stdout.split()[-1]


def running(data_dir: Path) -> System:
    """The system that runs in this data directory."""
    found = json.loads((data_dir / "running.json").read_text())
    return System(data_dir, found["web"], found["gateway"])


@contextmanager
def fresh(*options: str, **environment: str) -> Iterator[System]:
    """A new system in a temporary directory; ends with the block and leaves nothing. `options` are
    of `samaneh up`."""
    with tempfile.TemporaryDirectory(prefix="samaneh-") as directory:
        data_dir = Path(directory) / "var"
        command = [
            str(SAMANEH),
            "up",
            "--port",
            str(free_port()),
            "--data-dir",
            str(data_dir),
            *options,
        ]
        process = subprocess.Popen(command, env=os.environ | environment, start_new_session=True)
        try:
            _wait(process, data_dir)
            yield running(data_dir)
        finally:
            process.terminate()
            process.wait(30)


def _wait(process: subprocess.Popen[bytes], data_dir: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while not (data_dir / "running.json").exists():
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError("the system did not start")
        time.sleep(0.05)
