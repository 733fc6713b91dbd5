"""The poller: everything that must happen by itself, with or without Redis.

One poller leads at a time (an advisory lock that dies with its connection); the others wait.
Every task is safe to repeat and safe when two run.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from app.actions import (
    account,
    answer,
    callbacks,
    delivery,
    folding,
    phones,
    proving,
    reconcile,
    sealing,
)
from app.actions.reconcile import Patience
from workers.tools import Workshop, drain, workshop

logger = logging.getLogger(__name__)

LEADER = 1_110_001
TICK_SECONDS = 0.5
OVERDUE_SECONDS = 2.0
AWAITED_SECONDS = 1.0
DRAIN_SECONDS = 5.0

_LEAD = text("select pg_try_advisory_lock(:key)")
_STILL = text("select 1")
_OVERDUE = text("""
select exists (
    select from receipts
    where state = 'pending' and not_before < now() - make_interval(secs => :seconds))
or exists (
    select from messages
    where state = 'pending' and not_before < now() - make_interval(secs =>
        case kind when 'code' then :awaited else :seconds end)
       or state = 'sending' and lease_until < now())
""")


@dataclass(slots=True)
class Task:
    """Something to do every so many seconds; it says how much it did, and is repeated at once
    while there was something to do."""

    name: str
    every: float
    run: Callable[[], int]
    next_at: float = 0.0


def tasks(shop: Workshop) -> list[Task]:
    tools = shop.tools
    return [
        Task("account", 60.0, accounts(shop)),
        Task("outbox", 1.0, lambda: send_overdue(shop)),
        Task("reconcile", 2.0, lambda: settle_doubts(shop)),
        Task("delivery", 1.0, lambda: ask_for_delivery(shop)),
        Task("seal", 5.0, lambda: sealing.seal(tools)),
        Task("seal the late", 60.0, lambda: sealing.seal(tools, sealing.FAR)),
        Task("fold", 2.0, lambda: folding.fold(tools)),
        Task("call-backs", 10.0, lambda: callbacks.offer(tools)),
        Task("close", 60.0, lambda: answer.close_answered(tools, objection(shop))),
        Task("phones", 3600.0, lambda: phones.forget(tools)),
        Task("proofs", 3600.0, lambda: proving.forget(tools)),
    ]


def accounts(shop: Workshop) -> Callable[[], int]:
    """Each provider's account: at the beginning, and whenever its time has come."""
    checked: set[str] = set()

    def check() -> int:
        for gateway in shop.gateways:
            if gateway.name not in checked or account.is_due(shop.tools, gateway.name):
                account.check(shop.tools, gateway, shop.settings.sms_least_credit)
                checked.add(gateway.name)
        return 0

    return check


def settle_doubts(shop: Workshop) -> int:
    return sum(reconcile.reconcile(shop.tools, g, patience(shop)) for g in shop.gateways)


def ask_for_delivery(shop: Workshop) -> int:
    return sum(delivery.poll(shop.tools, gateway) for gateway in shop.gateways)


def patience(shop: Workshop) -> Patience:
    """As long as the provider's own records may lag behind, asked about five times a while."""
    grace = shop.settings.sms_grace_seconds
    return Patience(grace=timedelta(seconds=grace), pause_seconds=grace / 5)


def objection(shop: Workshop) -> int:
    return shop.settings.samaneh_objection_days


def send_overdue(shop: Workshop) -> int:
    """Send by ourselves what nobody has sent for two seconds (a code for one): Redis away, or a
    lost ring."""
    with shop.tools.sessions() as session:
        after = {"seconds": OVERDUE_SECONDS, "awaited": AWAITED_SECONDS}
        overdue = session.scalar(_OVERDUE, after)
    if not overdue:
        return 0
    shop.tools.bell.ring()
    return drain(shop, DRAIN_SECONDS)


def run(shop: Workshop, stop: threading.Event) -> None:
    """Work until told to stop. A database that is away is waited for."""
    while not stop.is_set():
        try:
            with _leading(shop, stop) as connection:
                _work(shop, stop, connection)
        except SQLAlchemyError as error:
            logger.warning("poller: database away (%s)", type(error).__name__)
            stop.wait(1.0)


@contextmanager
def _leading(shop: Workshop, stop: threading.Event) -> Iterator[Connection]:
    engine = shop.tools.sessions.kw["bind"]
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Out of the pool: closed at the end, so that the lock ends too, whatever ended the work.
        connection.detach()
        while not stop.is_set() and not connection.scalar(_LEAD, {"key": LEADER}):
            stop.wait(2.0)
        yield connection


def _work(shop: Workshop, stop: threading.Event, leadership: Connection) -> None:
    todo = tasks(shop)
    while not stop.is_set():
        leadership.execute(_STILL)
        busy = False
        for task in todo:
            if time.monotonic() >= task.next_at and not stop.is_set():
                done = task.run()
                task.next_at = time.monotonic() + (0.0 if done else task.every)
                busy = busy or bool(done)
        stop.wait(0.0 if busy else TICK_SECONDS)


def main() -> None:
    """Run until SIGTERM or SIGINT; what is in the air is finished."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run(workshop(), stop)


if __name__ == "__main__":
    main()
