"""The ledger's sums: kept with every move, folded by and by, and always those of a recount."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.actions import answer, folding, refer
from app.queries import ledger
from app.tools import Tools
from tests import make
from tests.app import database, recount
from tests.app.conftest import Line
from tests.app.province import Province

MELLI = make.staff("bank-melli")


def received(tools: Tools) -> int:
    with tools.sessions() as session:
        return int(ledger.read(session, None)["received"])


def unfolded(tools: Tools) -> int:
    return database.count(tools, "ledger_entries")


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_the_sums_are_those_of_a_recount(line: Line, seed: int) -> None:
    province = Province(line(3), seed)
    for number in range(90):
        province.move()
        if number % 15 == 0:
            recount.assert_equal(province.tools)
    recount.assert_equal(province.tools)
    assert received(province.tools) > 5


def test_folding_changes_no_sum_and_leaves_no_entry(tools: Tools) -> None:
    for channel in ("letter", "call", "electronic"):
        make.register(tools, channel=channel)
    assert unfolded(tools) > 0
    recount.assert_equal(tools)
    folding.fold(tools)
    assert unfolded(tools) == 0
    recount.assert_equal(tools)
    make.register(tools)
    recount.assert_equal(tools)
    assert received(tools) == 4


def test_what_is_rolled_back_is_not_counted(tools: Tools) -> None:
    make.register(tools)
    with tools.sessions() as session:
        session.execute(text("update correspondences set status = 'merged'"))
        session.execute(text("delete from receipts"))
        session.rollback()
    recount.assert_equal(tools)


def test_two_transactions_are_counted_each_from_its_own_commit(tools: Tools) -> None:
    codes = [str(make.register(tools, text=make.UNCLEAR)["tracking_code"]) for _ in range(2)]
    merged = text("update correspondences set urgent = true, due_at = now(), "
                  "answered_at = now() where tracking_code = :code")  # fmt: skip
    with tools.sessions() as first, tools.sessions() as second:
        first.execute(merged, {"code": codes[0]})
        second.execute(merged, {"code": codes[1]})
        due = [_due(tools)]
        folding.fold(tools)
        due.append(_due(tools))
        second.commit()
        due.append(_due(tools))
        folding.fold(tools)
        first.commit()
        due.append(_due(tools))
    assert due == [2, 2, 3, 4]


def _due(tools: Tools) -> int:
    with tools.sessions() as session:
        return int(ledger.read(session, None)["receipts"]["due"])


def test_a_folder_killed_in_the_middle_has_folded_nothing(tools: Tools) -> None:
    make.register(tools)
    folding.fold(tools)
    make.register(tools)
    entered, fallen = unfolded(tools), []

    def fold() -> None:
        try:
            folding.fold(tools)
        except OperationalError as error:
            fallen.append(error)

    folder = threading.Thread(target=fold)
    with tools.sessions.begin() as session:
        session.execute(text("select * from ledger_sums for update"))
        folder.start()
        database.wait_until_blocked(tools, 1)
        database.one(
            tools,
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = current_database() and wait_event_type = 'Lock'",
        )
        folder.join(10)
    assert len(fallen) == 1
    assert unfolded(tools) == entered
    recount.assert_equal(tools)
    folding.fold(tools)
    assert unfolded(tools) == 0
    recount.assert_equal(tools)


def test_many_folders_at_once_fold_each_entry_once(tools: Tools) -> None:
    for _ in range(3):
        make.register(tools)
    assert not [e for e in database.together(6, lambda _: folding.fold(tools)) if e]
    folding.fold(tools)
    assert unfolded(tools) == 0
    recount.assert_equal(tools)


def test_it_is_exact_while_letters_come_in_and_are_folded(tools: Tools) -> None:
    def write() -> None:
        code = str(make.register(tools)["tracking_code"])
        refer.claim(tools, MELLI, code)
        answer.answer(tools, MELLI, code, "done", "پرداخت شد.")

    seen = []
    with _always(write, write, lambda: folding.fold(tools)):
        for _ in range(40):
            recount.assert_equal(tools)
            seen.append(received(tools))
    assert seen == sorted(seen)
    assert seen[-1] > 0
    recount.assert_equal(tools)


@contextmanager
def _always(*works: Callable[[], object]) -> Iterator[None]:
    """Each again and again in a thread of its own, until the block ends."""
    over = threading.Event()

    def repeat(work: Callable[[], object]) -> None:
        while not over.is_set():
            work()

    threads = [threading.Thread(target=repeat, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


# A letter registered at noon, copied with other ids to two instants around Tehran's midnight.
COPIED = {
    "correspondences": ("id", "tracking_code", "registered_at"),
    "referrals": ("id", "correspondence_id"),
    "events": ("correspondence_id", "at"),
    "receipts": ("id", "correspondence_id", "local_id", "created_at"),
}
NEW = {
    "id": "gen_random_uuid()",
    "tracking_code": "(10000000000000 + n)::text",
    "local_id": "100000000000000 + (random() * 1e14)::bigint",
}
BEFORE, AFTER = "2026-03-01 20:29:59+00", "2026-03-01 20:30:00+00"


def copy_in(tools: Tools, settings_url: str, many: int) -> None:
    """`many` letters each before and after midnight, each table by COPY, in one transaction."""
    with psycopg.connect(settings_url) as connection:
        connection.execute(
            "create temp table clones as select n, gen_random_uuid() as letter, "
            "case when n %% 2 = 0 then %(b)s else %(a)s end::timestamptz as at "
            "from generate_series(1, %(many)s) n",
            {"b": BEFORE, "a": AFTER, "many": 2 * many},
            prepare=False,
        )
        for table, changed in COPIED.items():
            names = [
                row[0]
                for row in connection.execute(
                    "select column_name from information_schema.columns where table_name = %s "
                    "and is_identity = 'NO' and table_schema = 'public'",
                    [table],
                )
            ]
            values = [_value(table, name) if name in changed else f"o.{name}" for name in names]
            made = f"select {', '.join(values)} from {table} o, clones order by n"
            with connection.cursor().copy(f"copy ({made}) to stdout") as out:
                lines = b"".join(bytes(line) for line in out)
            with connection.cursor().copy(f"copy {table} ({', '.join(names)}) from stdin") as into:
                into.write(lines)


def _value(table: str, name: str) -> str:
    if name == "correspondence_id" or (table, name) == ("correspondences", "id"):
        return "letter"
    return "clones.at" if name in ("registered_at", "created_at", "at") else NEW[name]


def test_thousands_by_copy_are_counted_each_on_its_tehran_day(
    tools: Tools,
) -> None:
    make.register(tools)
    folding.fold(tools)
    url = tools.sessions.kw["bind"].url
    copy_in(tools, url.set(drivername="postgresql").render_as_string(hide_password=False), 1000)
    recount.assert_equal(tools)
    *_, today = recount.days(tools)
    assert [d.isoformat() for d in recount.days(tools)][:2] == ["2026-03-01", "2026-03-02"]
    with tools.sessions() as session:
        for day in recount.days(tools):
            told = ledger.read(session, day)
            assert told["received"] == (1 if day == today else 1000)
            assert told["receipts"]["due"] == 2 * told["received"]
    folding.fold(tools)
    recount.assert_equal(tools)


def test_rows_that_came_past_the_triggers_are_found_and_counted_anew(tools: Tools) -> None:
    make.register(tools)
    database.change(
        tools,
        "alter table receipts disable trigger all",
        "delete from receipts where stage = 'referred'",
        "alter table receipts enable trigger all",
        *(
            f"alter table receipts enable always trigger ledger_{name}"
            for name in ("came", "went", "changed")
        ),
    )
    with tools.sessions() as session:
        assert ledger.read(session, None)["balanced"]
    folding.recount(tools)
    with tools.sessions() as session:
        told = ledger.read(session, None)
    assert not told["balanced"]
    assert told["receipts"] == {"due": 2, "sent": 0, "owed": 1}
    assert "ledger_recounted" in {
        row.kind for row in database.rows(tools, "select kind from events")
    }
