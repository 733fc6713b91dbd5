"""Our own PostgreSQL and Valkey for a scenario: with the product's settings, at fixed ports, and
restarted when we say so. Processes die with this one."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg
import redis

from app.running import postgres, valkey
from app.running.ports import free_port
from app.running.tied import Tied, tie

SUPERUSER, APPLICATION = "rw-superuser", "rw-application"
WAIT_SECONDS = 20


class Engine:
    """One server process that can be ended at once and started again."""

    def __init__(self, name: str, program: Tied, directory: Path) -> None:
        self.name = name
        self._program = program
        self._directory = directory
        self._log = (directory / f"{name}.log").open("ab")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        file = self._directory / f"{self.name}.json"
        command = tie(self._program, file, hold=self._directory / "alive")
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )

    def end(self, number: int) -> None:
        """Send the signal to the server and wait until it is gone."""
        if self._process is None:
            return
        self._process.send_signal(number)
        try:
            self._process.wait(WAIT_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def close(self) -> None:
        if self._process and self._process.poll() is None:
            self.end(self._program.signal)
        self._log.close()


class Database(Engine):
    """PostgreSQL: fsync and synchronous_commit as the product sets them."""

    def __init__(self, directory: Path) -> None:
        self.port = free_port()
        cluster = directory / "postgres"
        if not cluster.exists():
            postgres.make_cluster(cluster, postgres.SUPERUSER, SUPERUSER)
        super().__init__("postgres", postgres.server(cluster, self.port), directory)

    def url(self, port: int | None = None) -> str:
        """The application's; through a proxy's port if one is given."""
        name = postgres.APPLICATION
        return postgres.url(name, APPLICATION, port or self.port, name)

    @property
    def superuser_url(self) -> str:
        return postgres.url(postgres.SUPERUSER, SUPERUSER, self.port, postgres.APPLICATION)

    def begin(self) -> None:
        self.start()
        maintenance = postgres.url(postgres.SUPERUSER, SUPERUSER, self.port, "postgres")
        _until_answers(lambda: postgres.answers(maintenance), self.name)
        postgres.furnish(maintenance, APPLICATION)

    def restart_at_once(self) -> float:
        """An immediate shutdown, as after a crash, and a start; how many seconds it was away."""
        began = time.monotonic()
        self.end(signal.SIGQUIT)
        self.start()
        _until_answers(lambda: postgres.answers(self.url()), self.name)
        return time.monotonic() - began

    def connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        """As superuser, each statement a transaction."""
        return psycopg.connect(self.superuser_url, autocommit=True)


class Store(Engine):
    """Valkey."""

    PASSWORD = "rw-valkey"

    def __init__(self, directory: Path) -> None:
        self.port = free_port()
        program = valkey.server(directory / "valkey", self.port, self.PASSWORD)
        super().__init__("valkey", program, directory)

    def url(self, port: int | None = None) -> str:
        return valkey.url(self.PASSWORD, port or self.port)

    def begin(self) -> None:
        self.start()
        _until_answers(lambda: valkey.answers(self.url()), self.name)

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url())


def _until_answers(answers: Callable[[], bool], name: str) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while not answers():
        if time.monotonic() > end:
            raise TimeoutError(f"{name} does not answer")
        time.sleep(0.02)


def kill(pid: int, number: int = signal.SIGKILL) -> bool:
    """Send the signal; whether there was anybody to get it."""
    with suppress(ProcessLookupError):
        os.kill(pid, number)
        return True
    return False
