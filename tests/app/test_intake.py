"""A correspondence comes in once, with its owner, its deadline and its receipts."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.actions import intake
from app.actions.intake import Answer, KeyReused, Request
from app.actors import Actor, Forbidden, Role
from app.door import Fault, Invalid
from app.persian import persian_digits, tehran_day
from app.tools import Tools
from tests import make
from tests.app import database
from tests.app.conftest import Line
from tests.app.database import assert_healthy, count, letter, one, receipts, together
from tests.app.fakes import CountingBell

WRITTEN = ("citizens", "correspondences", "referrals", "events", "receipts", "idempotency_keys")


def ask(tools: Tools, key: str, payload: dict[str, Any]) -> Answer:
    return intake.register(tools, Request(make.OPERATOR, key, payload))


def written(tools: Tools) -> list[int]:
    return [count(tools, table) for table in WRITTEN]


def test_a_letter_is_in_the_database_before_anybody_is_told(line: Line) -> None:
    seen: list[int] = []
    looking = line(bell=CountingBell(lambda: seen.append(count(looking, "receipts"))))
    answer = ask(looking, "a-key-1", make.payload())
    assert (answer.status, seen) == (201, [2])


def test_a_referred_letter_has_owner_deadline_events_and_owes_both_receipts(tools: Tools) -> None:
    body = make.register(tools)
    found, owed = letter(tools, body["tracking_code"]), receipts(tools, body["tracking_code"])
    assert (found.status, found.owner_code) == ("referred", "bank-melli")
    assert body["agency"]["code"] == "bank-melli"
    assert body["due_at"] == found.due_at.isoformat()
    assert {stage: (row.state, row.waits) for stage, row in owed.items()} == {
        "registered": ("pending", False),
        "referred": ("pending", True),
    }
    assert database.kinds(tools, body["tracking_code"]) == ["registered", "routed"]
    stay = database.rows(tools, "select agency_code, due_at, ended_at from referrals")
    assert stay == [("bank-melli", found.due_at, None)]
    assert_healthy(tools)


def test_a_letter_for_triage_owes_only_the_first_receipt(tools: Tools) -> None:
    body = make.register(tools, text=make.UNCLEAR)
    assert (body["status"], body["agency"]["code"]) == ("triage", "triage")
    assert list(receipts(tools, body["tracking_code"])) == ["registered"]
    assert_healthy(tools)


def test_an_agency_that_is_not_there_leaves_the_letter_to_triage(tools: Tools) -> None:
    database.change(tools, "update agencies set active = false where code = 'bank-melli'")
    body = make.register(tools)
    assert (body["status"], body["agency"]["code"]) == ("triage", "triage")
    assert list(receipts(tools, body["tracking_code"])) == ["registered"]
    assert_healthy(tools)


def test_the_same_key_and_body_get_the_same_answer_and_nothing_is_written(tools: Tools) -> None:
    payload = make.payload()
    first, before = ask(tools, "a-key-1", payload), written(tools)
    again = ask(tools, "a-key-1", payload)
    assert (again.status, again.body) == (first.status, first.body)
    assert again.replayed
    assert written(tools) == before


def test_the_same_key_with_another_body_is_refused(tools: Tools) -> None:
    payload = make.payload()
    ask(tools, "a-key-1", payload)
    before = written(tools)
    with pytest.raises(KeyReused):
        ask(tools, "a-key-1", payload | {"county": "پاوه"})
    assert written(tools) == before


def test_a_key_belongs_to_the_one_who_sent_it(tools: Tools) -> None:
    payload = make.payload()
    colleague = Actor("user:another", Role.OPERATOR)
    first = ask(tools, "a-key-1", payload)
    second = intake.register(tools, Request(colleague, "a-key-1", payload))
    assert first.body["tracking_code"] != second.body["tracking_code"]


def test_forty_at_once_with_one_key_make_one_letter(tools: Tools) -> None:
    payload = make.payload()
    answers = together(40, lambda _: ask(tools, "a-key-1", payload))
    assert [a for a in answers if not isinstance(a, Answer)] == []
    assert len({a.body["tracking_code"] for a in answers if isinstance(a, Answer)}) == 1
    assert sum(not a.replayed for a in answers if isinstance(a, Answer)) == 1
    assert written(tools) == [1, 1, 1, 2, 2, 1]
    assert_healthy(tools)


def test_registering_needs_no_second_connection(line: Line) -> None:
    """Twelve at once over five connections, agencies not yet read: nobody waits for nobody."""
    narrow = line(database_pool=1)
    bodies = together(12, lambda _: make.register(narrow))
    assert [b for b in bodies if isinstance(b, Exception)] == []


def test_a_citizen_is_one_row_whatever_the_digits(tools: Tools) -> None:
    person = {"national_id": make.national_id(1), "mobile": make.mobile(1234)}
    for digits in (str, persian_digits):
        make.register(tools, citizen={name: digits(v) for name, v in person.items()})
    assert count(tools, "citizens") == 1
    assert one(tools, "select count(distinct mobile_index) from correspondences") == 1
    assert count(tools, "correspondences") == 2


WRONG: list[tuple[dict[str, Any], Fault]] = [
    ({"text": "سلام\x00"}, Fault("text", "bad-character")),
    ({"text": "سلام\ud800"}, Fault("text", "bad-character")),
    ({"text": "س" * 20_001}, Fault("text", "text-too-long")),
    ({"text": " \n "}, Fault("text", "text-empty")),
    ({"channel": "fax"}, Fault("channel", "unknown-channel")),
    ({"citizen": {"national_id": "1111111111"}}, Fault("citizen.national_id", "national-id")),
    ({"citizen": {"mobile": "08338220000"}}, Fault("citizen.mobile", "mobile")),
    ({"citizen": {"first_name": "مر\x00یم"}}, Fault("citizen.first_name", "bad-character")),
    ({"received_at": "2026-01-01T10:00:00"}, Fault("received_at", "received-at")),
    ({"received_at": "2126-01-01T10:00:00Z"}, Fault("received_at", "received-at")),
]


def test_a_wrong_field_is_named_and_nothing_is_written(tools: Tools) -> None:
    for changes, fault in WRONG:
        with pytest.raises(Invalid) as refused:
            make.register(tools, **changes)
        assert refused.value.faults == (fault,)
    assert written(tools) == [0] * len(WRITTEN)


def test_twenty_thousand_characters_are_taken(tools: Tools) -> None:
    body = make.register(tools, text="س" * 20_000)
    assert len(letter(tools, body["tracking_code"]).text) == 20_000


def test_a_half_character_in_a_field_that_nobody_reads_does_no_harm(tools: Tools) -> None:
    assert make.register(tools, note="\ud800")["status"] == "referred"


def test_only_operators_register(tools: Tools) -> None:
    for role in set(Role) - {Role.OPERATOR}:
        with pytest.raises(Forbidden):
            intake.register(tools, Request(Actor("user:x", role), "a-key-1", make.payload()))


def test_ten_working_days_are_counted_from_today_without_weekends_and_holidays(
    tools: Tools,
) -> None:
    today = database.today(tools)
    closed = {row.day for row in database.rows(tools, "select day from holidays")}
    closed.add(next(d for d in after(today) if d.weekday() not in (3, 4) and d not in closed))
    database.change(
        tools,
        "insert into holidays (day, province, name) values (:day, 'kermanshah', 'تعطیل')",
        day=max(closed - {row.day for row in database.rows(tools, "select day from holidays")}),
    )
    body = make.register(tools)
    due = datetime.fromisoformat(body["due_at"])
    working = [d for d in after(today) if d.weekday() not in (3, 4) and d not in closed]
    assert tehran_day(due) == working[9]
    assert (due + timedelta(seconds=1)).astimezone(UTC).strftime("%H:%M:%S") == "20:30:00"


def after(day: date) -> list[date]:
    return [day + timedelta(days=n) for n in range(1, 60)]


def test_an_answer_is_replayed_after_the_rules_have_changed(tools: Tools) -> None:
    """The first decision stands: a repeated request is never routed anew."""
    payload = make.payload()
    first = ask(tools, "a-key-1", payload)
    database.change(tools, "update agencies set active = false where code = 'bank-melli'")
    fresh = replace(tools)  # reads the agencies again
    assert ask(fresh, "a-key-1", payload).body == first.body
