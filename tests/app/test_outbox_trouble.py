"""The outbox in trouble: what can't be sent now stops nothing else and is never lost."""

import threading
import time
from dataclasses import replace

import pytest

from app.actions import outbox
from app.actions.claims import TIME_OUTS_SECONDS
from app.sending import Sending
from app.tools import Tools
from sms.gateway import Accepted, Message, NotSent, Outcome
from tests.app import database
from tests.app.database import receipts, rows, states
from tests.app.fakes import FakeGateway
from tests.app.test_outbox import drain, due_now, in_triage


def test_a_message_id_that_is_already_known_holds_the_receipt(tools: Tools) -> None:
    codes = [in_triage(tools) for _ in range(3)]
    same = Accepted(8_000_000, 1, None)
    gateway = FakeGateway(same, same)
    drain(tools, gateway, connections=1)
    found = sorted(states(tools, code)["registered"] for code in codes)
    assert found == ["accepted", "accepted", "held"]
    held = rows(tools, "select reason, message_id from receipts where state = 'held'")
    assert held == [("the provider's message id is already known", None)]


def test_a_number_that_can_not_be_opened_holds_its_receipt_and_stops_no_other(
    tools: Tools,
) -> None:
    broken, whole = in_triage(tools), in_triage(tools)
    database.change(
        tools,
        "update correspondences set mobile_sealed = first_name_sealed where tracking_code = :code",
        code=broken,
    )
    assert drain(tools, FakeGateway()) == 1
    assert states(tools, broken) == {"registered": "held"}
    assert states(tools, whole) == {"registered": "accepted"}


def test_a_failed_try_comes_again_after_a_growing_pause(tools: Tools) -> None:
    code = in_triage(tools)
    gateway = FakeGateway(*[NotSent("refused")] * 8)
    pauses = []
    for _ in range(8):
        drain(tools, gateway)
        assert drain(tools, gateway) == 0
        pauses.append(
            database.one(tools, "select extract(epoch from not_before - now())::int from receipts")
        )
        due_now(tools)
    assert 11 <= pauses[0] <= 18
    assert 23 <= pauses[1] <= 36
    assert 700 <= pauses[-1] <= 1080
    drain(tools, gateway)
    assert states(tools, code) == {"registered": "accepted"}


def test_when_the_lease_is_nearly_over_nothing_is_sent_and_nothing_burnt(tools: Tools) -> None:
    """Slow messages before it in the batch: by then somebody else may have the receipt."""
    code = in_triage(tools)
    gateway = FakeGateway()
    hurried = replace(tools, sending=Sending(lease_seconds=TIME_OUTS_SECONDS - 1))
    outbox.drain(hurried, gateway, 1, 0.2)
    assert gateway.asked_to_send == []
    found = receipts(tools, code)["registered"]
    assert (found.state, found.attempts, found.first_attempt_at) == ("pending", 0, None)
    assert database.count(tools, "sms_lines") == 0


@pytest.mark.alters_schema
def test_what_can_not_be_recorded_is_not_begun(tools: Tools) -> None:
    """The database goes away after the first message: the rest of the batch stays unsent."""
    for _ in range(30):
        in_triage(tools)
    gone = threading.Event()

    def last(message: Message) -> Outcome:
        if gone.is_set():
            time.sleep(0.05)
        else:
            gone.set()
            database.force(tools, "alter table receipts rename to receipts_away")
        return gateway.accept(message)

    gateway = FakeGateway(*[last] * 30)
    with pytest.raises(Exception, match="receipts"):
        outbox.drain(tools, gateway, 1, 20)
    database.force(tools, "alter table receipts_away rename to receipts")
    assert len(gateway.asked_to_send) < 30
