"""What is ambiguous is settled by asking; nothing is ever sent again blindly."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.actions import claims, outbox, recording
from app.actions.reconcile import Patience, reconcile
from app.actions.verdicts import Verdict
from app.tools import Tools
from sms.gateway import Ambiguous, LineStopped, NotSent, Report
from tests import make
from tests.app import database
from tests.app.database import assert_healthy, receipts, rows, states, together
from tests.app.fakes import FakeGateway

PATIENCE = Patience(questions=3, grace=timedelta(minutes=5), pause_seconds=0)


def in_triage(tools: Tools) -> str:
    return str(make.register(tools, text=make.UNCLEAR)["tracking_code"])


def drain(tools: Tools, gateway: FakeGateway) -> int:
    return outbox.drain(tools, gateway, 2, 20)


def time_passes(tools: Tools, minutes: float) -> None:
    """Everything the outbox remembers happened so long ago."""
    database.change(
        tools,
        "update receipts set "
        + ", ".join(
            f"{name} = {name} - make_interval(secs => :seconds)"
            for name in ("lease_until", "first_attempt_at", "last_attempt_at", "created_at")
        ),
        seconds=minutes * 60,
    )


def ask(tools: Tools, gateway: FakeGateway) -> int:
    return reconcile(tools, gateway, PATIENCE)


def killed_before_it_spoke(tools: Tools, gateway: FakeGateway) -> None:
    claims.claim(tools, 10)


def killed_after_it_spoke(tools: Tools, gateway: FakeGateway) -> None:
    for claimed in claims.claim(tools, 10):
        gateway.send(claimed.message)


def no_answer_but_accepted(tools: Tools, gateway: FakeGateway) -> None:
    gateway.script.append(gateway.accept_and_hang)
    drain(tools, gateway)


def no_answer_and_not_accepted(tools: Tools, gateway: FakeGateway) -> None:
    gateway.script.append(Ambiguous("no answer in time"))
    drain(tools, gateway)


Accident = Callable[[Tools, FakeGateway], None]


def test_nothing_is_asked_while_the_lease_lasts(tools: Tools) -> None:
    code, gateway = in_triage(tools), FakeGateway()
    killed_before_it_spoke(tools, gateway)
    assert ask(tools, gateway) == 0
    assert states(tools, code) == {"registered": "sending"}


@pytest.mark.parametrize("accident", [killed_after_it_spoke, no_answer_but_accepted])
def test_what_the_provider_has_is_accepted_without_a_second_send(
    tools: Tools, accident: Accident
) -> None:
    code, gateway = str(make.register(tools)["tracking_code"]), FakeGateway()
    accident(tools, gateway)
    time_passes(tools, 2)
    assert ask(tools, gateway) == 1
    found = receipts(tools, code)
    assert (found["registered"].state, found["referred"].waits) == ("accepted", False)
    assert found["registered"].message_id == gateway.kept[found["registered"].local_id]
    assert len(gateway.asked_to_send) == 1
    drain(tools, gateway)
    assert states(tools, code) == {"registered": "accepted", "referred": "accepted"}
    assert_healthy(tools)


@pytest.mark.parametrize("accident", [killed_before_it_spoke, no_answer_and_not_accepted])
def test_what_the_provider_never_had_is_sent_again_after_the_questions_and_the_grace(
    tools: Tools, accident: Accident
) -> None:
    code, gateway = in_triage(tools), FakeGateway()
    accident(tools, gateway)
    before = len(gateway.asked_to_send)
    first = receipts(tools, code)["registered"]
    for _ in range(4):
        time_passes(tools, 1.1)
        assert ask(tools, gateway) == 1
        assert drain(tools, gateway) == 0
        assert states(tools, code) == {"registered": "unknown"}
    time_passes(tools, 1.1)
    ask(tools, gateway)
    assert states(tools, code) == {"registered": "pending"}
    drain(tools, gateway)
    found = receipts(tools, code)["registered"]
    assert (found.state, found.local_id) == ("accepted", first.local_id)
    assert len(gateway.asked_to_send) == before + 1
    assert {m.local_id for m in gateway.asked_to_send} == {first.local_id}
    assert_healthy(tools)


def test_three_questions_are_asked_however_long_ago_it_was(tools: Tools) -> None:
    code, gateway = in_triage(tools), FakeGateway()
    killed_before_it_spoke(tools, gateway)
    time_passes(tools, 20)
    for expected in ("unknown", "unknown", "pending"):
        time_passes(tools, 0)
        ask(tools, gateway)
        assert states(tools, code) == {"registered": expected}


def test_a_question_without_an_answer_does_not_count(tools: Tools) -> None:
    code, gateway = in_triage(tools), FakeGateway()
    killed_before_it_spoke(tools, gateway)
    gateway.away = True
    for _ in range(4):
        time_passes(tools, 4)
        assert ask(tools, gateway) == 1
        found = receipts(tools, code)["registered"]
        assert (found.state, found.look_ups) == ("unknown", 0)
    gateway.away = False
    time_passes(tools, 4)
    ask(tools, gateway)
    assert states(tools, code) == {"registered": "unknown"}


def test_an_answer_that_says_nothing_of_our_message_does_not_count(tools: Tools) -> None:
    code, gateway = in_triage(tools), FakeGateway()
    gateway.look_up = lambda ids: {}  # type: ignore[method-assign, assignment]
    killed_before_it_spoke(tools, gateway)
    for _ in range(5):
        time_passes(tools, 4)
        ask(tools, gateway)
    assert receipts(tools, code)["registered"].state == "unknown"


def test_a_status_without_a_message_id_is_no_proof_of_absence(tools: Tools) -> None:
    code, gateway = in_triage(tools), FakeGateway()
    gateway.look_up = lambda ids: {i: Report(0, 4) for i in ids}  # type: ignore[method-assign, assignment]
    killed_before_it_spoke(tools, gateway)
    for _ in range(5):
        time_passes(tools, 4)
        ask(tools, gateway)
    assert receipts(tools, code)["registered"].state == "unknown"


def test_after_an_hour_a_person_decides(tools: Tools) -> None:
    code, gateway = in_triage(tools), FakeGateway()
    killed_before_it_spoke(tools, gateway)
    time_passes(tools, 61)
    for _ in range(3):
        ask(tools, gateway)
        time_passes(tools, 0)
    assert states(tools, code) == {"registered": "held"}
    assert drain(tools, gateway) == 0
    assert gateway.asked_to_send == []
    assert "receipt_held" in database.kinds(tools, code)
    assert_healthy(tools)


def test_the_hour_runs_since_the_first_try_that_may_have_left(tools: Tools) -> None:
    """Two ambiguous tries an hour apart: the second does not start the hour anew."""
    code, gateway = in_triage(tools), FakeGateway()
    no_answer_and_not_accepted(tools, gateway)
    time_passes(tools, 20)
    for _ in range(3):
        ask(tools, gateway)
        time_passes(tools, 0)
    assert states(tools, code) == {"registered": "pending"}
    time_passes(tools, 45)
    no_answer_and_not_accepted(tools, gateway)
    time_passes(tools, 10)
    for _ in range(3):
        ask(tools, gateway)
        time_passes(tools, 0)
    assert states(tools, code) == {"registered": "held"}


@pytest.mark.parametrize("outage", [NotSent("refused"), LineStopped(418, "no credit")])
def test_tries_that_never_left_during_a_long_outage_make_nothing_too_old(
    tools: Tools, outage: NotSent | LineStopped
) -> None:
    code, gateway = in_triage(tools), FakeGateway(outage)
    drain(tools, gateway)
    time_passes(tools, 14 * 24 * 60)
    database.change(
        tools, "update receipts set not_before = now()", "update sms_lines set probe_at = now()"
    )
    no_answer_and_not_accepted(tools, gateway)
    time_passes(tools, 10)
    for _ in range(3):
        ask(tools, gateway)
        time_passes(tools, 0)
    assert states(tools, code) == {"registered": "pending"}


def test_two_who_ask_at_once_settle_each_once(tools: Tools) -> None:
    for _ in range(10):
        in_triage(tools)
    gateway = FakeGateway()
    killed_after_it_spoke(tools, gateway)
    time_passes(tools, 2)
    together(4, lambda _: ask(tools, gateway))
    assert {row.state for row in rows(tools, "select state from receipts")} == {"accepted"}
    assert database.one(tools, "select count(*) from events where kind = 'receipt_accepted'") == 10
    assert len(gateway.asked_to_send) == 10


def test_a_sender_that_wakes_up_late_changes_nothing(tools: Tools) -> None:
    code, gateway = in_triage(tools), FakeGateway()
    sleeping = claims.claim(tools, 1)[0]
    time_passes(tools, 2)
    ask(tools, gateway)
    before = receipts(tools, code)["registered"]
    recording.record(tools, [Verdict(sleeping.id, sleeping.fence, "rejected", "late")])
    assert receipts(tools, code)["registered"] == before


def test_without_doubts_the_provider_is_not_asked(tools: Tools) -> None:
    gateway = FakeGateway()
    gateway.away = True
    assert ask(tools, gateway) == 0
