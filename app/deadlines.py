"""Deadlines in Iranian working days: Thursday and Friday off, official holidays off."""

from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from app.persian import TEHRAN, tehran_day

WEEKEND = frozenset({3, 4})  # Thursday, Friday as date.weekday() counts
LONGEST_CLOSURE_DAYS = 60


def is_working(day: date, holidays: AbstractSet[date]) -> bool:
    return day.weekday() not in WEEKEND and day not in holidays


def next_working_day(day: date, holidays: AbstractSet[date]) -> date:
    """The first working day after `day`; raises ValueError if none within two months."""
    for ahead in range(1, LONGEST_CLOSURE_DAYS):
        candidate = day + timedelta(days=ahead)
        if is_working(candidate, holidays):
            return candidate
    raise ValueError("no working day within two months: is the holidays table right?")


def working_days(after: date, until: date, holidays: AbstractSet[date]) -> int:
    """How many working days lie after the one day, the other one counted."""
    span = (until - after).days
    return sum(is_working(after + timedelta(days=n), holidays) for n in range(1, span + 1))


def due_at(start: datetime, working_days: int, holidays: AbstractSet[date]) -> datetime:
    """The end (23:59:59 in Tehran, as UTC) of the n-th working day after the day of `start`."""
    return _end(tehran_day(start), working_days, frozenset(holidays))


@lru_cache(1024)  # a day's letters have few deadlines
def _end(day: date, working_days: int, holidays: frozenset[date]) -> datetime:
    for _ in range(working_days):
        day = next_working_day(day, holidays)
    return datetime.combine(day, time(23, 59, 59), tzinfo=TEHRAN).astimezone(UTC)
