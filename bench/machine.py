"""Facts of the machine that a figure needs beside it. No names of hosts, no paths."""

import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

import psutil

from app.running import postgres, valkey

PACKAGES = ("granian", "flask", "sqlalchemy", "psycopg", "rq")


def facts() -> dict[str, object]:
    """Cores, memory, kernel, processor and the versions of what works here."""
    return {
        "cores": psutil.cpu_count(),
        "processor": _processor(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "kernel": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "postgresql": _last_word(str(postgres.binary("postgres")), "--version"),
        "valkey": _valkey(),
        **{name: version(name) for name in PACKAGES},
    }


def load() -> list[float]:
    """The load average of 1, 5 and 15 minutes."""
    return [round(one, 1) for one in psutil.getloadavg()]


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text("utf-8").splitlines() if information.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _last_word(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[-1]


def _valkey() -> str:
    words = subprocess.run(
        [str(valkey.binary()), "--version"], capture_output=True, text=True, check=True
    ).stdout.split()
    return next((word[2:] for word in words if word.startswith("v=")), "")
