"""The addresses of the two engines, and a throw-away pair of them for tests."""

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from app.running import postgres, valkey
from app.running.errors import UpFailed
from app.running.ports import free_port
from app.running.tied import Tied, tie

STOP_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Engines:
    """postgresql://samaneh:PASSWORD@127.0.0.1:PORT/samaneh and redis://:PASSWORD@127.0.0.1:PORT/0"""

    database_url: str
    redis_url: str


@dataclass(frozen=True, slots=True)
class Given:
    """The engines that are somebody else's; None where we start our own."""

    database_url: str | None = None
    redis_url: str | None = None


@contextmanager
def throwaway(directory: Path) -> Iterator[Engines]:
    """Engines that live in `directory` until the block ends, fast because they forget on a crash.

    `directory` is empty and stays; what is in it afterwards is rubbish. The role in the address is
    a superuser, so tests may make databases from templates. The processes die with this one,
    whatever ends it, and already with the thread that entered the block. Raises UpFailed.
    """
    password = postgres.new_password()
    cluster = directory / "postgres"
    postgres.make_cluster(cluster, postgres.APPLICATION, password, options=("--no-sync",))
    sql_port, key_port = free_port(), free_port()
    careless = {**postgres.SETTINGS, **postgres.CARELESS}
    with ExitStack() as stack:
        start = _Starter(directory, stack)
        sql_alive = start("postgres", postgres.server(cluster, sql_port, careless))
        store = valkey.server(directory / "valkey", key_port, password, lasting=False)
        key_alive = start("valkey", store)
        maintenance = postgres.url(postgres.APPLICATION, password, sql_port, "postgres")
        wait_until(lambda: postgres.answers(maintenance), "PostgreSQL", alive=sql_alive)
        with psycopg.connect(maintenance, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {postgres.APPLICATION}")
        engines = Engines(
            postgres.url(postgres.APPLICATION, password, sql_port, postgres.APPLICATION),
            valkey.url(password, key_port),
        )
        wait_until(lambda: valkey.answers(engines.redis_url), "Valkey", alive=key_alive)
        yield engines


@dataclass(frozen=True, slots=True)
class _Starter:
    """Starts programs that end with the stack; a call returns the question whether it runs."""

    directory: Path
    stack: ExitStack

    def __call__(self, name: str, program: Tied) -> Callable[[], bool]:
        command = tie(program, self.directory / f"{name}.json", hold=self.directory / "alive")
        log = self.stack.enter_context((self.directory / f"{name}.log").open("wb"))
        process = subprocess.Popen(  # noqa: S603 - our own command
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
        self.stack.callback(_stop, process, program.signal)
        return lambda: process.poll() is None


def _stop(process: "subprocess.Popen[bytes]", signum: int) -> None:
    process.send_signal(signum)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until(
    ready: Callable[[], bool], name: str, *, alive: Callable[[], bool], seconds: float = 60
) -> None:
    """Return as soon as it is `ready`. Raises UpFailed after `seconds`, or if it is not `alive`."""
    end = time.monotonic() + seconds
    while not ready():
        if not alive():
            raise UpFailed(f"{name} did not start")
        if time.monotonic() > end:
            raise UpFailed(f"{name} did not answer within {seconds:.0f} s")
        time.sleep(0.02)
