"""An `up` in a process of its own, and what a test asks about it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from app.running.ports import free_port

DEMO = Path(__file__).with_name("demo.py")
ROOT = DEMO.parents[2]


@dataclass
class Up:
    data: Path
    process: "subprocess.Popen[bytes]"

    def running(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.data / "running.json").read_text())
        return found

    def pids(self) -> list[int]:
        """Every process of it but the supervisor."""
        return [child.pid for child in psutil.Process(self.process.pid).children(recursive=True)]

    def until_ready(self) -> "Up":
        until(self._is_ready, 30, self.process)
        return self

    def _is_ready(self) -> bool:
        if not (self.data / "running.json").exists():
            return False
        return bool(self.running()["pids"]["supervisor"] == self.process.pid)

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(20)


def until(
    true: Callable[[], bool], seconds: float, process: "subprocess.Popen[bytes] | None" = None
) -> float:
    """Wait until `true`; how many seconds it took."""
    start = time.monotonic()
    while not true():
        assert time.monotonic() - start < seconds, f"not within {seconds} s"
        assert process is None or process.poll() is None, "it has ended"
        time.sleep(0.01)
    return time.monotonic() - start


def lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def start(data: Path, *words: str, env: Mapping[str, str] | None = None) -> Up:
    process = subprocess.Popen(
        [sys.executable, str(DEMO), str(data), str(free_port()), *words],
        env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        process_group=0,
    )
    return Up(data, process)


def end(up: Up) -> None:
    if up.process.poll() is None:
        up.process.terminate()
    up.process.communicate(timeout=20)
