"""A pause moves the one deadline by working days, seldom and not far, and gives back the rest."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access import NotFound
from app.actions import answer, asking, outbox, pausing, refer
from app.actions.objection import Key
from app.actions.pausing import Pause
from app.actions.refer import Taken
from app.actors import Forbidden
from app.deadlines import due_at, working_days
from app.door import Invalid
from app.lifecycle import IllegalMove
from app.persian import TEHRAN, tehran_day
from app.tools import Tools
from tests import make
from tests.app import database
from tests.app.database import assert_healthy, kinds, letter, one
from tests.app.fakes import FakeGateway

MELLI = make.staff("bank-melli")
WORDS = "رونوشت سند ازدواج لازم است."


def held(tools: Tools) -> str:
    code = str(make.register(tools, citizen={"mobile": make.mobile(1234)})["tracking_code"])
    refer.claim(tools, MELLI, code)
    return code


def pause(tools: Tools, code: str, days: int | str = 3, **changes: str) -> None:
    wish = {"key": uuid4().hex, "cause": "document", "words": WORDS} | changes
    pausing.pause(tools, MELLI, code, Pause(days=str(days), **wish))


def why_refused(tools: Tools, code: str, days: int | str = 1, **changes: str) -> str:
    with pytest.raises(Invalid) as refused:
        pause(tools, code, days, **changes)
    return refused.value.faults[0].code


def later(tools: Tools, start: datetime, days: int) -> datetime:
    return due_at(start, days, tools.book.current().holidays)


def begun(tools: Tools, days_ago: int) -> None:
    """The pauses began so many days earlier."""
    back = "at = at - make_interval(days => :days), until = until - :days"
    database.force(tools, f"update notices set {back}", days=days_ago)


def test_the_deadline_moves_by_working_days_and_the_citizen_is_told(tools: Tools) -> None:
    code = held(tools)
    before = letter(tools, code).due_at
    pause(tools, code, 3)
    found = letter(tools, code)
    assert found.due_at == later(tools, before, 3)
    assert found.paused_days == 3
    gateway = FakeGateway()
    outbox.drain(tools, gateway, 1, 5)
    (sms,) = [one.text for one in gateway.asked_to_send if "متوقف" in one.text]
    assert code in sms
    assert WORDS not in sms
    assert_healthy(tools)


def test_the_same_form_sent_twice_pauses_once(tools: Tools) -> None:
    code = held(tools)
    for _ in range(2):
        pause(tools, code, 2, key="the-same-form")
    assert letter(tools, code).paused_days == 2


def test_twice_a_letter_and_never_two_at_a_time(tools: Tools) -> None:
    code = held(tools)
    pause(tools, code, 5)
    assert why_refused(tools, code) == "pause-running"
    begun(tools, 20)
    pause(tools, code, 5)
    begun(tools, 20)
    assert why_refused(tools, code) == "pause-twice"
    assert letter(tools, code).paused_days == pausing.MOST_DAYS
    assert_healthy(tools)


def test_neither_the_urgent_nor_the_late_rest(tools: Tools) -> None:
    code = held(tools)
    database.change(tools, "update correspondences set urgent = true")
    assert why_refused(tools, code) == "pause-urgent"
    database.change(
        tools, "update correspondences set urgent = false, due_at = now() - interval '1 minute'"
    )
    assert why_refused(tools, code) == "pause-late"


@pytest.mark.parametrize("days", ["0", "6", "-1", "", "۳", "1.5", "1" * 5000])
def test_one_to_five_days_at_once(tools: Tools, days: str) -> None:
    assert why_refused(tools, held(tools), days) == "pause-days"


def test_a_pause_has_a_cause_and_words(tools: Tools) -> None:
    code = held(tools)
    assert why_refused(tools, code, cause="holiday") == "pause-cause"
    assert why_refused(tools, code, words=" ") == "reason-empty"


def test_only_who_holds_the_letter_pauses_it(tools: Tools) -> None:
    code = held(tools)
    wish = Pause("a-form", "visit", "1", WORDS)
    with pytest.raises(Taken):
        pausing.pause(tools, make.staff("bank-melli", "two"), code, wish)
    with pytest.raises(NotFound):
        pausing.pause(tools, make.staff("welfare"), code, wish)
    with pytest.raises(Forbidden):
        pausing.pause(tools, make.TRIAGE, code, wish)
    free = str(make.register(tools)["tracking_code"])
    with pytest.raises(IllegalMove):
        pausing.pause(tools, MELLI, free, wish)


def test_an_answer_gives_back_what_was_not_used(tools: Tools) -> None:
    code = held(tools)
    before = letter(tools, code).due_at
    pause(tools, code, 5)
    answer.answer(tools, MELLI, code, "done", "پرداخت شد.")
    found = letter(tools, code)
    assert (found.due_at, found.paused_days) == (before, 0)
    assert "resumed" in kinds(tools, code)
    assert_healthy(tools)


def test_the_citizens_reply_ends_the_pause_after_the_days_it_took(tools: Tools) -> None:
    code = held(tools)
    asking.ask(tools, MELLI, code, asking.Question("a-form-key", "سند را دارید؟"))
    before = letter(tools, code).due_at
    pause(tools, code, 5)
    begun(tools, 4)
    question = one(tools, "select id from notices where kind = 'question'")
    asking.reply(tools, Key(code, "1234", 15), question, "بله")
    today = tehran_day(one(tools, "select clock_timestamp()"))
    holidays = tools.book.current().holidays
    used = working_days(today - timedelta(days=4), today, holidays)
    assert 0 < used < 5
    found = letter(tools, code)
    assert (found.paused_days, found.due_at) == (used, later(tools, before, used))
    assert_healthy(tools)


def test_a_pause_that_is_over_keeps_its_days(tools: Tools) -> None:
    code = held(tools)
    before = letter(tools, code).due_at
    pause(tools, code, 2)
    begun(tools, 20)
    answer.answer(tools, MELLI, code, "done", "پرداخت شد.")
    found = letter(tools, code)
    assert (found.paused_days, found.due_at) == (2, later(tools, before, 2))
    assert "resumed" not in kinds(tools, code)


def test_a_new_owner_keeps_the_days_that_were_paused(tools: Tools) -> None:
    code = held(tools)
    registered = letter(tools, code).registered_at
    pause(tools, code, 4)
    begun(tools, 20)
    refer.give_back(tools, MELLI, code, "نزد ما نیست")
    refer.refer(tools, make.TRIAGE, code, "bank-mellat", "مشتری آنجاست")
    assert letter(tools, code).due_at == later(tools, registered, 10 + 4)
    assert_healthy(tools)


def test_a_return_ends_the_pause(tools: Tools) -> None:
    code = held(tools)
    pause(tools, code, 4)
    refer.give_back(tools, MELLI, code, "نزد ما نیست")
    assert letter(tools, code).paused_days == 0
    refer.refer(tools, make.TRIAGE, code, "bank-melli", "نام بانک در نامه است")
    refer.claim(tools, MELLI, code)
    pause(tools, code, 1)
    begun(tools, 9)
    assert why_refused(tools, code) == "pause-twice"


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(1, 30))
def test_the_working_days_up_to_a_deadline_are_those_it_was_made_of(day: date, days: int) -> None:
    start = datetime(day.year, day.month, day.day, 12, tzinfo=TEHRAN)
    end = tehran_day(due_at(start, days, frozenset()))
    assert working_days(day, end, frozenset()) == days
