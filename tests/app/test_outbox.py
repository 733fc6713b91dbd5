"""The outbox: every receipt goes out once, in order, whatever the provider says."""

import time
from typing import Any
from uuid import uuid4

import pytest

from app.actions import answer, claims, outbox, recording, refer
from app.actions.verdicts import Verdict
from app.tools import Tools
from sms.gateway import (
    Accepted,
    Ambiguous,
    LineStopped,
    Message,
    Mismatch,
    NotSent,
    Outcome,
    Refused,
)
from tests import make
from tests.app import database
from tests.app.database import assert_healthy, receipts, rows, states, together
from tests.app.fakes import FakeGateway

MELLI = make.staff("bank-melli")


def drain(tools: Tools, gateway: FakeGateway, connections: int = 4) -> int:
    return outbox.drain(tools, gateway, connections, 20)


def in_triage(tools: Tools) -> str:
    """A letter that owes its first receipt only."""
    return str(make.register(tools, text=make.UNCLEAR)["tracking_code"])


@pytest.mark.parametrize(
    ("outcome", "state", "attempts"),
    [
        (Accepted(8_792_343, 1, 1200), "accepted", 1),
        (NotSent("connection refused"), "pending", 1),
        (Refused(411, "bad receptor"), "rejected", 1),
        (LineStopped(418, "no credit"), "pending", 0),
        (Ambiguous("no answer in time"), "unknown", 1),
        (Mismatch("another message"), "held", 1),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str | int) else None,
)
def test_every_outcome_has_its_state(
    tools: Tools, outcome: Outcome, state: str, attempts: int
) -> None:
    code = in_triage(tools)
    gateway = FakeGateway(outcome)
    drain(tools, gateway)
    found = receipts(tools, code)["registered"]
    assert (found.state, found.attempts, found.fence) == (state, attempts, None)
    assert len(gateway.asked_to_send) == 1
    assert f"receipt_{state}" in database.kinds(tools, code)
    assert (found.message_id is not None) == (state == "accepted")
    assert (found.poll_at is not None) == (state == "accepted")


def test_the_citizen_gets_the_words_that_were_owed(tools: Tools) -> None:
    code = str(make.register(tools, citizen={"mobile": "+98 909 000 1234"})["tracking_code"])
    gateway = FakeGateway()
    drain(tools, gateway)
    owed = receipts(tools, code)
    assert gateway.asked_to_send == [
        Message("09090001234", owed[stage].text, owed[stage].local_id)
        for stage in ("registered", "referred")
    ]
    assert (owed["registered"].cost, owed["registered"].provider_status) == (1200, 1)


def test_the_three_receipts_go_in_their_order(tools: Tools) -> None:
    codes = [str(make.register(tools)["tracking_code"]) for _ in range(12)]
    for code in codes:
        refer.claim(tools, MELLI, code)
        answer.answer(tools, MELLI, code, "done", "پرداخت شد.")

    def slow(message: Message) -> Outcome:
        """The second ones take their time: whoever could overtake them would."""
        time.sleep(0.02 if "رسید" in message.text else 0)
        return gateway.accept(message)

    gateway = FakeGateway(*[NotSent("refused")] * 5, *[slow] * 36)
    for _ in range(5):
        drain(tools, gateway, connections=8)
        due_now(tools)
    sent = list(gateway.kept)
    assert len(sent) == 36
    for code in codes:
        owed = receipts(tools, code)
        order = sorted(owed, key=lambda stage: sent.index(owed[stage].local_id))
        assert order == ["registered", "referred", "answered"]
    assert_healthy(tools)


def due_now(tools: Tools) -> None:
    """The pause after a failure is over."""
    database.change(
        tools,
        "update receipts set not_before = now() "
        "where state = 'pending' and not_before < 'infinity'",
    )


@pytest.mark.parametrize("outcome", [NotSent("refused"), Ambiguous("?"), Mismatch("other")])
def test_while_the_first_is_not_settled_the_second_waits(tools: Tools, outcome: Outcome) -> None:
    code = str(make.register(tools)["tracking_code"])
    gateway = FakeGateway(outcome)
    drain(tools, gateway)
    assert len(gateway.asked_to_send) == 1
    assert receipts(tools, code)["referred"].waits


def test_a_first_receipt_that_is_rejected_does_not_hold_the_second_back(tools: Tools) -> None:
    code = str(make.register(tools)["tracking_code"])
    drain(tools, FakeGateway(Refused(411, "bad receptor")))
    assert states(tools, code) == {"registered": "rejected", "referred": "accepted"}


def test_many_who_drain_at_once_send_each_once(tools: Tools) -> None:
    for _ in range(40):
        make.register(tools)
    gateway = FakeGateway()
    together(4, lambda _: drain(tools, gateway))
    drain(tools, gateway)
    sent = [message.local_id for message in gateway.asked_to_send]
    assert len(sent) == len(set(sent)) == 80
    assert {row.state for row in rows(tools, "select state from receipts")} == {"accepted"}
    assert_healthy(tools)


def test_a_receipt_committed_during_the_drain_is_found(tools: Tools) -> None:
    late: list[str] = []

    def first(message: Message) -> Outcome:
        late.append(in_triage(tools))
        return gateway.accept(message)

    in_triage(tools)
    gateway = FakeGateway(first)
    assert drain(tools, gateway) == 2
    assert states(tools, late[0]) == {"registered": "accepted"}


def test_no_transaction_is_open_while_we_speak(tools: Tools) -> None:
    """What was claimed is committed: another connection sees it, and no row is locked."""
    seen: list[Any] = []

    def look(message: Message) -> Outcome:
        seen.extend(rows(tools, "select state from receipts for update nowait"))
        return gateway.accept(message)

    in_triage(tools)
    gateway = FakeGateway(look)
    drain(tools, gateway)
    assert [row.state for row in seen] == ["sending"]


def test_a_stale_fence_changes_nothing(tools: Tools) -> None:
    code = in_triage(tools)
    claimed = claims.claim(tools, 1)[0]
    before = receipts(tools, code)["registered"]
    for state in ("accepted", "rejected", "pending", "held"):
        recording.record(tools, [Verdict(claimed.id, uuid4(), state, "late", 8_792_343, 1)])
    assert receipts(tools, code)["registered"] == before
    assert "receipt_accepted" not in database.kinds(tools, code)
    recording.record(tools, [Verdict(claimed.id, claimed.fence, "accepted", None, 8_792_343, 1)])
    recording.record(tools, [Verdict(claimed.id, claimed.fence, "rejected", "late")])
    assert states(tools, code) == {"registered": "accepted"}


def test_what_is_claimed_is_nobody_elses(tools: Tools) -> None:
    in_triage(tools)
    assert [len(claims.claim(tools, 10)) for _ in range(2)] == [1, 0]
