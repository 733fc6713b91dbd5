"""Did it arrive? A callback is a hint; the provider's own report decides, in any order."""

from typing import Any

import pytest

from app.actions import delivery, outbox
from app.tools import Tools
from sms.gateway import Report
from tests import make
from tests.app import database
from tests.app.database import kinds, receipts
from tests.app.fakes import FakeGateway


@pytest.fixture
def code(tools: Tools) -> str:
    """A letter whose one receipt the provider has accepted."""
    made = make.register(tools, text=make.UNCLEAR)
    outbox.drain(tools, FakeGateway(), 1, 5)
    return str(made["tracking_code"])


def receipt(tools: Tools, code: str) -> Any:
    return receipts(tools, code)["registered"]


def report(tools: Tools, code: str, status: int) -> int:
    """The provider says this of the message, and we ask at once."""
    gateway, message_id = FakeGateway(), receipt(tools, code).message_id
    gateway.reports[message_id] = Report(message_id, status)
    delivery.hint(tools, message_id)
    return delivery.poll(tools, gateway)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (1, "accepted"), (2, "accepted"), (4, "accepted"), (5, "accepted"), (100, "accepted"),
        (77, "accepted"), (6, "failed"), (10, "delivered"), (11, "undelivered"), (13, "failed"),
        (14, "blocked"),
    ],
)  # fmt: skip
def test_every_report_has_its_state(tools: Tools, code: str, status: int, state: str) -> None:
    assert report(tools, code, status) == 1
    found = receipt(tools, code)
    assert (found.state, found.provider_status) == (state, status)
    assert kinds(tools, code).count(f"receipt_{state}") == 1


ORDERS = (
    ([4, 5, 10], "delivered"),
    ([10, 4], "delivered"),
    ([10, 11], "delivered"),
    ([11, 10], "delivered"),
    ([11, 4, 10], "delivered"),
    ([11, 6], "undelivered"),
    ([11, 14], "undelivered"),
    ([11, 13], "undelivered"),
    ([14, 10], "blocked"),
    ([6, 10], "failed"),
    ([13, 11], "failed"),
    ([10, 10, 10], "delivered"),
    ([11, 11], "undelivered"),
)


def test_what_is_final_stays_so_but_undelivered_may_still_be_delivered(tools: Tools) -> None:
    gateway = FakeGateway()
    for order, end in ORDERS:
        code = str(make.register(tools, text=make.UNCLEAR)["tracking_code"])
        outbox.drain(tools, gateway, 1, 5)
        for status in order:
            report(tools, code, status)
        assert (order, receipt(tools, code).state) == (order, end)
        assert kinds(tools, code).count(f"receipt_{end}") == 1


def test_a_late_word_of_a_message_on_its_way_does_not_blur_that_it_failed(
    tools: Tools, code: str
) -> None:
    for status in (11, 4):
        report(tools, code, status)
    assert receipt(tools, code).provider_status == 11


def test_a_hint_only_makes_us_ask_sooner(tools: Tools, code: str) -> None:
    before = receipt(tools, code)
    assert delivery.poll(tools, FakeGateway()) == 0
    delivery.hint(tools, before.message_id)
    after = receipt(tools, code)
    assert after.poll_at < before.poll_at
    assert (after.state, after.provider_status) == (before.state, before.provider_status)


def test_a_false_hint_changes_nothing(tools: Tools, code: str) -> None:
    """Somebody says «delivered»; the provider says that it is still queued."""
    assert report(tools, code, 4) == 1
    assert receipt(tools, code).state == "accepted"
    assert "receipt_delivered" not in kinds(tools, code)


def test_a_hint_of_an_unknown_message_is_harmless(tools: Tools, code: str) -> None:
    before = receipt(tools, code)
    for message_id in (0, -1, 123, 2**63 - 1, 2**63, 10**30):
        delivery.hint(tools, message_id)
    assert receipt(tools, code) == before


def test_a_final_state_is_not_asked_about_again(tools: Tools, code: str) -> None:
    report(tools, code, 10)
    assert receipt(tools, code).poll_at is None
    assert report(tools, code, 11) == 0


def test_while_the_provider_can_not_be_asked_the_next_time_is_set(tools: Tools, code: str) -> None:
    gateway = FakeGateway()
    gateway.away = True
    delivery.hint(tools, receipt(tools, code).message_id)
    assert delivery.poll(tools, gateway) == 1
    assert delivery.poll(tools, gateway) == 0
    assert receipt(tools, code).state == "accepted"
    assert receipt(tools, code).poll_at is not None


def test_the_times_of_asking_grow_and_end_after_two_days(tools: Tools, code: str) -> None:
    waits = []
    for minutes in (6, 16, 61, 6 * 60 + 1, 24 * 60 + 1, 47 * 60 + 1):
        database.change(
            tools,
            "update receipts set accepted_at = now() - make_interval(mins => :m), poll_at = now()",
            m=minutes,
        )
        assert delivery.poll(tools, FakeGateway()) == 1
        waits.append(
            database.one(
                tools, "select extract(epoch from poll_at - accepted_at)::int / 60 from receipts"
            )
        )
    assert waits == [15, 60, 360, 1440, 2820, None]
