"""The SMS line: stopped once for everybody, nothing burnt, one probe at a time, opened again."""

import pytest

from app.actions import claims, outbox, recording, verdicts
from app.actions.reconcile import Patience, reconcile
from app.tools import Tools
from sms.gateway import Ambiguous, LineStopped, Outcome, Refused
from tests import make
from tests.app import database
from tests.app.database import assert_healthy, rows, together
from tests.app.fakes import FakeGateway

NO_CREDIT = LineStopped(418, "no credit")


def drain(tools: Tools, gateway: FakeGateway, connections: int = 1) -> int:
    return outbox.drain(tools, gateway, connections, 20)


def stopped(tools: Tools) -> bool:
    return bool(rows(tools, "select 1 from sms_lines where stopped_at is not null"))


def probe_is_due(tools: Tools) -> None:
    database.change(tools, "update sms_lines set probe_at = now()")


def events(tools: Tools) -> list[str]:
    told = "select kind from events where kind like 'line_%' order by id"
    return [row.kind for row in rows(tools, told)]


@pytest.fixture
def owing(tools: Tools) -> Tools:
    """Ten receipts are due."""
    for _ in range(10):
        make.register(tools, text=make.UNCLEAR)
    return tools


def test_the_line_stops_at_once_and_no_attempt_is_burnt(owing: Tools) -> None:
    gateway = FakeGateway(*[NO_CREDIT] * 50)
    drain(owing, gateway)
    assert len(gateway.asked_to_send) == 1
    assert stopped(owing)
    found = rows(owing, "select state, attempts, first_attempt_at from receipts")
    assert set(found) == {("pending", 0, None)}
    assert events(owing) == ["line_stopped"]
    assert_healthy(owing)


def test_while_it_is_stopped_nobody_claims(owing: Tools) -> None:
    gateway = FakeGateway(NO_CREDIT)
    drain(owing, gateway)
    assert claims.claim(owing, 100) == []
    assert drain(owing, gateway) == 0
    assert len(gateway.asked_to_send) == 1


def test_after_its_time_one_probe_goes_out_for_all_workers(owing: Tools) -> None:
    gateway = FakeGateway(*[NO_CREDIT] * 50)
    drain(owing, gateway)
    probe_is_due(owing)
    together(6, lambda _: drain(owing, gateway))
    assert len(gateway.asked_to_send) == 2
    assert stopped(owing)
    assert events(owing) == ["line_stopped"]


def test_a_probe_that_is_accepted_opens_the_line_and_the_rest_follows(tools: Tools) -> None:
    codes = [str(make.register(tools)["tracking_code"]) for _ in range(6)]
    gateway = FakeGateway(NO_CREDIT, NO_CREDIT)
    drain(tools, gateway)
    for _ in range(2):
        probe_is_due(tools)
        drain(tools, gateway)
    assert not stopped(tools)
    assert events(tools) == ["line_stopped", "line_opened"]
    sent = list(gateway.kept)
    assert len(sent) == 12
    for code in codes:
        owed = database.receipts(tools, code)
        assert sent.index(owed["registered"].local_id) < sent.index(owed["referred"].local_id)
    assert {row.attempts for row in rows(tools, "select attempts from receipts")} == {1}
    assert_healthy(tools)


@pytest.mark.parametrize("outcome", [Ambiguous("?"), Refused(411, "bad receptor")])
def test_a_probe_that_proves_nothing_leaves_the_line_stopped(
    owing: Tools, outcome: Outcome
) -> None:
    gateway = FakeGateway(NO_CREDIT, outcome)
    drain(owing, gateway)
    probe_is_due(owing)
    drain(owing, gateway)
    assert stopped(owing)
    assert len(gateway.asked_to_send) == 2


def test_what_was_in_the_air_before_the_stop_does_not_open_the_line(owing: Tools) -> None:
    """Two workers: one is told that the credit is gone, the other's message was still taken."""
    early, gateway = claims.claim(owing, 1)[0], FakeGateway(NO_CREDIT)
    drain(owing, gateway)
    accepted = gateway.accept(early.message)
    recording.record(owing, [verdicts.of(early.id, early.fence, 1, accepted)])
    assert stopped(owing)
    assert events(owing) == ["line_stopped"]


def test_an_old_message_that_is_found_accepted_does_not_open_the_line(owing: Tools) -> None:
    gateway = FakeGateway()
    for claimed in claims.claim(owing, 1):
        gateway.send(claimed.message)
    gateway.script.extend([NO_CREDIT] * 20)
    drain(owing, gateway)
    database.change(
        owing,
        "update receipts set lease_until = now() - interval '1 second' where state = 'sending'",
    )
    assert reconcile(owing, gateway, Patience()) == 1
    assert stopped(owing)
    before = len(gateway.asked_to_send)
    drain(owing, gateway)
    assert len(gateway.asked_to_send) == before


def test_an_ambiguous_probe_that_is_found_accepted_opens_the_line(owing: Tools) -> None:
    gateway = FakeGateway(NO_CREDIT)
    gateway.script.append(gateway.accept_and_hang)
    drain(owing, gateway)
    probe_is_due(owing)
    drain(owing, gateway)
    assert stopped(owing)
    database.change(owing, "update receipts set lease_until = now() where state = 'unknown'")
    reconcile(owing, gateway, Patience())
    assert not stopped(owing)


def test_a_line_without_credit_is_asked_once_however_many_connections_there_are(
    owing: Tools,
) -> None:
    gateway = FakeGateway(*[NO_CREDIT] * 50)
    drain(owing, gateway, connections=8)
    assert len(gateway.asked_to_send) == 1
    assert events(owing) == ["line_stopped"]


def test_connections_that_are_busy_when_the_line_stops_stop_too(owing: Tools) -> None:
    gateway = FakeGateway(FakeGateway().accept, *[NO_CREDIT] * 50)
    drain(owing, gateway, connections=4)
    assert len(gateway.asked_to_send) <= 1 + 4
    assert events(owing) == ["line_stopped"]
