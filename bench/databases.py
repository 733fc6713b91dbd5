"""More databases in the cluster of a running system: the same server, disk and settings."""

import json
import subprocess
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from app.running import postgres
from bench.system import System


def address(system: System) -> str:
    """The system's own database."""
    found = json.loads((system.data_dir / "running.json").read_text())
    return str(found["database_url"])


def beside(system: System, name: str) -> str:
    """A new empty database of this name, the application's own; its address."""
    parts = urlsplit(address(system))
    word = json.loads((system.data_dir / "engines.json").read_text())["superuser"]
    superuser = postgres.url(postgres.SUPERUSER, word, int(parts.port or 5432), "postgres")
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {}").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("create database {} owner {}").format(
                sql.Identifier(name), sql.Identifier(postgres.APPLICATION)
            )
        )
    return parts._replace(path=f"/{name}").geturl()


def copy(system: System, name: str) -> str:
    """A copy of the system's database as it is now: every table, index, trigger and row."""
    target = beside(system, name)
    dump = [str(postgres.binary("pg_dump")), "--no-owner", address(system)]
    load = [str(postgres.binary("psql")), "-qX", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null", target]
    with subprocess.Popen(dump, stdout=subprocess.PIPE) as dumping:
        subprocess.run(load, stdin=dumping.stdout, check=True)
    if dumping.returncode:
        raise RuntimeError("pg_dump failed")
    return target
