"""Deadlines in working days of Iran."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import deadlines
from app.persian import TEHRAN, tehran_day

NONE: frozenset[date] = frozenset()
SATURDAY = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def test_thursday_and_friday_are_no_working_days() -> None:
    wednesday = SATURDAY + timedelta(days=4)
    due = deadlines.due_at(wednesday, 1, NONE)
    assert due.astimezone(TEHRAN).isoformat() == "2026-11-28T23:59:59+03:30"


def test_a_holiday_moves_the_deadline() -> None:
    holiday = frozenset({date(2026, 11, 22)})
    assert tehran_day(deadlines.due_at(SATURDAY, 1, holiday)) == date(2026, 11, 23)


def test_after_midnight_in_tehran_it_is_the_next_day_though_not_yet_in_utc() -> None:
    late = datetime(2026, 11, 21, 20, 31, tzinfo=UTC)
    assert tehran_day(deadlines.due_at(late, 1, NONE)) == date(2026, 11, 23)


def test_history_before_1401_had_summer_time() -> None:
    summer = datetime(2021, 7, 1, 19, 45, tzinfo=UTC)
    assert tehran_day(summer) == date(2021, 7, 2)
    assert tehran_day(summer.replace(year=2023)) == date(2023, 7, 1)


@given(
    st.integers(0, 6 * 365 * 24 * 60),
    st.integers(0, 30),
)
def test_more_days_are_never_earlier_and_end_on_a_working_day(minutes: int, days: int) -> None:
    start = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    due = deadlines.due_at(start, days + 1, NONE)
    assert due > start
    assert due > deadlines.due_at(start, days, NONE)
    assert deadlines.is_working(tehran_day(due), NONE)


def test_a_table_that_closes_everything_is_reported_not_looped_over() -> None:
    closed = frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(700))
    with pytest.raises(ValueError, match="holidays"):
        deadlines.next_working_day(date(2026, 11, 22), closed)
