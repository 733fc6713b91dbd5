"""Pages as the province grows: what each page reads, timed, and the plan of each of its statements.

    python -m bench.growth --data-dir DIR [--runs 20]

Reads only (the transactions are read-only), so it may look into a system that others use. A page's
statements are run through the very functions that the page calls. JSON on stdout: for each page
p50 and p95 in ms, its statements, the sequential scans over tables that grow, and the statements
that read many more rows than they show.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.orm import Session

from app.actors import Actor, Role
from app.commands.surroundings import settings_of
from app.doorbell import SilentBell
from app.line import Day
from app.persian import tehran_day
from app.queries import (
    alarms,
    capacity,
    desk,
    earlier,
    following,
    journey,
    late,
    ledger,
    line,
    news,
    numbers,
    objections,
    owed,
    search,
    tracking,
    triage,
    worklist,
)
from app.tools import Tools, from_settings
from bench.people import citizen
from routing.loading import default_rules

GROWING = frozenset(
    {"correspondences", "receipts", "events", "referrals", "citizens", "event_seals"}
)
READ_FOR_NOTHING = 5_000
AGENCY = "bank-melli"
STAFF = Actor("user:bench", Role.AGENCY, AGENCY)
TRIAGE = Actor("user:bench", Role.TRIAGE)
SUPERVISOR = Actor("user:bench", Role.SUPERVISOR)
OPERATOR = Actor("user:bench", Role.OPERATOR)

Read = Callable[[Session], object]


@dataclass(slots=True)
class Watch:
    """The statements that went to the database while it was `on`."""

    on: bool = False
    said: list[tuple[str, Any]] = field(default_factory=list)

    def hear(self, _c: Connection, _k: Any, statement: str, values: Any, _x: Any, _m: bool) -> None:  # noqa: FBT001
        if self.on and statement.lstrip().lower().startswith(("select", "with")):
            self.said.append((statement, values))


@contextmanager
def reader(url: str) -> Iterator[tuple[Engine, Watch]]:
    """An engine that can only read, and what it is asked."""
    options = "-c timezone=UTC -c statement_timeout=30s -c default_transaction_read_only=on"
    engine = create_engine(url, connect_args={"options": options})
    watch = Watch()
    event.listen(engine, "before_cursor_execute", watch.hear)
    try:
        yield engine, watch
    finally:
        engine.dispose()


def pages(session: Session, tools: Tools) -> dict[str, Read]:
    """Name of a page → what it reads."""
    now = datetime.now(UTC)
    who = citizen(1)
    last4 = who["mobile"][-4:]
    book = tools.book.current()
    theirs = earlier.of_citizen(session, tools, OPERATOR, who["national_id"])
    code = theirs[0].letter.tracking_code if theirs else "10000000000000"
    far = worklist.of(STAFF, worklist.WAITING).nth(session, None, 1000)
    day = Day(tools.province, tehran_day(now), tools.line)
    waits = triage.pile(session, TRIAGE, None).letters
    walks: dict[str, Read] = {
        f"queue {show}": lambda s, show=show: worklist.of(STAFF, show).page(s, None, 25)
        for show in worklist.STATUSES
    }
    wanted = {"number": who["national_id"], "mobile": who["mobile"], "words": "وام ازدواج"}
    searches: dict[str, Read] = {
        f"search {name}": lambda s, q=q: search.find(s, tools.vault, STAFF, search.Wanted(q))
        for name, q in wanted.items()
    }
    return walks | searches | {
        "queue counts": lambda s: worklist.counts(s, STAFF),
        "queue 41st page": lambda s: worklist.of(STAFF, worklist.WAITING).page(s, far, 25),
        "history by national ID": lambda s: earlier.of_citizen(
            s, tools, OPERATOR, who["national_id"], "وام می‌خواهم"
        ),
        "follow-up by number": lambda s: following.of_person(
            s, tools.vault, OPERATOR, who["national_id"]
        ),
        "POST /track": lambda s: tracking.track(s, tools.vault, book, code, last4),
        "tracking page": lambda s: journey.read(s, tools, code, last4, 15),
        "supervisor: late": late.by_owner,
        "supervisor: receipts": line.waiting,
        "supervisor: returned": lambda s: desk.queue(s, SUPERVISOR, desk.Page(None, None, 25)),
        "API /queue agency": lambda s: desk.queue(s, STAFF, desk.Page()),
        "API /queue triage": lambda s: desk.queue(s, TRIAGE, desk.Page()),
        "ledger all time": lambda s: ledger.read(s, None),
        "ledger a day": lambda s: ledger.read(s, day.day),
        "capacity": lambda s: capacity.read(s, day),
        "triage queue": lambda s: triage.pile(s, TRIAGE, None),
        "triage letter": lambda s: [(triage.place(s, x), triage.alike(s, x)) for x in waits[:1]],
        "triage letter's citizen": lambda s: [triage.beside(s, TRIAGE, x) for x in waits[:1]],
        "owed": lambda s: owed.pile(s, tools.vault, OPERATOR, owed.Page()),
        "alarms": alarms.read,
        "news agency": lambda s: news.of_agency(s, STAFF, now - timedelta(minutes=5)),
        "news triage": lambda s: news.of_triage(s, TRIAGE, now - timedelta(minutes=5)),
        "wished objections": lambda s: objections.wished(s, tools.vault, OPERATOR, 15),
        "metrics": lambda s: list(numbers.read(s)),
    }  # fmt: skip


def measured(data_dir: Path, runs: int = 20) -> dict[str, Any]:
    """Every page of the system that runs in this data directory; see the module."""
    settings = settings_of(data_dir)
    tools = from_settings(settings, default_rules, SilentBell())
    url = "postgresql+psycopg://" + str(settings.database_url).partition("://")[2]
    with reader(url) as (engine, watch), Session(engine) as session:
        n = session.scalar(text("select reltuples from pg_class where relname = 'correspondences'"))
        found = {}
        for name, read in pages(session, tools).items():
            found[name] = _page(session, watch, read, runs)
            session.rollback()
    tools.sessions.kw["bind"].dispose()
    return {"letters": int(n or 0), "pages": found}


def _page(session: Session, watch: Watch, read: Read, runs: int) -> dict[str, Any]:
    took = []
    try:
        for number in range(runs + 1):
            session.expunge_all()
            watch.on, watch.said = number == 0, watch.said if number else []
            begin = time.perf_counter()
            read(session)
            took.append((time.perf_counter() - begin) * 1000)
            if sum(took) > 20_000:
                break
    except Exception as error:  # noqa: BLE001 - one page that fails is a figure, too
        session.rollback()
        return {"failed": type(error).__name__}
    finally:
        watch.on = False
    warm = sorted(took[1:] or took)
    told = {
        "first_ms": round(took[0], 1),
        "p50_ms": round(statistics.median(warm), 1),
        "p95_ms": round(warm[min(len(warm) - 1, int(len(warm) * 0.95))], 1),
        "statements": len(watch.said),
    }
    return told | _plans(session, watch.said)


def _plans(session: Session, said: list[tuple[str, Any]]) -> dict[str, Any]:
    scans: set[str] = set()
    wasteful = []
    for statement, values in said:
        explain = "explain (analyze, timing off, format json) " + statement
        plan = session.connection().exec_driver_sql(explain, values).scalar_one()[0]["Plan"]
        nodes = list(_nodes(plan))
        scans |= {
            node["Relation Name"]
            for node in nodes
            if node["Node Type"].endswith("Seq Scan") and node["Relation Name"] in GROWING
        }
        read = sum(_read(node) for node in nodes if "Relation Name" in node)
        if read > READ_FOR_NOTHING:
            wasteful.append({"read": read, "shown": plan["Actual Rows"], "sql": statement[:160]})
    return {"sequential": sorted(scans), "wasteful": wasteful}


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def _read(node: dict[str, Any]) -> int:
    rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    return int(rows * node["Actual Loops"])


@click.command()
@click.option("--data-dir", type=click.Path(path_type=Path), default=Path("var"))
@click.option("--runs", type=int, default=20)
def main(data_dir: Path, runs: int) -> None:
    """JSON on stdout; people's words on stderr."""
    found = measured(data_dir, runs)
    for name, page in found["pages"].items():
        print(f"{name:26} {page}", file=sys.stderr)
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
