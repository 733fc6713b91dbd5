"""Run as a program: `samaneh up` with programs that do nothing. DATA_DIR PORT [what fails]

DATABASE_URL and REDIS_URL, if set, are somebody else's engines.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import psycopg

from app.running.engines import Engines, Given
from app.running.errors import UpFailed
from app.running.plan import Program
from app.running.up import run

SLEEP = (sys.executable, "-I", "-S", "-c", "import time; time.sleep(600)")
FAIL = (sys.executable, "-I", "-S", "-c", "raise SystemExit('the moon is in the wrong place')")


def programs(port: int, failing: str | None) -> Sequence[Program]:
    here = Path(__file__).parent
    web = (str(Path(sys.executable).with_name("granian")), "--interface", "wsgi")
    where = ("--host", "127.0.0.1", "--port", str(port), "--workers", "2")
    respawn = ("--respawn-failed-workers", "--workers-kill-timeout", "1", "--no-log")
    search = {"PYTHONPATH": f"{here}:{here.parents[1]}"}
    sleeping = {"gateway": 1, "worker": 2, "poller": 1}
    rest = [
        Program(name, FAIL if name == failing else SLEEP, count=count, yielding=name == "worker")
        for name, count in sleeping.items()
    ]
    return [Program("web", (*web, *where, *respawn, "tiny:app"), env=search), *rest]


def main(data: str, port: str, failing: str | None = None) -> int:
    def prepare(engines: Engines) -> Sequence[Program]:
        if failing == "prepare":
            raise UpFailed("the migrations are from the future")
        if failing == "surprise":
            raise LookupError("nobody thought of this")
        if failing == "patience":
            with psycopg.connect(engines.database_url) as connection:
                connection.execute("SELECT pg_sleep(60)")
        return programs(int(port), failing)

    return run(
        Path(data),
        prepare=prepare,
        announce=lambda: None,
        addresses={"web": f"http://127.0.0.1:{port}/readyz"},
        given=Given(os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")),
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
