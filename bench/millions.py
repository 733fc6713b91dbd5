"""A province after a year: `python -m bench.millions --data-dir DIR LETTERS`.

Fills the empty database of a running `samaneh up --empty` with so many letters and all that belongs
to them, in a state in which `samaneh doctor` and `samaneh audit verify` find nothing. The letters
of 2,000 citizens (`bench.people.citizen(1)` …) are sealed with the system's keys, so that their
pages open; the first fifty of them write often. The others have the right shape and are noise.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import psycopg
from psycopg.conninfo import conninfo_to_dict

from app.actions import folding, registration, sealing
from app.commands.surroundings import RUNNING, data_dir_option, settings_of
from app.door import Person
from app.doorbell import SilentBell
from app.running.postgres import binary
from app.tools import Tools, from_settings
from app.vault import Place
from bench.bare import QUICK, bare
from bench.people import citizen
from routing.decide import Decision, Letter, decide
from routing.loading import default_rules
from sms.phone import Phone

KNOWN, UNDECIDED = 2000, 100
OPEN, TRIAGE = 60_000, 3_000
TABLES = ("citizens", "correspondences", "referrals", "receipts", "events", "event_seals")
LETTERS = Path(__file__).with_name("letters")
SHARES = {
    "bank-melli": 30, "bank-mellat": 20, "bank-tejarat": 18, "bank-saderat": 22, "bank-refah": 18,
    "relief-committee": 26, "welfare": 18, "medical-university": 14, "martyrs-foundation": 10,
    "entrepreneurship-fund": 12, "labour-welfare": 12,
}  # fmt: skip
_SECTIONS = dict(
    part.split("\n", 1)
    for part in Path(__file__).with_suffix(".sql").read_text().split("-- name: ")[1:]
)
_SEALED = """
update correspondences set mobile_sealed = %(mobile_sealed)s, mobile_index = %(mobile_index)s,
    first_name_sealed = %(first_name_sealed)s, last_name_sealed = %(last_name_sealed)s
where id = %(id)s"""
_IDENTIFIED = """
update citizens set national_id_sealed = %(sealed)s, national_id_index = %(index)s
where id = %(id)s"""


def fill(tools: Tools, letters: int) -> None:
    """Write `letters` letters (1,000 at least) into an empty database.

    Raises ValueError if it isn't empty. Guards are off meanwhile: one that is ended in the middle
    leaves a database that is good for nothing.
    """
    address = tools.sessions.kw["bind"].url.set(drivername="postgresql")
    url = address.render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True, options=QUICK) as database:
        found = database.execute("select exists (select from correspondences)").fetchone()
        if found == (True,) or letters < 1000:
            raise ValueError("the database is not empty, or it is to get less than 1,000 letters")
        facts = _prepare(tools, database, letters)
        with bare(url, database, TABLES, say):
            with ThreadPoolExecutor(3) as pool:
                jobs = [
                    pool.submit(_pour, url, tables, facts)
                    for tables in (
                        ("citizens", "correspondences"),
                        ("events",),
                        ("referrals", "receipts", "call_days"),
                    )
                ]
            [job.result() for job in jobs]
            database.execute(
                "select setval(pg_get_serial_sequence('events', 'id'), max(id)) from events"
            )
        _known(tools, database, facts)
        folding.recount(tools)
        say("ledger counted")
        while sealing.seal(tools):
            pass
        say("events sealed")
        _tidy(database)


def _prepare(tools: Tools, database: psycopg.Connection, letters: int) -> dict[str, Any]:
    """The pool of texts with their decisions, and who writes what and when."""
    pool = list(_pool(tools))
    database.execute("create unlogged table bench_pool (k int, agency text, text text,"
                     " decision jsonb, urgent bool)")  # fmt: skip
    with database.cursor() as cursor, cursor.copy("copy bench_pool from stdin") as rows:
        for k, (words, decision) in enumerate(pool):
            told = json.dumps(registration.describe(decision), ensure_ascii=False)
            rows.write_row((k, decision.agency, words, told, decision.urgent))
    ends = datetime.now(UTC) - timedelta(minutes=10)
    citizens = letters // 10 * 7 + min(letters % 10, 7)
    facts = {
        "n": letters, "open": min(OPEN, letters * 3 // 10), "citizens": citizens,
        "triage": min(TRIAGE, letters * 3 // 200), "step": max(citizens // KNOWN, 1),
        "decided": len(pool) - UNDECIDED, "undecided": UNDECIDED,
        "starts": ends - timedelta(days=365), "ends": ends,
        "province": tools.province, "version": tools.rules.version,
    }  # fmt: skip
    database.execute("create unlogged table bench_past as select * from events")
    for name in ("functions", "letters"):
        database.execute(_SECTIONS[name].format(**facts).encode())
    database.execute("analyze bench_letters, bench_pool, bench_past")
    say(f"{letters:,} letters thought out")
    return facts


def _pool(tools: Tools) -> Iterator[tuple[str, Decision]]:
    """Decided texts by the agencies' shares, and then some that are for triage."""
    wanted = SHARES | {"triage": UNDECIDED}
    found: dict[str, list[tuple[str, Decision]]] = {agency: [] for agency in wanted}
    for file in sorted(LETTERS.glob("*.jsonl")):
        for line in file.read_text().splitlines():
            words = json.loads(line)["text"]
            if not 200 <= len(words) <= 600:
                continue
            decision = decide(Letter(words, "letter", None, None, allot_key=words), tools.rules)
            if len(found[decision.agency]) < wanted[decision.agency]:
                found[decision.agency].append((words, decision))
    return (one for agency in wanted for one in found[agency])


def _pour(url: str, tables: tuple[str, ...], facts: dict[str, Any]) -> None:
    """From one `COPY` into the other: frozen rows are not written a second time by who reads."""
    where = conninfo_to_dict(url)
    environment = {"PGOPTIONS": QUICK, "PATH": os.defpath} | {
        f"PG{name.upper()}": str(where[name]) for name in ("host", "port", "user", "password")
    }
    psql = [str(binary("psql")), "-Xqd", str(where["dbname"]), "-v", "ON_ERROR_STOP=1", "-1"]
    for table in tables:
        began = time.monotonic()
        columns, query = _SECTIONS[table].format(**facts).split("\n", 1)
        pour = f"copy ({query}) to stdout (format binary)"
        into = f"copy {table} ({columns}) from stdin (format binary, freeze)"
        with subprocess.Popen(
            [*psql, "-c", pour], stdout=subprocess.PIPE, env=environment
        ) as source:
            taken = subprocess.run(
                [*psql, "-c", f"truncate {table}", "-c", into],
                stdin=source.stdout, env=environment, check=False,
            )  # fmt: skip
        if source.returncode or taken.returncode:
            raise RuntimeError(f"{table} could not be filled")
        say(f"{table} filled in {time.monotonic() - began:.0f} s")


def _known(tools: Tools, database: psycopg.Connection, facts: dict[str, Any]) -> None:
    """Seal what the known citizens wrote."""
    step, most = facts["step"], min(KNOWN, facts["citizens"] // facts["step"])
    written = database.execute(
        "select id, citizen, citizen_id from bench_letters where (citizen - 1) %% %s = 0"
        " and citizen <= %s", (step, step * (most - 1) + 1)).fetchall()  # fmt: skip
    letters, citizens = [], {}
    for letter, number, citizen_id in written:
        person = _person((number - 1) // step + 1)
        letters.append((letter, registration.sealed(
            tools.vault, "correspondences", letter, person)))  # fmt: skip
        citizens[citizen_id] = person.national_id
    with database.transaction(), database.cursor() as cursor:
        cursor.executemany(_SEALED, [values | {"id": letter} for letter, values in letters])
        cursor.executemany(_IDENTIFIED, [
            {
                "id": citizen_id,
                "sealed": tools.vault.seal(number, Place("citizens", "national_id", citizen_id)),
                "index": tools.vault.index("national_id", number),
            }
            for citizen_id, number in citizens.items()
        ])  # fmt: skip


def _person(number: int) -> Person:
    known = citizen(number)
    return Person(
        known["national_id"],
        Phone("+98" + known["mobile"][1:]),
        known["first_name"],
        known["last_name"],
    )


def _tidy(database: psycopg.Connection) -> None:
    database.execute("drop function bench_at, bench_code, bench_id, bench_draw")
    database.execute("drop table bench_letters, bench_pool, bench_past")
    for table in (*TABLES, "call_days"):
        database.execute(f"vacuum (analyze) {table}".encode())


@contextmanager
def halted(data_dir: Path) -> Iterator[None]:
    """Without the poller: it would seal and close what is only half there."""
    poller = json.loads((data_dir / RUNNING).read_text())["pids"]["poller"]
    os.kill(poller, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(poller, signal.SIGCONT)


def say(words: str) -> None:
    """For a person who waits."""
    click.echo(f"{time.strftime('%H:%M:%S')} {words}", err=True)


@click.command()
@click.argument("letters", type=click.IntRange(1000))
@data_dir_option
def main(letters: int, data_dir: Path) -> None:
    """Fill the empty database of the system that runs in --data-dir."""
    settings = settings_of(data_dir)
    tools = from_settings(settings, default_rules, SilentBell())
    with halted(data_dir):
        fill(tools, letters)


if __name__ == "__main__":
    main()
