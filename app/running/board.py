"""DATA_DIR/running.json: what runs now, for other programs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from app.running.engines import Engines
from app.running.tied import write_private

SINGLE = ("poller", "postgres", "valkey", "gateway")


@dataclass(slots=True)
class Board:
    """Keeps the file `path` current; only its owner can read it.

    A process that has died stays on it until its replacement is there.
    """

    path: Path
    supervisor: int
    engines: Engines
    addresses: Mapping[str, str]
    _pids: dict[str, int] = field(default_factory=dict)
    _written: str = ""

    def show(self, running: Mapping[str, int]) -> None:
        """Write the file if anything changed. `running` is the pid of each process, 0 for none."""
        self._pids.update({name: pid for name, pid in running.items() if pid})
        text = json.dumps(self._contents(), indent=2) + "\n"
        if text != self._written:
            write_private(self.path, text)
            self._written = text

    def _contents(self) -> dict[str, object]:
        return {
            "web": _base(self.addresses.get("web")),
            "gateway": _base(self.addresses.get("gateway")),
            "database_url": self.engines.database_url,
            "redis_url": self.engines.redis_url,
            "pids": {
                "supervisor": self.supervisor,
                "web": [pid for main in self._of("web") for pid in (main, *_workers_of(main))],
                "workers": self._of("worker"),
                **{name: self._pids.get(name) for name in SINGLE},
            },
        }

    def _of(self, program: str) -> list[int]:
        return [pid for name, pid in self._pids.items() if name.partition("-")[0] == program]


def _base(address: str | None) -> str | None:
    if address is None:
        return None
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _workers_of(pid: int) -> Sequence[int]:
    """The processes among which a web server divides its work."""
    return [child for child in _children(pid) if _serves(child)]


def _children(pid: int) -> Sequence[int]:
    """As the kernel lists them, where it does: to look through all processes costs much more."""
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        pass
    try:
        return [child.pid for child in psutil.Process(pid).children()]
    except psutil.NoSuchProcess:
        return ()


def _serves(pid: int) -> bool:
    try:
        child = psutil.Process(pid)
        zombie = child.status() == psutil.STATUS_ZOMBIE
        return not zombie and not any("resource_tracker" in word for word in child.cmdline())
    except psutil.NoSuchProcess:
        return False
