"""Looking into the database, and moving its days, from outside the actions."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Row, text

from app.persian import tehran_day
from app.queries import doctor, ledger
from app.tools import Tools

T = TypeVar("T")


def rows(tools: Tools, sql: str, **values: Any) -> list[Row[Any]]:
    """What a connection of its own sees."""
    with tools.sessions() as session:
        return list(session.execute(text(sql), values).all())


def one(tools: Tools, sql: str, **values: Any) -> Any:
    with tools.sessions() as session:
        return session.execute(text(sql), values).scalar_one()


def change(tools: Tools, *statements: str, **values: Any) -> None:
    """Each statement in one transaction, guarded as always."""
    with tools.sessions.begin() as session:
        for sql in statements:
            session.execute(text(sql), values)


def force(tools: Tools, *statements: str, **values: Any) -> None:
    """The same as a superuser who has switched the triggers and foreign keys off."""
    change(tools, "set local session_replication_role = replica", *statements, **values)


def letter(tools: Tools, code: str) -> Row[Any]:
    return rows(tools, "select * from correspondences where tracking_code = :code", code=code)[0]


def receipts(tools: Tools, code: str) -> dict[str, Row[Any]]:
    """Stage → row."""
    found = rows(
        tools,
        "select r.id, r.stage, r.state, r.attempts, r.look_ups, r.reason, r.text, r.fence, "
        "r.local_id, r.message_id, r.provider_status, r.cost, r.first_attempt_at, r.accepted_at, "
        "r.poll_at, r.settled_at, r.not_before = 'infinity' as waits from receipts r "
        "join correspondences c on c.id = r.correspondence_id where c.tracking_code = :code",
        code=code,
    )
    return {row.stage: row for row in found}


def states(tools: Tools, code: str) -> dict[str, str]:
    return {stage: row.state for stage, row in receipts(tools, code).items()}


def kinds(tools: Tools, code: str) -> list[str]:
    """The events of a letter, in order."""
    found = rows(
        tools,
        "select e.kind from events e join correspondences c on c.id = e.correspondence_id "
        "where c.tracking_code = :code order by e.id",
        code=code,
    )
    return [row.kind for row in found]


def count(tools: Tools, table: str) -> int:
    return int(one(tools, f"select count(*) from {table}"))


def today(tools: Tools) -> Any:
    return tehran_day(one(tools, "select clock_timestamp()"))


def days_pass(tools: Tools, days: int) -> None:
    """Everything that is counted by day happened so many days earlier."""
    force(
        tools,
        "update call_days set day = day - 10000 - :days",
        "update call_days set day = day + 10000",
        "update callbacks set due_on = due_on - :days, "
        "created_at = created_at - make_interval(days => :days)",
        "update correspondences set call_day = call_day - :days, "
        "registered_at = registered_at - make_interval(days => :days)",
        # The receipts of a letter belong to its day, which never changes but here.
        "delete from ledger_entries",
        "delete from ledger_sums",
        "insert into ledger_sums select * from ledger_recount",
        days=days,
    )


def assert_healthy(tools: Tools) -> None:
    """The doctor finds nothing and the ledger balances."""
    with tools.sessions() as session:
        found = doctor.examine(session)
        assert found["ok"], {name: n for name, n in found["checks"].items() if n}
        balance = ledger.read(session, None)
        assert balance["balanced"], balance


def together(count: int, work: Callable[[int], T]) -> list[T | Exception]:
    """`work(0) … work(count - 1)` all at once; what each returned or raised."""
    barrier = threading.Barrier(count)

    def run(number: int) -> T | Exception:
        barrier.wait(10)
        try:
            return work(number)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return error

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def wait_until_blocked(tools: Tools, sessions: int) -> None:
    """Return when so many sessions of this database wait for a lock."""
    waiting = (
        "select count(*) from pg_stat_activity "
        "where datname = current_database() and wait_event_type = 'Lock'"
    )
    for _ in range(500):
        if one(tools, waiting) >= sessions:
            return
        time.sleep(0.01)
    raise AssertionError("nobody waits")
