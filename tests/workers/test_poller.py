"""The poller: what must happen by itself, with Redis away and with two of them."""

import threading
import time
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from sqlalchemy import text

from app import doorbell
from app.actions import proving
from app.doorbell import RedisDoorbell
from app.tools import Tools
from config import Settings
from tests import make
from tests.app.fakes import FakeGateway
from workers import poller
from workers.tools import Workshop

NOWHERE = "redis://127.0.0.1:1/0"


class Running:
    """A poller in a thread, told to stop at the end."""

    def __init__(self, shop: Workshop) -> None:
        self.stop = threading.Event()
        self.thread = threading.Thread(target=poller.run, args=(shop, self.stop))
        self.thread.start()

    def end(self) -> None:
        self.stop.set()
        self.thread.join(20)
        assert not self.thread.is_alive()


@pytest.fixture
def shop(settings: Settings) -> Iterator[Workshop]:
    """Everything a worker needs, except that Redis is away."""
    redis = doorbell.connect(NOWHERE)
    tools = make.tools(settings, RedisDoorbell(redis))
    yield Workshop(settings, tools, (FakeGateway(),), redis)
    tools.sessions.kw["bind"].dispose()


def within(seconds: float, true: Callable[[], object]) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, f"not within {seconds} s"
        time.sleep(0.1)


def waiting(tools: Tools) -> int:
    with tools.sessions() as session:
        return int(
            session.scalar(text("select count(*) from receipts where message_id is null")) or 0
        )


def leaders(tools: Tools) -> int:
    held = """
        select count(*) from pg_locks where locktype = 'advisory' and granted and objid = :key
          and database = (select oid from pg_database where datname = current_database())"""
    with tools.sessions() as session:
        return int(session.scalar(text(held), {"key": poller.LEADER}) or 0)


def test_receipts_go_out_though_redis_is_away(shop: Workshop) -> None:
    make.register(shop.tools)
    assert waiting(shop.tools) == 2
    running = Running(shop)
    try:
        within(20, lambda: waiting(shop.tools) == 0)
    finally:
        running.end()


def test_events_are_sealed_by_and_by(shop: Workshop) -> None:
    make.register(shop.tools)
    running = Running(shop)
    unsealed = "select count(*) from events where id not in (select event_id from event_seals)"

    def all_sealed() -> bool:
        with shop.tools.sessions() as session:
            return session.scalar(text(unsealed)) == 0

    try:
        within(20, all_sealed)
    finally:
        running.end()


def test_entries_of_the_ledger_are_folded_by_and_by(shop: Workshop) -> None:
    make.register(shop.tools)
    running = Running(shop)

    def all_folded() -> bool:
        with shop.tools.sessions() as session:
            sums = session.scalar(text("select sum(letters) from ledger_sums"))
            return sums == 2 and not session.scalar(text("select count(*) from ledger_entries"))

    try:
        within(20, all_folded)  # of its day and of all time
    finally:
        running.end()


def test_of_two_pollers_one_leads_and_the_other_takes_over(shop: Workshop) -> None:
    first = Running(shop)
    within(10, lambda: leaders(shop.tools) == 1)
    second = Running(shop)
    time.sleep(1)
    assert leaders(shop.tools) == 1
    first.end()
    try:
        within(10, lambda: leaders(shop.tools) == 1)
        make.register(shop.tools)
        within(20, lambda: waiting(shop.tools) == 0)
    finally:
        second.end()


def test_a_database_that_goes_away_is_waited_for(shop: Workshop) -> None:
    running = Running(shop)
    within(10, lambda: leaders(shop.tools) == 1)
    with shop.tools.sessions.begin() as session:
        session.execute(
            text(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where datname = current_database() and pid <> pg_backend_pid()"
            )
        )
    try:
        make.register(shop.tools)
        within(20, lambda: waiting(shop.tools) == 0)
        assert running.thread.is_alive()
    finally:
        running.end()


def test_a_code_goes_out_though_redis_is_away(shop: Workshop) -> None:
    running = Running(shop)
    within(10, lambda: leaders(shop.tools) == 1)
    asked = time.monotonic()
    proving.ask(shop.tools, uuid4(), make.mobile(1234))

    def sent() -> bool:
        with shop.tools.sessions() as session:
            return session.scalar(text("select state from messages")) == "sent"

    try:
        within(20, sent)
        assert time.monotonic() - asked < 10
    finally:
        running.end()


def test_what_a_dead_sender_left_is_given_up_though_nothing_else_happens(shop: Workshop) -> None:
    proving.ask(shop.tools, uuid4(), make.mobile(1234))
    with shop.tools.sessions.begin() as session:
        session.execute(
            text(
                "update messages set state = 'sending', fence = gen_random_uuid(), "
                "lease_until = now() - interval '1 second'"
            )
        )
    assert poller.send_overdue(shop) == 0
    with shop.tools.sessions() as session:
        assert session.scalar(text("select state from messages")) == "unknown"
