"""One spelling per word, and the way back to the letter."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from routing.text import MARKS, fold, split, words

# Persian letters with everything that citizens put between them, and whatever else a str can hold.
PERSIAN = st.text(alphabet="اآأبپتجچحخدرسشصضطعغفقکكگلمنوهةیيى ‌ًّـ۰۱٢3.،؟!\n«»وام")
ANY = st.text(alphabet=st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("written", "spelled"),
    [
        ("وامـــم", "وامم"),
        ("واممممم", "وام"),
        ("يارانه كالابرگ", "یارانه کالابرگ"),
        ("خانهٔ مسئول", "خانه مسیول"),
        ("آزادۀ أمید", "ازاده امید"),
        ("بانک مِلّی", "بانک ملی"),
        ("۱۲۳ ٤٥٦", "123 456"),
        ("ﻭﺍﻡ", "وام"),
        ("می‌خواهم نمی خواهم", "میخواهم نمیخواهم"),
        ("وام‌هایی", "وام"),
        ("قرض‌الحسنه", "قرض الحسنه"),
        ("VAM Bank", "vam bank"),
    ],
)
def test_each_word_has_one_spelling(written, spelled):
    assert " ".join(words(written)) == spelled


def test_a_clause_ends_at_a_comma_and_a_sentence_at_a_stop():
    assert [part.word for part in split("وام، نه. یارانه\nآب")] == [
        "وام", ",", "نه", ".", "یارانه", ".", "اب",
    ]  # fmt: skip


def test_a_word_written_with_marks_points_at_all_of_its_letters():
    letter = "آن بانک مِلّــی است"
    part = split(letter)[2]
    assert letter[part.start : part.end] == "مِلّــی"


def test_one_character_that_is_several_letters_keeps_the_place_of_the_words_after_it():
    letter = "ﷲ وام"
    part = split(letter)[-1]
    assert letter[part.start : part.end] == "وام"


@pytest.mark.parametrize(
    ("heard", "meant"),
    [("درخاست", "درخواست"), ("تقازا", "تقاضا"), ("حثاب", "حساب"), ("بهزیسطی", "بهزیستی")],
)
def test_words_that_sound_alike_fold_alike(heard, meant):
    assert fold(heard) == fold(meant)


@given(st.one_of(PERSIAN, ANY))
@example("3.هآ")  # an ending is joined to a word, never across a mark
def test_spelling_a_spelled_text_again_changes_nothing(text):
    spelled = [part.word for part in split(text)]
    assert [part.word for part in split(" ".join(spelled))] == spelled


@given(st.one_of(PERSIAN, ANY))
def test_every_word_points_into_the_original_and_words_do_not_overlap(text):
    end = 0
    for part in split(text):
        assert end <= part.start < part.end <= len(text)
        end = part.end


@given(st.one_of(PERSIAN, ANY))
def test_a_word_is_spelled_from_the_letters_it_points_at(text):
    for part in split(text):
        if part.word not in MARKS:
            assert "".join(words(text[part.start : part.end])) == part.word


def test_a_megabyte_of_anything_is_split():
    assert len(words("وام😀\x00\ud800" * 200_000)) > 0
