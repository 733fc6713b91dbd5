"""What labelled letters taught: read from a table, added up, and never the last word of all."""

from dataclasses import replace
from importlib.resources import files
from math import exp

import pytest

from routing.decide import BY_EXPERIENCE, Letter, decide, weigh
from routing.experience import UNIT, Experience, stem, token_features
from routing.loading import default_rules
from routing.rules import Bars
from routing.sources import BadRules

TABLE = (
    "name\tbank\ttriage\twelfare\nbias\t0\t0\t0\nword قوچ\t9000\t0\t0\nsaid loan\t-500\t0\t500\n"
)


def test_the_weights_of_words_and_concepts_are_added_for_each_owner():
    experience = Experience.parse("experience.tsv", TABLE)
    shares = experience.shares([experience.of_token("قوچ‌ها")], (("said", ("loan", "unknown")),))
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["bank"] > 0.99
    assert experience.weight((("said", ("loan",)),), "welfare") == 500
    assert experience.weight((("said", ("loan",)),), "bank") == -500


@pytest.mark.parametrize("token", ["گوسفندهایم", "نمی‌خواهیم،", "قرض‌الحسنه", "bank", "…", ""])
def test_a_token_weighs_what_its_features_weigh_when_they_are_learnt(token):
    experience = default_rules().experience
    shares = experience.shares([experience.of_token(token)], ())
    scores = {
        owner: experience.weight((("bias", ("",)),), owner)
        + sum(
            value * experience.weight(((kind, (what,)),), owner)
            for kind, what, value in token_features(token)
        )
        for owner in experience.owners
    }
    whole = sum(exp(score / UNIT) for score in scores.values())
    assert shares == pytest.approx({o: exp(s / UNIT) / whole for o, s in scores.items()}, abs=0.001)


def test_a_letter_without_a_known_word_has_even_shares():
    experience = Experience.parse("experience.tsv", TABLE)
    assert list(experience.shares([], ()).values()) == pytest.approx([1 / 3] * 3)


@pytest.mark.parametrize(
    ("line", "table"),
    [
        (1, ""),
        (1, "word\tbank\ttriage\n"),
        (3, TABLE.replace("bias\t0\t0\t0", "bias\t0\t0\t0\nword نان\t1\t2")),
        (2, TABLE.replace("bias\t0\t0\t0", "bias\t0\tzero\t0")),
        (1, TABLE.replace("triage", "bakery")),
    ],
)
def test_a_wrong_table_is_refused_with_its_line(line, table):
    with pytest.raises(BadRules, match=rf"experience\.tsv:{line}:"):
        Experience.parse("experience.tsv", table)


@pytest.mark.parametrize(("one", "other"), [("گوسفندهایم", "گوسفند"), ("درخاست", "درخواست")])
def test_forms_and_misspellings_of_a_word_are_one_word_to_experience(one, other):
    assert stem(one) == stem(other)


def weighty(owner):
    """Rules whose experience believes in one owner, whatever the letter says."""
    owners = default_rules().experience.owners
    row = [20_000 if known == owner else 0 for known in owners]
    return replace(default_rules(), experience=Experience(owners, {"bias": row}))


def test_experience_that_agrees_lets_the_rules_refer():
    decision = decide(Letter("کالابرگم شارژ نشده"), weighty("labour-welfare"))
    assert (decision.agency, decision.rule, decision.confident) == ("labour-welfare", "R4", True)


def test_experience_that_is_very_sure_overrules_and_says_so():
    decision = decide(Letter("کالابرگم شارژ نشده"), weighty("welfare"))
    assert (decision.agency, decision.rule) == ("welfare", BY_EXPERIENCE)


def test_experience_that_is_not_sure_enough_leaves_it_to_a_person_with_a_suggestion():
    doubtful = replace(weighty("welfare"), bars=Bars(agree=0.5, overrule=1.1))
    decision = decide(Letter("کالابرگم شارژ نشده"), doubtful)
    assert (decision.agency, decision.suggestion) == ("triage", "welfare")


def test_a_final_case_decides_whatever_experience_says():
    assert decide(Letter("سلام"), weighty("welfare")).agency == "triage"


def test_the_agency_that_the_rules_name_is_suggested_if_it_is_nearly_as_likely():
    letter = Letter("کمک می‌خواهم", covered_by="relief-committee")
    assert decide(letter, default_rules()).suggestion == "relief-committee"


@pytest.mark.parametrize(
    "text",
    [
        "می‌خوام خودمو راحت کنم، دیگه نمی‌خوام زنده باشم",
        "اگر رسیدگی نکنید خودم را از ساختمان پرت می‌کنم",
    ],
)
def test_who_speaks_of_ending_their_life_is_seen_first_by_a_person(text):
    decision = decide(Letter(text), default_rules())
    assert (decision.agency, decision.rule, decision.urgent) == ("triage", "R1", True)


def test_two_requests_that_the_citizen_calls_equal_go_to_a_person():
    text = (
        "هم وام از بانک ملی می‌خواهم هم مستمری بهزیستی‌ام را وصل کنید. هر دو به یک اندازه واجب است."
    )
    assert decide(Letter(text), default_rules()).agency == "triage"


def test_the_five_banks_are_one_owner_and_the_named_one_is_chosen():
    decision = decide(Letter("در بانک تجارت حساب دارم و وام ازدواج می‌خواهم"), weighty("bank"))
    assert decision.agency == "bank-tejarat"


def test_what_was_weighed_can_be_looked_at():
    weighed = weigh(Letter("کالابرگم شارژ نشده"), default_rules())
    assert weighed.ruled.agency == "labour-welfare"
    assert max(weighed.shares, key=weighed.shares.get) == "labour-welfare"


def test_the_table_that_comes_with_the_program_names_every_owner():
    table = (files("routing") / "data" / "experience.tsv").read_text("utf-8")
    assert set(Experience.parse("experience.tsv", table).owners) == {
        "bank", "entrepreneurship-fund", "labour-welfare", "martyrs-foundation",
        "medical-university", "relief-committee", "triage", "welfare",
    }  # fmt: skip
