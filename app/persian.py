"""Persian at the edge of the system: digits, Jalali dates, money of words for pages."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from persiantools.jdatetime import JalaliDate, JalaliDateTime

TEHRAN = ZoneInfo("Asia/Tehran")
_TO_ASCII = {ord(c): str(i % 10) for i, c in enumerate("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩")}
_TYPED_DAY = re.compile(r"(1[34]\d\d)\s*[-/.٫ ]\s*(\d{1,2})\s*[-/.٫ ]\s*(\d{1,2})")
_SPANS = ((365, "سال"), (30, "ماه"), (1, "روز"))
_TO_PERSIAN = {ord(str(i)): c for i, c in enumerate("۰۱۲۳۴۵۶۷۸۹")}


def ascii_digits(text: str) -> str:
    """Persian and Arabic digits become ASCII; everything else stays."""
    return text.translate(_TO_ASCII)


def persian_digits(value: object) -> str:
    """ASCII digits become Persian; everything else stays."""
    return str(value).translate(_TO_PERSIAN)


def tehran_day(instant: datetime) -> date:
    """The calendar day in Tehran of an aware instant."""
    return instant.astimezone(TEHRAN).date()


def jalali_day(value: date | datetime) -> str:
    """«یکشنبه ۱ آذر ۱۴۰۵»; an instant is read in Tehran."""
    day = tehran_day(value) if isinstance(value, datetime) else value
    jalali = JalaliDate(day, locale="fa")
    weekday, month = jalali.strftime("%A"), jalali.strftime("%B")
    return persian_digits(f"{weekday} {jalali.day} {month} {jalali.year}")


def jalali_number(day: date) -> str:
    """«1405/09/01», with ASCII digits, as it is typed."""
    return str(JalaliDate(day).strftime("%Y/%m/%d"))


def parse_jalali_day(typed: str) -> date:
    """«۱۴۰۵/۸/۳۰», with any digits, strokes, points or blanks between; raises ValueError."""
    found = _TYPED_DAY.fullmatch(ascii_digits(typed).strip())
    if found is None:
        raise ValueError("not year, month, day")
    gregorian: date = JalaliDate(*map(int, found.groups())).to_gregorian()
    return gregorian


def jalali_short(instant: datetime) -> str:
    """«۱ آذر» in Tehran."""
    jalali = JalaliDate(tehran_day(instant), locale="fa")
    return persian_digits(f"{jalali.day} {jalali.strftime('%B')}")


def jalali_moment(instant: datetime) -> str:
    """«۱۴۰۵/۰۹/۰۱، ۱۶:۰۵» in Tehran."""
    local = JalaliDateTime(instant.astimezone(TEHRAN).replace(tzinfo=None))
    return persian_digits(local.strftime("%Y/%m/%d، %H:%M"))


def ago(instant: datetime, now: datetime) -> str:
    """«هم‌اکنون»، «۵ دقیقه پیش»، «دیروز»، «۳ روز پیش»، «۲ ماه پیش»; days are Tehran's."""
    minutes = int((now - instant).total_seconds()) // 60
    days = (tehran_day(now) - tehran_day(instant)).days
    if minutes < 1:
        return "هم‌اکنون"
    if minutes < 60:
        return f"{persian_digits(minutes)} دقیقه پیش"
    if days < 1:
        return f"{persian_digits(minutes // 60)} ساعت پیش"
    if days == 1:
        return "دیروز"
    count, unit = next((days // size, unit) for size, unit in _SPANS if days >= size)
    return f"{persian_digits(count)} {unit} پیش"


def spoken_code(code: str) -> str:
    """A tracking code in groups, as an operator reads it out: «۱۲۳۴ ۵۶۷۸ ۹۰۱۲ ۳۴»."""
    return persian_digits(" ".join(code[i : i + 4] for i in range(0, len(code), 4)))
