"""Which words are found, and which only look like it."""

import pytest

from routing.concepts import Concept, Meaning, together
from routing.lexicon import build
from routing.loading import default_rules


def concepts(text):
    lexicon = default_rules().lexicon
    written = lexicon.alphabet.write(text)
    hits, _ = lexicon.find(written)
    return {concept.id for _, _, concept in hits}


@pytest.mark.parametrize("word", ["میخوام", "دوام", "عوام", "قوام", "اقوام"])
def test_a_word_is_never_found_inside_another(word):
    assert "loan" not in concepts(word)


@pytest.mark.parametrize("word", ["وامم", "وامی", "وام‌ها", "وامهای", "واممون", "واممم", "vame"])
def test_a_word_is_found_with_its_endings(word):
    assert concepts(word) == {"loan"}


@pytest.mark.parametrize(
    "written", ["قرض الحسنه", "قرض‌الحسنه", "قرضالحسنه", "قرضل حسنه", "غرضالحسنه"]
)
def test_a_term_is_found_with_a_blank_a_half_space_or_nothing(written):
    assert concepts(written) == {"loan"}


@pytest.mark.parametrize(
    ("misspelled", "concept"),
    [
        ("بهزیسطی", "welfare_body"),
        ("بهزیسنی", "welfare_body"),
        ("کمیته امدام", "relief_body"),
        ("مشاقل خانگی", "home_business"),
        ("یرانه", "subsidy"),
        ("وام اشتقال", "business_loan"),
        ("بانک صادارت", "bank-saderat"),
        ("صنذوق کارآفرینی", "fund_body"),
        ("همسر شحید", "isargar"),
        ("ظامن", "guarantor"),
    ],
)
def test_a_misspelled_word_is_heard(misspelled, concept):
    assert concept in concepts(misspelled)


@pytest.mark.parametrize(
    ("looks_like", "not_this"),
    [
        ("بلوار شهید بهشتی", "isargar"),
        ("میدان جانبازان", "isargar"),
        ("خانم آزاده", "isargar"),
        ("کد ملی", "bank-melli"),
        ("پارک ملت", "bank-mellat"),
        ("فروشگاه رفاه", "bank-refah"),
        ("صادرات میوه به عراق", "bank-saderat"),
        ("تجارت الکترونیک", "bank-tejarat"),
        ("بنیاد مستضعفان", "martyrs_body"),
        ("بنیاد بیماری‌های خاص", "martyrs_body"),
        ("امداد خودرو", "relief_body"),
        ("کمیته انضباطی", "relief_body"),
        ("بانک خون", "bank"),
        ("شهرک تعاون", "cooperative"),
    ],
)
def test_a_trap_hides_what_it_looks_like(looks_like, not_this):
    assert not_this not in concepts(looks_like)


def test_a_term_does_not_reach_over_a_clause():
    assert "bank-melli" not in concepts("بانک، ملی")


def test_two_halves_of_a_term_are_one_within_a_clause_and_none_across_it():
    assert "bank_conduct" in concepts("حسابم را بدون دلیل مسدود کرده‌اند")
    assert "bank_conduct" not in concepts("حساب دارم. کوچه مسدود بود")


def test_a_term_written_apart_may_speak_of_two_concepts():
    lexicon = default_rules().lexicon
    hits, cues = lexicon.find(lexicon.alphabet.write("بچه هر شب کتک"))
    assert {"welfare_care", "danger"} <= {concept.id for _, _, concept in [*hits, *cues]}


@pytest.mark.parametrize(("between", "found"), [(7, True), (8, False)])
def test_between_the_halves_of_a_term_stand_seven_words_at_most(between, found):
    assert ("bank_conduct" in concepts(f"حساب {'آن ' * between}مسدود")) is found


def test_a_word_means_what_it_is_and_what_it_is_a_form_of():
    one, other = (
        Concept(name, name, "thing", None, (term,))
        for name, term in [("one", "نان"), ("two", "نانم")]
    )
    lexicon = build([one, other], {}, [], lambda _token: 0)
    hits, _ = lexicon.find(lexicon.alphabet.write("نانم"))
    assert [hit[2] for hit in hits] == [one, other]


@pytest.mark.parametrize("terms", [("نان", "نانم"), ("نان تازه", "نانم تازه")])
def test_a_concept_is_found_once_in_one_place(terms):
    lexicon = build([Concept("one", "one", "thing", None, terms)], {}, [], lambda _token: 0)
    hits, _ = lexicon.find(lexicon.alphabet.write("نانم تازه"))
    assert len(hits) == 1


def test_meanings_put_together_say_each_concept_once():
    one = Concept("one", "one", "thing", None, ())
    meaning = Meaning(topics=((0, one),), begins=1)
    assert together(meaning, Meaning(topics=((0, one),), ends=2)) == meaning._replace(ends=2)
