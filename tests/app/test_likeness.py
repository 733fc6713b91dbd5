import pytest

from app.likeness import compare, gist_of
from routing.loading import default_rules
from tests import make

RULES = default_rules()


def alike(one: str, other: str) -> bool:
    return compare(gist_of(one, RULES), gist_of(other, RULES)).alike


@pytest.mark.parametrize(
    ("now", "before"),
    [
        ("وام ازدواجم چی شد؟ بانک ملی هنوز نوبت نداده", make.LOAN),
        ("پیگیری وام ازدواج", make.LOAN),
        ("دارو پسرم هنوز توی داروخانه‌ها نیست", make.MEDICINE),
        (make.LOAN, make.LOAN),
    ],
)
def test_a_citizen_who_asks_again_is_recognised(now: str, before: str) -> None:
    assert alike(now, before)
    assert alike(before, now)


@pytest.mark.parametrize(
    ("now", "before"),
    [
        (make.MEDICINE, make.LOAN),
        ("وام فرزندآوری بانک ملت برای بچهٔ دوم می‌خواهم، ضامن قبول نمی‌کنند", make.LOAN),
        ("سلام و عرض ادب، خواهشمندم رسیدگی کنید", "سلام و عرض ادب، لطفاً رسیدگی کنید"),
        ("", make.LOAN),
    ],
)
def test_another_matter_is_another_letter(now: str, before: str) -> None:
    assert not alike(now, before)


def test_what_both_say_is_shown_in_the_words_of_the_newer_one() -> None:
    found = compare(gist_of("وام ازدواجم در بانک ملی", RULES), gist_of(make.LOAN, RULES))
    assert "ازدواجم" in found.words
    assert found.things
