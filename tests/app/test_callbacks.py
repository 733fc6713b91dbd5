"""The call-back list: a promised day for each, and the promise is kept or renewed."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.actions import callbacks, capacity, delivery, intake, outbox, owed
from app.actions.callbacks import NotWaiting
from app.actions.intake import Request
from app.actions.owed import Decision
from app.actors import Forbidden
from app.persian import jalali_day
from app.queries import callbacks as call_list
from app.queries import doctor
from app.tools import Tools
from sms import texts
from sms.gateway import Report
from tests import make
from tests.app import database
from tests.app.conftest import Line
from tests.app.database import assert_healthy, rows, together
from tests.app.fakes import FakeGateway
from tests.app.test_capacity import day_of

CAP = 10


@pytest.fixture
def full(line: Line) -> Tools:
    """A line whose day is full, with three call-backs promised for one day to come."""
    tools = line(CAP)
    for number in range(CAP + 3):
        payload = make.payload(channel="call", citizen={"last_name": f"شمارهٔ {number}"})
        intake.register(tools, Request(make.OPERATOR, f"the-call-{number}", payload))
    return tools


def listed(tools: Tools) -> list[Any]:
    return rows(tools, "select * from callbacks order by created_at")


def the_day_comes(tools: Tools) -> date:
    """The promised day is today."""
    today: date = database.today(tools)
    database.days_pass(tools, (listed(tools)[0].due_on - today).days)
    assert {row.due_on for row in listed(tools)} == {today}
    return today


def events(tools: Tools, kind: str) -> list[dict[str, Any]]:
    told = "select data from events where kind = :kind order by id"
    return [row.data for row in rows(tools, told, kind=kind)]


def test_each_citizen_hears_at_once_that_the_call_was_noted_and_when_we_ring(full: Tools) -> None:
    gateway = FakeGateway()
    outbox.drain(full, gateway, 4, 10)
    heard = {message.receptor: message.text for message in gateway.asked_to_send}
    words = jalali_day(listed(full)[0].due_on)
    noted = [text for text in heard.values() if words in text]
    assert len(noted) == 3
    assert {texts.segments(text) for text in noted} == {1}
    told = events(full, "receipt_accepted")
    callbacks_told = [event["callback"] for event in told if event["stage"] == "noted"]
    assert sorted(callbacks_told) == sorted(str(row.id) for row in listed(full))
    assert_healthy(full)


def test_a_call_repeated_with_the_same_key_is_noted_once(full: Tools) -> None:
    payload = make.payload(channel="call")
    for _ in range(3):
        assert intake.register(full, Request(make.OPERATOR, "once-more", payload)).status == 202
    assert len(listed(full)) == 4
    assert database.one(full, "select count(*) from receipts where stage = 'noted'") == 4


def test_a_note_that_was_not_delivered_is_owed_to_a_person(full: Tools) -> None:
    gateway = FakeGateway()
    outbox.drain(full, gateway, 4, 10)
    noted = rows(full, "select id, message_id from receipts where stage = 'noted'")[0]
    gateway.reports[noted.message_id] = Report(noted.message_id, 14)
    delivery.hint(full, noted.message_id)
    delivery.poll(full, gateway)
    owed.settle(full, make.OPERATOR, noted.id, Decision.TOLD)
    assert database.one(full, "select state from receipts where id = :id", id=noted.id) == "told"
    assert_healthy(full)


def test_before_their_day_nobody_is_offered(full: Tools) -> None:
    assert callbacks.offer(full) == 0
    assert {row.state for row in listed(full)} == {"waiting"}
    with pytest.raises(NotWaiting):
        callbacks.reached(full, make.OPERATOR, listed(full)[0].id)


def test_on_their_day_they_are_offered_the_oldest_first(full: Tools) -> None:
    today = the_day_comes(full)
    assert callbacks.offer(full) == 3
    assert callbacks.offer(full) == 0
    assert {row.state for row in listed(full)} == {"offered"}
    assert len(events(full, "callback_offered")) == 3
    with full.sessions() as session:
        due = call_list.due(session, full.vault, full.province, today)
    assert [w.contact.last_name for w in due] == ["شمارهٔ 10", "شمارهٔ 11", "شمارهٔ 12"]
    assert_healthy(full)


def test_a_citizen_who_is_reached_is_registered_in_the_slot_held(full: Tools) -> None:
    today = the_day_comes(full)
    callbacks.offer(full)
    first = listed(full)[0]
    body = callbacks.reached(full, make.OPERATOR, first.id)
    letter = database.letter(full, body["tracking_code"])
    assert (letter.channel, letter.source, letter.call_day) == ("call", "callback", today)
    assert (letter.text, letter.received_at) == (first.text, first.created_at)
    assert database.states(full, body["tracking_code"]) == {
        "registered": "pending",
        "referred": "pending",
    }
    assert database.kinds(full, body["tracking_code"]) == ["registered", "routed", "called_back"]
    done = listed(full)[0]
    assert (done.state, done.correspondence_id) == ("done", letter.id)
    assert day_of(full, today) == (CAP, 1, 2, 3)
    assert_healthy(full)


def test_two_operators_who_reach_the_same_citizen_register_one_call(full: Tools) -> None:
    the_day_comes(full)
    wanted = listed(full)[0].id
    outcomes = together(6, lambda _: callbacks.reached(full, make.OPERATOR, wanted))
    assert sum(isinstance(o, dict) for o in outcomes) == 1
    assert sum(isinstance(o, NotWaiting) for o in outcomes) == 5
    assert_healthy(full)


def test_a_registration_that_fails_leaves_the_call_back_waiting(full: Tools) -> None:
    """Letter, slot and list change together or not at all: here the slot is missing."""
    today = the_day_comes(full)
    database.change(full, "update call_days set held = 0 where day = :today", today=today)
    before = database.count(full, "correspondences")
    with pytest.raises(capacity.CapReached):
        callbacks.reached(full, make.OPERATOR, listed(full)[0].id)
    assert database.count(full, "correspondences") == before
    assert {row.state for row in listed(full)} == {"waiting"}


def test_who_is_not_reached_five_times_is_given_up_and_the_slot_is_free(full: Tools) -> None:
    today = the_day_comes(full)
    callbacks.offer(full)
    wanted = listed(full)[0].id
    assert [callbacks.not_reached(full, make.OPERATOR, wanted) for _ in range(5)] == [1, 2, 3, 4, 5]
    assert [row.state for row in listed(full)] == ["given_up", "offered", "offered"]
    assert day_of(full, today) == (CAP, 0, 2, 3)
    assert [e["tries"] for e in events(full, "callback_not_reached")] == [1, 2, 3, 4, 5]
    for act in (callbacks.not_reached, callbacks.reached):
        with pytest.raises(NotWaiting):
            act(full, make.OPERATOR, wanted)
    assert_healthy(full)


def test_who_was_not_reached_stands_behind_the_others(full: Tools) -> None:
    today = the_day_comes(full)
    callbacks.not_reached(full, make.OPERATOR, listed(full)[0].id)
    with full.sessions() as session:
        due = call_list.due(session, full.vault, full.province, today)
    assert [w.contact.last_name for w in due] == ["شمارهٔ 11", "شمارهٔ 12", "شمارهٔ 10"]


def test_a_day_gone_by_is_promised_anew_and_its_slots_are_given_back(full: Tools) -> None:
    today = the_day_comes(full)
    callbacks.offer(full)
    callbacks.not_reached(full, make.OPERATOR, listed(full)[0].id)
    database.days_pass(full, 1)
    assert callbacks.offer(full) == 3
    again = listed(full)
    assert {row.state for row in again} == {"waiting"}
    assert {row.due_on > today for row in again} == {True}
    assert [row.attempts for row in again] == [1, 0, 0]
    assert day_of(full, today - timedelta(days=1)) == (CAP, 0, 0, 3)
    assert day_of(full, again[0].due_on) == (CAP, 0, 3, 3)
    renewed = events(full, "callback_renewed")
    assert {e["due_on"] for e in renewed} == {again[0].due_on.isoformat()}
    assert_healthy(full)


def test_without_room_for_the_late_the_others_are_still_offered(full: Tools, line: Line) -> None:
    """A cap of nought in the settings stops neither today's call-backs nor the poller."""
    today = the_day_comes(full)
    database.change(
        full,
        "insert into call_days (province, day, cap, held, promised) "
        "values ('kermanshah', :gone, 1, 1, 1)",
        "update call_days set held = 2 where day = :today",
        "update callbacks set due_on = :gone "
        "where id = (select id from callbacks order by created_at limit 1)",
        gone=today - timedelta(days=9),
        today=today,
    )
    closed = line(0)
    assert callbacks.offer(closed) == 2
    assert [row.state for row in listed(full)] == ["waiting", "offered", "offered"]
    with full.sessions() as session:
        found = doctor.examine(session)
    assert (found["violations"], found["checks"]["call-back of a day gone by"]) == (1, 1)


def test_only_operators_call_back(full: Tools) -> None:
    the_day_comes(full)
    for act in (callbacks.reached, callbacks.not_reached):
        with pytest.raises(Forbidden):
            act(full, make.TRIAGE, listed(full)[0].id)


def test_an_unknown_call_back_is_not_waiting(tools: Tools) -> None:
    unknown: UUID = uuid4()
    with pytest.raises(NotWaiting):
        callbacks.reached(tools, make.OPERATOR, unknown)
