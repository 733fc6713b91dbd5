"""How long ago, in words: by days in Tehran, not by twenty-four hours."""

from datetime import UTC, datetime, timedelta

import pytest

from app.persian import ago

NOON = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)  # in Tehran


@pytest.mark.parametrize(
    ("earlier", "words"),
    [
        (timedelta(seconds=59), "هم‌اکنون"),
        (timedelta(seconds=-5), "هم‌اکنون"),
        (timedelta(minutes=5), "۵ دقیقه پیش"),
        (timedelta(hours=3), "۳ ساعت پیش"),
        (timedelta(hours=11, minutes=59), "۱۱ ساعت پیش"),
        (timedelta(hours=12, minutes=1), "دیروز"),
        (timedelta(days=3), "۳ روز پیش"),
        (timedelta(days=65), "۲ ماه پیش"),
        (timedelta(days=800), "۲ سال پیش"),
    ],
)
def test_how_long_ago_is_said_in_the_largest_unit(earlier: timedelta, words: str) -> None:
    assert ago(NOON - earlier, NOON) == words
