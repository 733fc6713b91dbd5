"""Persian at the edge."""

from datetime import UTC, date, datetime

import jdatetime
from hypothesis import given
from hypothesis import strategies as st

from app import persian


def test_digits_of_both_alphabets_become_ascii_and_back() -> None:
    assert persian.ascii_digits("۱۲۳٤٥٦ abc") == "123456 abc"
    assert persian.persian_digits(1405) == "۱۴۰۵"


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_jalali_days_agree_with_another_library(day: date) -> None:
    other = jdatetime.date.fromgregorian(date=day)
    shown = persian.ascii_digits(persian.jalali_day(day)).split()
    assert (int(shown[-3]), int(shown[-1])) == (other.day, other.year)


def test_a_moment_is_shown_in_tehran() -> None:
    moment = datetime(2026, 11, 21, 20, 35, tzinfo=UTC)
    assert persian.jalali_moment(moment) == "۱۴۰۵/۰۹/۰۱، ۰۰:۰۵"
    assert persian.jalali_day(moment) == "یکشنبه ۱ آذر ۱۴۰۵"


def test_a_code_is_read_out_in_groups() -> None:
    assert persian.spoken_code("12345678901234") == "۱۲۳۴ ۵۶۷۸ ۹۰۱۲ ۳۴"
