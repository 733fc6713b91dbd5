"""`samaneh import` of a province's two weeks: `python -m bench.imports [LETTERS]`.

Letters a second and memory of the import's processes; the repeat, which imports nothing; the same
rows by bare COPY into the tables of another fresh system, all indexes, foreign keys and triggers
on. Workers and pollers are halted, so that the import is measured and not the sending.
"""

import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from bench import visit
from bench.system import System, fresh

TABLES = (
    "citizens", "correspondences", "referrals", "events", "receipts", "idempotency_keys",
)  # fmt: skip
CHUNK = 1 << 20


def main() -> None:
    letters = int(sys.argv[1]) if sys.argv[1:] else visit.LETTERS
    print(json.dumps(measured(letters)))


def measured(letters: int = visit.LETTERS) -> dict[str, Any]:
    """The import, its repeat, the doctor, and bare COPY of the very rows that it made."""
    with tempfile.TemporaryDirectory(prefix="samaneh-visit-") as name:
        directory = Path(name)
        file = visit.write(directory / "visit.csv", letters)
        with fresh("--empty") as system, _halted(system):
            first = visit.imported(system, file)
            again = visit.imported(system, file)
            checks = json.loads(system.command("doctor").stdout)["checks"]
            _export(system, directory)
        with fresh("--empty") as system, _halted(system):
            bare = letters / _copy(system, directory)
        megabytes = file.stat().st_size / 1e6
    rate = first["said"]["registered"] / first["seconds"]
    return {
        "letters": letters,
        "file_mb": round(megabytes, 1),
        "seconds": round(first["seconds"], 2),
        "letters_per_second": round(rate),
        "bare_copy_letters_per_second": round(bare),
        "of_bare_copy": round(rate / bare, 2),
        "memory_mb": round(first["memory_mb"]),
        "said": first["said"],
        "repeat_seconds": round(again["seconds"], 2),
        "repeat_said": again["said"],
        "doctor_finds": {check: count for check, count in checks.items() if count},
    }


@contextmanager
def _halted(system: System) -> Iterator[None]:
    """Nothing is sent and sealed meanwhile."""
    found = json.loads((system.data_dir / "running.json").read_text())["pids"]
    pids = [*found["workers"], found["poller"]]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def _connect(system: System) -> psycopg.Connection:
    # Not by the settings: they would stay in the environment, and the next system take them.
    found = json.loads((system.data_dir / "running.json").read_text())
    return psycopg.connect(found["database_url"])


def _export(system: System, directory: Path) -> None:
    with _connect(system) as connection:
        for table in TABLES:
            where = "where correspondence_id is not null" if table == "events" else ""
            rows = sql.SQL("copy (select * from {} {}) to stdout (format binary)").format(
                sql.Identifier(table), sql.SQL(where)
            )
            with (directory / table).open("wb") as file, connection.cursor().copy(rows) as copy:
                for chunk in copy:
                    file.write(chunk)


def _copy(system: System, directory: Path) -> float:
    """Seconds of one transaction that copies all tables from their files."""
    with _connect(system) as connection:
        began = time.monotonic()
        for table in TABLES:
            rows = sql.SQL("copy {} from stdin (format binary)").format(sql.Identifier(table))
            with (directory / table).open("rb") as file, connection.cursor().copy(rows) as copy:
                while chunk := file.read(CHUNK):
                    copy.write(chunk)
        connection.commit()
        return time.monotonic() - began


if __name__ == "__main__":
    main()
