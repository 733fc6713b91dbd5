"""Codes that people read out over a bad line."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import codes
from app.persian import persian_digits

DIGITS = st.text("0123456789", min_size=9, max_size=9).filter(lambda d: len(set(d)) > 1)


def test_a_tracking_code_is_fourteen_digits_and_never_the_next_one() -> None:
    minted = [codes.mint_tracking_code() for _ in range(200)]
    assert len(set(minted)) == 200
    assert all(len(c) == 14 and c.isascii() and c.isdigit() and c[0] != "0" for c in minted)
    assert minted != sorted(minted)


def test_any_single_wrong_digit_of_a_tracking_code_is_noticed() -> None:
    for _ in range(50):
        code = codes.mint_tracking_code()
        for place in range(14):
            for wrong in set("0123456789") - {code[place]}:
                with pytest.raises(codes.BadTrackingCode):
                    codes.parse_tracking_code(code[:place] + wrong + code[place + 1 :])


def test_two_neighbouring_digits_swapped_are_noticed() -> None:
    for _ in range(50):
        code = codes.mint_tracking_code()
        for place in range(13):
            swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
            if swapped != code:
                with pytest.raises(codes.BadTrackingCode):
                    codes.parse_tracking_code(swapped)


def test_a_tracking_code_is_read_in_persian_digits_and_in_groups() -> None:
    code = codes.mint_tracking_code()
    spoken = f" {persian_digits(code[:4])} {code[4:8]}-{code[8:]}\u200c"
    assert codes.parse_tracking_code(spoken) == code


@given(st.text())
def test_no_text_makes_the_parsers_raise_anything_else(raw: str) -> None:
    for parse, refusal in (
        (codes.parse_tracking_code, codes.BadTrackingCode),
        (codes.parse_national_id, codes.BadNationalId),
    ):
        with suppress(refusal):
            parse(raw)


@given(DIGITS)
def test_a_national_id_with_its_check_digit_is_right_and_with_any_other_wrong(first: str) -> None:
    right = codes.national_id_check(first)
    for last in "0123456789":
        if last == right:
            assert codes.parse_national_id(first + last) == first + last
        else:
            with pytest.raises(codes.BadNationalId):
                codes.parse_national_id(first + last)


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("0013542419", "0013542419"),
        ("13542419", "0013542419"),
        ("۰۰۱۳۵۴۲۴۱۹", "0013542419"),
        ("٠٠١٣٥٤٢٤١٩", "0013542419"),
        ("001-354241-9", "0013542419"),
    ],
)
def test_national_ids_are_read_as_people_write_them(raw: str, read: str) -> None:
    assert codes.parse_national_id(raw) == read


@pytest.mark.parametrize("raw", ["", "1234567", "1111111111", "12345678901", "00135424\x0019", "²"])
def test_what_is_no_national_id_is_refused(raw: str) -> None:
    with pytest.raises(codes.BadNationalId):
        codes.parse_national_id(raw)


def test_local_ids_fit_the_provider_and_never_repeat() -> None:
    minted = {codes.mint_local_id() for _ in range(1000)}
    assert len(minted) == 1000
    assert all(10**14 <= n < 2**53 for n in minted)
