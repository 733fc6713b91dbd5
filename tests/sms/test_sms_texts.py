import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.persian import jalali_day
from sms import texts

CODE = "14050829371642"
AGENCIES = [
    "بانک ملی",
    "بانک ملت",
    "بانک تجارت",
    "بانک صادرات",
    "بانک رفاه",
    "کمیتهٔ امداد",
    "بهزیستی",
    "علوم پزشکی",
    "بنیاد شهید",
    "صندوق کارآفرینی امید",
    "تعاون، کار و رفاه",
    "ش" * 22,
]


def every_sentence(agency: str) -> list[str]:
    return [
        texts.registered(CODE),
        texts.referred(CODE, agency),
        texts.answered(CODE, agency),
        texts.asked(CODE, agency),
        texts.paused(CODE, "۳۱ اردیبهشت"),
    ]


@pytest.mark.parametrize("agency", AGENCIES)
def test_every_sentence_to_every_agency_is_one_segment(agency: str) -> None:
    for text in every_sentence(agency):
        assert texts.segments(text) == 1
        assert texts.units(text) <= 70


@pytest.mark.parametrize("agency", AGENCIES)
def test_the_code_stands_alone_on_its_line_in_ascii(agency: str) -> None:
    for text in every_sentence(agency):
        assert text.split("\n").count(CODE) == 1
        assert re.findall("[0-9]+", text) == [CODE]


@pytest.mark.parametrize("agency", AGENCIES)
def test_no_sentence_holds_a_link(agency: str) -> None:
    for text in every_sentence(agency):
        assert not re.search(r"[a-zA-Z/.]{2,}|://", text)


def test_a_noted_call_is_one_segment_signed_and_names_its_day_on_every_day() -> None:
    day = date(2026, 3, 21)
    while day < date(2060, 3, 21):
        words = jalali_day(day)
        text = texts.noted(words)
        assert texts.segments(text) == 1
        assert texts.units(text) <= 70
        assert text.split("\n") == ["تماستان یادداشت شد.", f"{words} زنگ می‌زنیم", texts.SIGNATURE]
        day += timedelta(days=1)


def test_a_noted_call_cannot_be_stretched_or_broken() -> None:
    assert texts.noted("شنبه\n ۱ آذر\u202e").split("\n")[1] == "شنبه ۱ آذر زنگ می‌زنیم"
    assert texts.noted("ش" * 38).endswith("زنگ می‌زنیم")
    with pytest.raises(texts.TooLong):
        texts.noted("ش" * 39)


def test_a_sentence_is_signed_where_it_fits() -> None:
    assert texts.registered(CODE).endswith("\nسامانهٔ ۱۱۱")
    assert texts.referred(CODE, "بانک ملی").endswith("\nسامانهٔ ۱۱۱")
    assert texts.referred(CODE, "صندوق کارآفرینی امید").endswith(CODE)


def test_the_second_receipt_names_the_holder() -> None:
    assert texts.referred(CODE, "بنیاد شهید").startswith("درخواست شما به بنیاد شهید رسید.")


def test_a_name_too_long_for_one_segment_is_refused() -> None:
    with pytest.raises(texts.TooLong):
        texts.referred(CODE, "ش" * 24)


@pytest.mark.parametrize(
    "code", ["", "1405", "۱۴۰۵۰۸۲۹۳۷۱۶۴۲", CODE + "\n", CODE + "1", "1405-082937164"]
)
def test_anything_but_a_tracking_code_is_refused(code: str) -> None:
    with pytest.raises(texts.BadCode):
        texts.registered(code)


def test_a_name_is_spelt_one_way_and_cannot_break_the_line() -> None:
    assert "بانک ملی" in texts.referred(CODE, "بانك\n ملي\u202e")
    assert "می‌هن" in texts.referred(CODE, "می‌هن")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 1),
        ("ش" * 70, 1),
        ("ش" * 71, 2),
        ("ش" * 134, 2),
        ("ش" * 135, 3),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("🙂" * 35, 1),
        ("🙂" * 36, 2),
        ("a" * 70 + "\u200c", 2),
        ("a" * 69 + "\u200c", 1),
    ],
)
def test_segments_at_their_bounds(text: str, expected: int) -> None:
    assert texts.segments(text) == expected


@given(st.text())
def test_any_text_has_units_and_segments(text: str) -> None:
    assert texts.units(text) >= len(text)
    assert texts.segments(text) >= 1
    assert texts.segments(text + "ش") >= texts.segments(text)


@given(st.text(max_size=60))
def test_any_agency_name_gives_one_segment_or_too_long(name: str) -> None:
    try:
        text = texts.referred(CODE, name)
    except texts.TooLong:
        return
    assert texts.segments(text) == 1
    assert text.split("\n")[2] == CODE
