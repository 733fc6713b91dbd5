import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms.phone import BadPhone, Phone

SPELLINGS = [
    "09121234567",
    "9121234567",
    "+989121234567",
    "00989121234567",
    "989121234567",
    "+9809121234567",
    "۰۹۱۲۱۲۳۴۵۶۷",
    "٠٩١٢١٢٣٤٥٦٧",
    "０９１２１２３４５６７",
    "+98 912 123 4567",
    "0912-123-4567",
    "0912–123–4567",
    "(0912) 123 45 67",
    "+98 (0)912 123 4567",
    "0098.912.123.4567",
    "\u202a+989121234567\u202c",
    " 0912\u200c123\u00a04567\n",
]
NOT_MOBILE = [
    "",
    "سلام",
    "02188776655",
    "+442079460000",
    "0912123456",
    "091212345678",
    "0912123456a",
    "09121234567، 09121234568",
    "09121234567\n09121234568",
    "+1 912 123 4567",
    "0" * 5000,
    "ﷺ" * 60,
]


@pytest.mark.parametrize("raw", SPELLINGS)
def test_every_usual_spelling_is_one_phone(raw: str) -> None:
    phone = Phone.parse(raw)
    assert (phone.e164, phone.local, phone.last4) == ("+989121234567", "09121234567", "4567")


@pytest.mark.parametrize("raw", NOT_MOBILE)
def test_everything_else_is_refused_without_repeating_it(raw: str) -> None:
    with pytest.raises(BadPhone) as refusal:
        Phone.parse(raw)
    assert str(refusal.value) == "not a mobile number of Iran"
    assert refusal.value.__context__ is None


def test_a_phone_never_shows_its_number() -> None:
    phone = Phone.parse("09121234567")
    assert not any(digit in f"{phone!r}{phone}{[phone]}" for digit in "0123456789")


mobiles = st.from_regex(r"9[0-9]{9}", fullmatch=True)
prefixes = st.sampled_from(["", "0", "98", "+98", "0098", "+98 (0)", "+98 "])
scripts = st.sampled_from(["0123456789", "۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩", "０１２３４５６７８９"])


@given(mobiles, prefixes, scripts, st.lists(st.sampled_from(" -.\u200c\u200f"), max_size=9))
def test_digits_script_and_separators_do_not_matter(
    number: str, prefix: str, script: str, noise: list[str]
) -> None:
    spread = "".join(
        digit + mark for digit, mark in zip(number, [*noise, *[""] * 10], strict=False)
    )
    written = (prefix + spread).translate(str.maketrans("0123456789", script))
    assert Phone.parse(written).e164 == f"+98{number}"


@given(mobiles, prefixes)
def test_phonenumbers_reads_the_same_number(number: str, prefix: str) -> None:
    oracle = phonenumbers.parse(prefix + number, "IR")
    e164 = phonenumbers.format_number(oracle, phonenumbers.PhoneNumberFormat.E164)
    assert Phone.parse(prefix + number).e164 == e164


@given(st.text(max_size=80))
def test_any_text_is_a_phone_or_a_refusal(text: str) -> None:
    try:
        phone = Phone.parse(text)
    except BadPhone:
        return
    assert Phone.parse(phone.local) == phone
    assert len(phone.local) == 11
