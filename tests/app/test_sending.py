"""How fast, when and by whom receipts are sent: quiet hours, rate, arrays, a second provider."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.actions import claims, outbox, recording, verdicts
from app.actions.reconcile import Patience, reconcile
from app.sending import QuietHours, Sending
from app.tools import Tools
from sms.gateway import (
    Accepted,
    Ambiguous,
    LineStopped,
    Message,
    NotSent,
    Outcome,
    Refused,
    Singly,
)
from tests import make
from tests.app import database
from tests.app.database import assert_healthy, one, rows, together
from tests.app.fakes import FakeGateway

TEHRAN = ZoneInfo("Asia/Tehran")
NIGHT = QuietHours(21, 8)
NO_CREDIT = LineStopped(418, "no credit")


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 22, hour, minute, tzinfo=TEHRAN)


def sent_by(tools: Tools, **settings: Any) -> Tools:
    return replace(tools, sending=Sending(**settings))


def owe(tools: Tools, number: int) -> None:
    """So many receipts are due."""
    for _ in range(number):
        make.register(tools, text=make.UNCLEAR)


def second(*script: Any) -> FakeGateway:
    return FakeGateway(*script, name="faraz", remembers=False)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (at(20, 59), None),
        (at(21), at(8) + timedelta(days=1)),
        (at(23, 59), at(8) + timedelta(days=1)),
        (at(0), at(8)),
        (at(7, 59), at(8)),
        (at(8), None),
        (at(12), None),
    ],
)
def test_the_night_ends_in_the_morning(now: datetime, until: datetime | None) -> None:
    assert NIGHT.until(now) == until


@given(st.integers(0, 23), st.integers(0, 23), st.datetimes(timezones=st.just(TEHRAN)))
def test_quiet_hours_end_at_their_hour_within_a_day(start: int, end: int, now: datetime) -> None:
    if start != end:
        until = QuietHours(start, end).until(now)
        assert until is None or (until.hour == end and timedelta(0) < until - now <= timedelta(1))


def test_nobody_is_woken(tools: Tools) -> None:
    owe(tools, 2)
    now = one(tools, "select clock_timestamp()").astimezone(TEHRAN)
    here = QuietHours(now.hour, (now.hour + 2) % 24)
    gateway = FakeGateway()
    assert outbox.drain(sent_by(tools, quiet=here), gateway, 1, 5) == 0
    assert one(tools, "select quiet_until > now() from sms_lines")
    elsewhen = QuietHours((now.hour + 3) % 24, (now.hour + 5) % 24)
    assert outbox.drain(sent_by(tools, quiet=elsewhen), gateway, 1, 5) == 2


def test_what_could_be_spoken_in_the_night_is_not_claimed_in_the_evening(tools: Tools) -> None:
    owe(tools, 1)
    now = one(tools, "select clock_timestamp()").astimezone(TEHRAN)
    soon = QuietHours((now.hour + 1) % 24, (now.hour + 3) % 24)
    to_the_hour = 3600 - now.minute * 60 - now.second
    assert claims.claim(sent_by(tools, quiet=soon, lease_seconds=to_the_hour + 30), 10) == []


def test_all_workers_together_keep_the_rate(tools: Tools) -> None:
    owe(tools, 40)
    slow = sent_by(tools, rate=20.0)
    batches = together(4, lambda _: claims.claim(slow, 100))
    assert sum(len(batch) for batch in batches if isinstance(batch, list)) == 20
    database.change(tools, "update sms_lines set free_at = now() + interval '500 milliseconds'")
    assert 8 <= len(claims.claim(slow, 100)) <= 12


def test_what_the_rate_leaves_unused_is_not_lost(tools: Tools) -> None:
    slow = sent_by(tools, rate=20.0)
    assert claims.claim(slow, 100) == []
    owe(tools, 20)
    assert len(claims.claim(slow, 100)) == 20


def test_a_backlog_goes_in_calls_for_many(tools: Tools) -> None:
    owe(tools, 7)
    calls: list[int] = []

    class Many(FakeGateway):
        def send_many(self, messages: Any) -> list[Outcome | Singly]:
            calls.append(len(messages))
            return [self.accept(message) for message in messages]

    gateway = Many()
    outbox.drain(sent_by(tools, array_from=5), gateway, 1, 5)
    assert (calls, len(gateway.asked_to_send)) == ([6], 1)
    owe(tools, 4)
    outbox.drain(sent_by(tools, array_from=5), gateway, 1, 5)
    assert (calls, len(gateway.asked_to_send)) == ([6], 5)
    assert len(gateway.kept) == 11
    assert_healthy(tools)


def test_what_can_not_go_with_others_goes_alone(tools: Tools) -> None:
    owe(tools, 6)

    class Picky(FakeGateway):
        def send_many(self, messages: Any) -> list[Outcome | Singly]:
            return [Singly(411, "one receptor is wrong") for _ in messages]

    gateway = Picky(Refused(411, "bad receptor"))
    outbox.drain(sent_by(tools, array_from=5), gateway, 2, 5)
    found = [row.state for row in rows(tools, "select state from receipts order by state")]
    assert found == ["accepted"] * 5 + ["rejected"]
    assert len(gateway.asked_to_send) == 6


@pytest.mark.alters_schema
def test_a_stage_of_newer_code_is_left_alone(tools: Tools) -> None:
    owe(tools, 1)
    database.change(
        tools,
        "alter table receipts drop constraint ck_receipts_stage",
        "update receipts set stage = 'reminded'",
    )
    try:
        assert claims.claim(tools, 10) == []
        assert rows(tools, "select state, attempts from receipts") == [("pending", 0)]
    finally:
        database.change(
            tools,
            "update receipts set stage = 'registered'",
            "alter table receipts add constraint ck_receipts_stage "
            "check (stage in ('registered', 'referred', 'answered', 'noted'))",
        )


def stopped_since(tools: Tools, minutes: int) -> None:
    database.change(
        tools,
        "insert into sms_lines (provider, province, stopped_at, reason, probe_at) values "
        "('kavenegar', 'kermanshah', now() - make_interval(mins => :minutes), '418', 'infinity')",
        minutes=minutes,
    )


def test_the_second_provider_waits_until_the_first_has_failed(tools: Tools) -> None:
    owe(tools, 3)
    other = second()
    assert outbox.drain(tools, other, 1, 5) == 0
    stopped_since(tools, 4)
    assert outbox.drain(tools, other, 1, 5) == 0
    database.change(tools, "update sms_lines set stopped_at = now() - interval '6 minutes'")
    assert outbox.drain(tools, other, 1, 5) == 3
    assert set(rows(tools, "select state, provider from receipts")) == {("accepted", "faraz")}
    assert_healthy(tools)


def test_what_the_first_surely_never_had_goes_to_the_second_after_two_tries(tools: Tools) -> None:
    owe(tools, 1)
    first, other = FakeGateway(*[NotSent("refused")] * 2), second()
    for _ in range(2):
        assert outbox.drain(tools, other, 1, 5) == 0
        database.change(tools, "update receipts set not_before = now()")
        outbox.drain(tools, first, 1, 5)
    database.change(tools, "update receipts set not_before = now()")
    assert outbox.drain(tools, other, 1, 5) == 1
    assert (len(first.kept), len(other.kept)) == (0, 1)


def test_what_the_first_may_have_had_never_goes_to_the_second(tools: Tools) -> None:
    owe(tools, 1)
    first, other = FakeGateway(Ambiguous("no answer")), second()
    outbox.drain(tools, first, 1, 5)
    database.change(
        tools,
        "update receipts set lease_until = now(), look_ups = 2, "
        "first_attempt_at = now() - interval '10 minutes', "
        "last_attempt_at = now() - interval '10 minutes'",
    )
    reconcile(tools, first, Patience())
    assert rows(tools, "select state from receipts") == [("pending",)]
    stopped_since(tools, 60)
    assert outbox.drain(tools, other, 1, 5) == 0
    assert other.asked_to_send == []


def test_a_doubt_about_the_second_is_for_a_person_at_once(tools: Tools) -> None:
    owe(tools, 1)
    stopped_since(tools, 60)
    first, other = FakeGateway(), second(Ambiguous("no answer"))
    outbox.drain(tools, other, 1, 5)
    database.change(tools, "update receipts set lease_until = now()")
    assert reconcile(tools, first, Patience()) == 0
    assert reconcile(tools, other, Patience()) == 1
    assert rows(tools, "select state, provider from receipts") == [("held", "faraz")]


def test_each_line_is_stopped_by_itself(tools: Tools) -> None:
    owe(tools, 2)
    stopped_since(tools, 60)
    outbox.drain(tools, second(NO_CREDIT), 1, 5)
    stopped = rows(tools, "select provider from sms_lines where stopped_at is not null")
    assert {row.provider for row in stopped} == {"kavenegar", "faraz"}
    database.change(tools, "update sms_lines set probe_at = now() where provider = 'kavenegar'")
    assert outbox.drain(tools, FakeGateway(), 1, 5) == 2


def test_two_providers_may_use_the_same_message_id(tools: Tools) -> None:
    owe(tools, 2)
    same = Accepted(5, 1, None)
    outbox.drain(tools, FakeGateway(same, NotSent("refused")), 1, 5)
    stopped_since(tools, 60)
    database.change(tools, "update receipts set not_before = now() where state = 'pending'")
    outbox.drain(tools, second(same), 1, 5)
    assert {row.state for row in rows(tools, "select state from receipts")} == {"accepted"}


def test_a_late_word_of_the_first_can_not_overrule_the_second(tools: Tools) -> None:
    """A worker slept while the line stopped and the second provider took over its receipt."""
    owe(tools, 1)
    sleeping = claims.claim(tools, 1)[0]
    database.change(tools, "update receipts set state = 'pending', first_attempt_at = null")
    stopped_since(tools, 60)
    outbox.drain(tools, second(), 1, 5)
    accepted: Outcome = FakeGateway().accept(Message("09090001000", "x", 1))
    recording.record(tools, [verdicts.of(sleeping.id, sleeping.fence, 1, accepted)])
    assert rows(tools, "select provider from receipts") == [("faraz",)]
