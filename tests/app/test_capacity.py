"""The telephone line's day: never over its cap, and no caller lost."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from app.actions import capacity, intake, registration
from app.actions.capacity import NoRoom
from app.actions.intake import Answer, Request
from app.door import parse
from app.line import Day
from app.queries import capacity as reading
from app.tools import Tools
from tests import make
from tests.app import database
from tests.app.conftest import Line
from tests.app.database import assert_healthy, one, rows, together


def call(tools: Tools, key: str | None = None) -> Answer:
    wish = Request(make.OPERATOR, key or make.national_id(), make.payload(channel="call"))
    return intake.register(tools, wish)


def day_of(tools: Tools, day: date) -> tuple[int, int, int, int]:
    found = rows(tools, "select cap, used, held, promised from call_days where day = :d", d=day)
    return tuple(found[0]) if found else (0, 0, 0, 0)


def due_days(tools: Tools) -> list[date]:
    return [row.due_on for row in rows(tools, "select due_on from callbacks order by created_at")]


def test_sixty_calls_at_once_on_a_line_of_twenty(line: Line) -> None:
    tools = line(20)
    answers = together(60, lambda _: call(tools))
    assert [a for a in answers if not isinstance(a, Answer)] == []
    assert Counter(a.status for a in answers if isinstance(a, Answer)) == {201: 20, 202: 40}
    assert day_of(tools, database.today(tools)) == (20, 20, 0, 0)
    assert one(tools, "select count(*) from correspondences where channel = 'call'") == 20
    promised = Counter(due_days(tools))
    assert sum(promised.values()) == 40
    assert {promised[d] for d in sorted(promised)[:-1]} == {6}  # 30 % of each day
    assert_healthy(tools)


def test_a_promised_day_is_a_working_day_to_come_and_the_answer_names_it(
    line: Line,
) -> None:
    tools = line(1)
    call(tools)
    answer = call(tools)
    due_on = date.fromisoformat(answer.body["callback"]["due_on"])
    assert [due_on] == due_days(tools)
    holidays = {row.day for row in rows(tools, "select day from holidays")}
    assert due_on > database.today(tools)
    assert due_on.weekday() not in (3, 4)
    assert due_on not in holidays
    expected = {"day": database.today(tools).isoformat(), "cap": 1, "used": 1}
    assert answer.body["capacity"] == expected | {"remaining": 0, "callbacks": 1}


def test_a_call_over_the_cap_is_promised_once_for_one_key(line: Line) -> None:
    tools = line(1)
    call(tools)
    payload = make.payload(channel="call")
    wish = Request(make.OPERATOR, "a-key-1", payload)
    answers = together(8, lambda _: intake.register(tools, wish))
    assert len({str(a.body["callback"]) for a in answers if isinstance(a, Answer)}) == 1
    assert database.count(tools, "callbacks") == 1
    assert_healthy(tools)


def test_letters_take_no_slot(line: Line) -> None:
    tools = line(1)
    for channel in ("letter", "electronic", "letter"):
        make.register(tools, channel=channel)
    assert database.count(tools, "call_days") == 0
    assert call(tools).status == 201


def test_a_repeated_call_takes_one_slot(line: Line) -> None:
    tools = line(5)
    wish = Request(make.OPERATOR, "a-key-1", make.payload(channel="call"))
    together(8, lambda _: intake.register(tools, wish))
    assert day_of(tools, database.today(tools)) == (5, 1, 0, 0)


def test_slots_held_for_call_backs_are_not_for_new_calls(line: Line) -> None:
    tools = line(10)
    for _ in range(13):
        call(tools)
    promised = due_days(tools)
    assert len(set(promised)) == 1
    database.days_pass(tools, (promised[0] - database.today(tools)).days)
    answers = together(20, lambda _: call(tools))
    assert Counter(a.status for a in answers if isinstance(a, Answer)) == {201: 7, 202: 13}
    assert day_of(tools, database.today(tools)) == (10, 7, 3, 3)
    assert_healthy(tools)


def test_a_day_gives_call_backs_its_share_and_at_least_one_slot(line: Line) -> None:
    tools = line(2, callback_share=0.3)
    for _ in range(5):
        call(tools)
    assert list(Counter(due_days(tools)).values()) == [1, 1, 1]


def test_a_cap_never_falls_below_what_is_used_and_held(line: Line) -> None:
    tools = line(5)
    for _ in range(3):
        call(tools)
    today = database.today(tools)
    changed = capacity.change_cap(tools, today, 1)
    assert (changed["cap"], changed["used"], changed["remaining"]) == (3, 3, 0)
    assert call(tools).status == 202
    told = rows(tools, "select data from events where kind = 'cap_changed'")[0].data
    assert told == {"day": today.isoformat(), "asked": 1, "cap": 3}
    promised = due_days(tools)[0]
    assert capacity.change_cap(tools, promised, 0)["cap"] == 1
    assert day_of(tools, promised) == (1, 0, 1, 1)
    assert_healthy(tools)


def test_a_raised_cap_takes_calls_at_once(line: Line) -> None:
    tools = line(1)
    call(tools)
    capacity.change_cap(tools, database.today(tools), 2)
    assert [call(tools).status for _ in range(2)] == [201, 202]


def test_caps_changed_while_calls_come_in_are_never_exceeded(line: Line) -> None:
    tools = line(20)
    today = database.today(tools)

    def work(number: int) -> object:
        if number % 4:
            return call(tools)
        return capacity.change_cap(tools, today, number)

    outcomes = together(40, work)
    assert [o for o in outcomes if isinstance(o, Exception)] == []
    assert_healthy(tools)


def test_a_closed_line_says_that_there_is_no_room(line: Line) -> None:
    tools = line(0)
    with pytest.raises(NoRoom):
        call(tools)
    assert database.count(tools, "citizens") == 0


def test_an_administrator_opens_one_day_of_a_closed_line(line: Line) -> None:
    tools = line(0)
    capacity.change_cap(tools, database.today(tools), 1)
    assert call(tools).status == 201


def test_a_new_day_shows_its_full_cap(tools: Tools) -> None:
    tomorrow = Day(tools.province, database.today(tools) + timedelta(days=1), tools.line)
    with tools.sessions() as session:
        found = reading.read(session, tomorrow)
    assert (found["cap"], found["used"], found["remaining"]) == (1000, 0, 1000)


@pytest.mark.parametrize(
    ("instant", "day"),
    [("2026-11-22T20:29:59", "2026-11-22"), ("2026-11-22T20:30:01", "2026-11-23")],
)
def test_the_day_in_tehran_decides(tools: Tools, instant: str, day: str) -> None:
    now = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    new = parse(make.payload(channel="call"), now)
    routed = registration.route(tools, new, tools.book.current())
    assert registration.compose(tools, routed, now).parameters["call_day"] == date.fromisoformat(
        day
    )
    call(tools)
    moved = "update correspondences set registered_at = :now, call_day = :day"
    database.change(tools, moved, now=now, day=date.fromisoformat(day))
    with pytest.raises(IntegrityError, match="call_day"):
        database.change(tools, moved, now=now, day=date.fromisoformat(day) + timedelta(days=1))
    with pytest.raises(IntegrityError, match="call_day"):
        database.change(tools, moved, now=now, day=date.fromisoformat(day) - timedelta(days=1))
