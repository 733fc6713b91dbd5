"""The engines of one data directory: their passwords, their ports, their processes."""

import json
from dataclasses import dataclass
from pathlib import Path

import psutil

from app.running import postgres, valkey
from app.running.engines import Engines, Given
from app.running.errors import UpFailed
from app.running.plan import Process
from app.running.ports import NoFreePort, free_port
from app.running.tied import Tied, write_private

PASSWORDS = ("superuser", "application", "valkey")


@dataclass(frozen=True, slots=True)
class Embedded:
    """What is ours to start, and the addresses of both engines, whoever starts them.

    `superuser_url` is None when the database is somebody else's.
    """

    engines: Engines
    processes: tuple[Process, ...]
    superuser_url: str | None
    application_password: str


def embed(data: Path, given: Given) -> Embedded:
    """Make the engines of `data` ready to start, each on a free port; the first time takes seconds.

    Nothing of an earlier run may be alive. Raises UpFailed.
    """
    words = _passwords(data)
    processes: list[Process] = []
    superuser_url, database_url, redis_url = None, given.database_url, given.redis_url
    if database_url is None:
        port = _port()
        processes.append(Process("postgres", _postgres(data, port, words["superuser"])))
        superuser_url = postgres.url(postgres.SUPERUSER, words["superuser"], port, "postgres")
        name = postgres.APPLICATION
        database_url = postgres.url(name, words["application"], port, name)
    if redis_url is None:
        port = _port()
        store = valkey.server(data / "valkey", port, words["valkey"])
        processes.append(Process("valkey", store))
        redis_url = valkey.url(words["valkey"], port)
    engines = Engines(database_url, redis_url)
    return Embedded(engines, tuple(processes), superuser_url, words["application"])


def _port() -> int:
    try:
        return free_port()
    except NoFreePort as error:
        raise UpFailed(str(error)) from None


def _passwords(data: Path) -> dict[str, str]:
    """The engines' passwords, made the first time and kept, because the cluster keeps its own."""
    file = data / "engines.json"
    if file.exists():
        words: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
        return words
    if (data / "postgres").exists():
        raise UpFailed(f"{file} is missing, and with it the password of the database in {data}")
    words = {name: postgres.new_password() for name in PASSWORDS}
    write_private(file, json.dumps(words))
    return words


def _postgres(data: Path, port: int, password: str) -> Tied:
    cluster = data / "postgres"
    if not cluster.exists():
        postgres.make_cluster(cluster, postgres.SUPERUSER, password)
    _forget_the_dead(cluster / "postmaster.pid")
    return postgres.server(cluster, port)


def _forget_the_dead(note: Path) -> None:
    """Remove the note of a killed server: its pid may be somebody else's by now, and a server that
    finds the pid alive does not start. No server of ours lives; one started by hand is left."""
    try:
        pid = int(note.read_text(encoding="ascii").split()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return
    if not _is_postgres(pid):
        note.unlink()


def _is_postgres(pid: int) -> bool:
    try:
        process = psutil.Process(pid)
        return process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
