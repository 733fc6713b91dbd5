"""The ledger: what came in is where it stands, and what is owed is sent or waits; at any moment."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest

from app.actions import answer, capacity, outbox, refer
from app.queries import ledger, numbers
from app.tools import Tools
from sms.gateway import Refused
from tests import make
from tests.app import database
from tests.app.fakes import FakeGateway

MELLI = make.staff("bank-melli")


def balance(tools: Tools, day: date | None = None) -> dict[str, Any]:
    with tools.sessions() as session:
        return ledger.read(session, day)


def places(tools: Tools, day: date | None = None) -> tuple[int, ...]:
    found = balance(tools, day)
    assert found["balanced"], found
    names = ("received", "triage", "open", "answered", "closed", "merged", "callbacks")
    return tuple(found[name] for name in names)


def test_an_empty_ledger_balances(tools: Tools) -> None:
    assert places(tools) == (0, 0, 0, 0, 0, 0, 0)
    assert balance(tools)["by_channel"] == {"letter": 0, "electronic": 0, "call": 0}


def test_a_letter_is_counted_once_wherever_it_goes(tools: Tools) -> None:
    code = str(make.register(tools, text=make.UNCLEAR)["tracking_code"])
    seen = [places(tools)]
    refer.refer(tools, make.TRIAGE, code, "bank-mellat", "وام")
    seen.append(places(tools))
    refer.give_back(tools, make.staff("bank-mellat"), code, "مشتری ما نیست")
    seen.append(places(tools))
    refer.refer(tools, make.TRIAGE, code, "bank-melli", "وام")
    refer.claim(tools, MELLI, code)
    seen.append(places(tools))
    answer.answer(tools, MELLI, code, "done", "پرداخت شد.")
    seen.append(places(tools))
    database.change(tools, "update correspondences set answered_at = now() - interval '40 days'")
    answer.close_answered(tools, 15)
    seen.append(places(tools))
    assert seen == [
        (1, 1, 0, 0, 0, 0, 0),
        (1, 0, 1, 0, 0, 0, 0),
        (1, 1, 0, 0, 0, 0, 0),
        (1, 0, 1, 0, 0, 0, 0),
        (1, 0, 0, 1, 0, 0, 0),
        (1, 0, 0, 0, 1, 0, 0),
    ]


def test_receipts_that_are_due_are_sent_or_owed(tools: Tools) -> None:
    sums = [balance(tools)["receipts"]]
    make.register(tools)
    make.register(tools, text=make.UNCLEAR)
    sums.append(balance(tools)["receipts"])
    outbox.drain(tools, FakeGateway(Refused(411, "bad receptor")), 1, 5)
    sums.append(balance(tools)["receipts"])
    assert sums == [
        {"due": 0, "sent": 0, "owed": 0},
        {"due": 3, "sent": 0, "owed": 3},
        {"due": 3, "sent": 2, "owed": 1},
    ]


def test_channels_and_agencies_are_told_apart(tools: Tools) -> None:
    for channel in ("letter", "letter", "electronic", "call"):
        make.register(tools, channel=channel)
    make.register(tools, text=make.UNCLEAR)
    found = balance(tools)
    assert found["by_channel"] == {"letter": 3, "electronic": 1, "call": 1}
    assert found["by_agency"] == {
        "bank-melli": {"received": 4, "open": 4},
        "triage": {"received": 1, "triage": 1},
    }


def test_each_day_balances_by_itself(tools: Tools) -> None:
    today = database.today(tools)
    capacity.change_cap(tools, today, 1)
    for channel in ("letter", "call", "call"):
        make.register(tools, channel=channel)
    database.days_pass(tools, 1)
    database.force(tools, "update events set at = at - interval '1 day'")
    make.register(tools)
    yesterday = today - timedelta(days=1)
    assert places(tools, yesterday) == (2, 0, 2, 0, 0, 0, 1)
    assert places(tools, today) == (1, 0, 1, 0, 0, 0, 0)
    assert places(tools, today + timedelta(days=1)) == (0, 0, 0, 0, 0, 0, 0)
    assert places(tools) == (3, 0, 3, 0, 0, 0, 1)
    assert balance(tools, yesterday)["day"] == yesterday.isoformat()


def test_it_balances_while_letters_come_in(tools: Tools) -> None:
    over = threading.Event()

    def write() -> None:
        while not over.is_set():
            code = str(make.register(tools)["tracking_code"])
            refer.claim(tools, MELLI, code)
            answer.answer(tools, MELLI, code, "done", "پرداخت شد.")

    writers = [threading.Thread(target=write) for _ in range(3)]
    for writer in writers:
        writer.start()
    try:
        found = [balance(tools) for _ in range(60)]
    finally:
        over.set()
        for writer in writers:
            writer.join()
    assert [b for b in found if not b["balanced"]] == []
    assert found[-1]["received"] > 0


@pytest.mark.parametrize(
    "loss",
    [
        "delete from events where kind = 'registered'",
        "delete from receipts where stage = 'referred'",
        "delete from receipts where stage = 'registered'",
        "insert into events (at, province, correspondence_id, kind, actor) "
        "select now(), 'kermanshah', id, 'registered', 'x' from correspondences",
    ],
)
def test_what_is_lost_behind_its_back_upsets_the_balance(tools: Tools, loss: str) -> None:
    make.register(tools)
    make.register(tools)
    assert balance(tools)["balanced"]
    database.force(tools, loss)
    assert not balance(tools)["balanced"]


def test_the_numbers_for_monitoring_have_names_and_no_people(tools: Tools) -> None:
    make.register(tools)
    make.register(tools, channel="call")
    with tools.sessions() as session:
        found = {(name, label): n for name, label, n in numbers.read(session)}
    assert found["correspondences", "referred"] == 2
    assert found["receipts", "pending"] == 4
    assert found["call_slots_used", "kermanshah"] == 1
    assert found["oldest_due_receipt_seconds", "pending"] >= 0
