"""`samaneh up` in a process of its own, with a proxy on every link that can break.

PostgreSQL, Valkey and the SMS gateway are ours, so that they can be away for as long as we like;
web processes, workers and the poller are those of `up`, which replaces them when they die.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from app.running.ports import free_port
from tests.chaos.engines import Database, Store
from tests.chaos.gateway import Gateway
from tests.chaos.proxy import Proxy

TREE = Path(__file__).parents[2]
SAMANEH = (sys.executable, "-c", "from app.cli import main; main(prog_name='samaneh')")
START_SECONDS = 90
TRIES = 2
HOOK_SECRET = "a-secret-for-the-hooks-of-a-scenario"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to run: where the data goes, which source tree, how many workers, settings."""

    directory: Path
    tree: Path = TREE
    workers: int = 2
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Links:
    """The proxies: in front of PostgreSQL, Valkey and the gateway."""

    database: Proxy
    store: Proxy
    gateway: Proxy


@dataclass(slots=True)
class Stage:
    """A running system with everything that a scenario may break or ask."""

    plan: Plan
    web: str
    database: Database
    store: Store
    gateway: Gateway
    links: Links
    environment: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def data(self) -> Path:
        return self.plan.directory / "var"

    def pids(self, name: str) -> list[int]:
        """The processes of this name in running.json: web, workers, poller."""
        found = json.loads((self.data / "running.json").read_text())["pids"][name]
        return list(found) if isinstance(found, list) else [found] if found else []

    def command(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """A `samaneh` command against this system."""
        return subprocess.run(
            [*SAMANEH, *words, "--data-dir", str(self.data)],
            env=os.environ | self.environment,
            cwd=self.plan.tree,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def reports(self, *words: str) -> dict[str, Any] | None:
        """The JSON that a command prints; None when it has none (the database is away)."""
        lines = self.command(*words).stdout.splitlines()
        return json.loads(lines[-1]) if lines else None

    def token(self, role: str, *more: str) -> str:
        made = self.command(
            "token", "create", "--role", role, "--name", f"chaos-{uuid4().hex[:6]}", *more
        )
        if made.returncode:
            raise RuntimeError(made.stderr)
        return made.stdout.split()[-1]

    def password(self) -> str:
        """The demo people's."""
        kept: dict[str, str] = json.loads((self.data / "secrets.json").read_text())
        return kept["DEMO_PASSWORD"]

    def start(self) -> None:
        """`up`, once more if a busy machine made it too slow. Raises RuntimeError."""
        for _ in range(TRIES):
            self.process = self._begin()
            if self._is_ready(self.process):
                return
        said = (self.plan.directory / "up.log").read_text()
        raise RuntimeError(f"`samaneh up` did not start: {said[-2000:]}")

    def _begin(self) -> "subprocess.Popen[bytes]":
        port = self.web.rpartition(":")[2]
        with (self.plan.directory / "up.log").open("ab") as log:
            return subprocess.Popen(
                [*SAMANEH, "up", "--port", port, "--data-dir", str(self.data),
                 "--workers", str(self.plan.workers)],
                env=os.environ | self.environment, cwd=self.plan.tree,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def _is_ready(self, process: "subprocess.Popen[bytes]") -> bool:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and process.poll() is None:
            if (self.data / "running.json").exists():
                return True
            time.sleep(0.05)
        self.stop()
        return False

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def stage(plan: Plan) -> Iterator[Stage]:
    """A running system; ends with the block, whatever ended it."""
    with ExitStack() as stack:
        made = _furnish(plan, stack)
        stack.callback(made.stop)
        made.start()
        yield made


def _furnish(plan: Plan, stack: ExitStack) -> Stage:
    port = free_port()
    web = f"http://127.0.0.1:{port}"
    search = {"PYTHONPATH": str(plan.tree)}
    database = Database(plan.directory)
    stack.callback(database.close)
    database.begin()
    store = Store(plan.directory)
    stack.callback(store.close)
    store.begin()
    gateway = Gateway(plan.directory, search, f"{web}/hooks/kavenegar/{HOOK_SECRET}")
    stack.callback(gateway.close)
    links = Links(*(Proxy(end.port) for end in (database, store, gateway)))
    for link in (links.database, links.store, links.gateway):
        stack.callback(link.close)
    environment = search | {
        "DATABASE_URL": database.url(links.database.port),
        "REDIS_URL": store.url(links.store.port),
        "KAVENEGAR_API_KEY": "dev",
        "KAVENEGAR_BASE_URL": f"http://127.0.0.1:{links.gateway.port}",
        "SAMANEH_HOOK_SECRET": HOOK_SECRET,
        "SMS_GRACE_SECONDS": "5",
    }
    return Stage(plan, web, database, store, gateway, links, environment | dict(plan.environment))
