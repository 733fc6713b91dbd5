"""What a person reads of a decision: the marked letter, the rule, who competed, why not."""

import re
from dataclasses import replace
from functools import cache
from math import log

import pytest

from routing.decide import Evidence, Letter, decide, mentioned, weigh
from routing.experience import UNIT, Experience
from routing.explain import explanation_of, marked
from routing.facts import LONGEST_READ
from routing.loading import default_files, default_rules, parse
from routing.rules import Bars

LOAN = "با سلام، وام قرض‌الحسنه می‌خواهم"
ROAD = "آسفالت کوچه خراب است، رسیدگی کنید"


@cache
def rules_alone():
    """The program's rules, without experience."""
    files = default_files()
    return parse({name: files[name] for name in ("lexicon.yaml", "rules.yaml")})


def told(agree=0.85, overrule=0.95, **shares):
    """The program's rules, with an experience that finds the same of every letter."""
    owners = [owner.replace("_", "-") for owner in shares]
    bias = [round(log(share) * UNIT) for share in shares.values()]
    bars = Bars(agree, overrule)
    return replace(rules_alone(), experience=Experience(owners, {"bias": bias}), bars=bars)


def why_not(text, rules):
    return explanation_of(Letter(text), rules).why_not


def test_the_words_that_decided_are_marked_where_they_stand():
    rules = rules_alone()
    found = explanation_of(Letter("سلام\nکالابرگم شارژ نشده 😊"), rules)
    label = rules.lexicon.concepts["food_coupon"].label
    assert found.marked == f"سلام\n⟦کالابرگم|{label}⟧ شارژ نشده 😊"


@pytest.mark.parametrize(
    "text",
    [
        LOAN,
        ROAD,
        "",
        "\r\n  وام\u200cها 😊\n\nتحت پوشش کمیتهٔ امدادم؛ کمک هزینهٔ اجاره می خواهم\x00",
        "با سلام من در سامانه وام ازدواج ثبت نام کردیم شعبه بانک ملی",
    ],
)
def test_without_its_marks_the_letter_is_what_the_citizen_wrote(text):
    found = explanation_of(Letter(text), default_rules()).marked
    assert re.sub(r"⟦([^|]*)\|[^⟧]*⟧", r"\1", found) == text


def test_of_overlapping_words_the_longer_are_marked():
    rules = rules_alone()
    text = "وام ازدواج ثبت نام کردیم و دارو"

    def said(words, concept):
        start = text.index(words)
        return Evidence(start, start + len(words), words, concept)

    found = marked(
        text,
        [
            said("وام ازدواج", "loan"),
            said("ازدواج ثبت نام کردیم", "bank_file"),
            said("ثبت نام", "loan"),
            said("دارو", "medicine"),
            said("دارو", "loan"),
        ],
        rules,
    )
    file, medicine = (rules.lexicon.concepts[id_].label for id_ in ("bank_file", "medicine"))
    assert found == f"وام ⟦ازدواج ثبت نام کردیم|{file}⟧ و ⟦دارو|{medicine}⟧"


def test_the_rule_is_told_by_its_title_and_experience_by_its_name():
    ruled = explanation_of(Letter(ROAD), rules_alone())
    assert (ruled.decision.rule, ruled.title) == ("R3", "کار دستگاهی دیگر")
    overruled = explanation_of(Letter(ROAD), told(welfare=0.97, triage=0.03))
    assert (overruled.decision.agency, overruled.title) == ("welfare", "تجربه")


def test_what_the_rules_alone_said_is_kept_when_experience_overrules_them():
    found = explanation_of(Letter("وام در بانک ملی می‌خواهم"), told(welfare=0.97, bank=0.03))
    assert found.decision.agency == "welfare"
    assert found.ruled == ("bank-melli", "R10")


def test_three_other_owners_are_named_the_likeliest_first_and_the_five_banks_as_one():
    shares = {"triage": 0.02, "welfare": 0.03, "bank": 0.9, "relief_committee": 0.04}
    rules = told(**shares, labour_welfare=0.01)
    found = explanation_of(Letter(LOAN), rules)
    assert found.decision.agency.startswith("bank-")
    assert [other.agency for other in found.competed] == ["relief-committee", "welfare", "triage"]
    assert found.competed[0].share == pytest.approx(0.04, abs=0.001)
    elsewhere = explanation_of(Letter(LOAN), told(welfare=0.96, bank=0.04))
    assert [other.agency for other in elsewhere.competed] == ["bank"]


def test_a_best_owner_that_was_not_likely_enough_competes_with_the_triage_desk():
    found = explanation_of(Letter(LOAN), told(bank=0.6, welfare=0.3, triage=0.1))
    assert found.decision.agency == "triage"
    assert [other.agency for other in found.competed] == ["bank", "welfare"]


def test_nobody_competes_where_the_rules_are_alone():
    assert explanation_of(Letter(LOAN), rules_alone()).competed == ()


def test_a_referred_letter_needs_no_excuse():
    assert why_not(LOAN, rules_alone()) == ""
    assert why_not(LOAN, told(bank=0.9, triage=0.1)) == ""


def test_where_a_rule_asks_for_a_person_its_title_says_why():
    said = "قاعدهٔ R3 («کار دستگاهی دیگر») آن را به کارشناس می‌سپارد."
    assert why_not(ROAD, rules_alone()) == said
    assert why_not(ROAD, told(triage=0.9, welfare=0.1)) == said


def test_an_owner_that_is_not_likely_enough_is_named_with_its_share_and_the_bar():
    said = why_not("به بهزیستی بگویید ویلچر بدهند", told(welfare=0.847, triage=0.153))
    assert said == (
        "تجربه محتمل‌ترین مرجع را «بهزیستی» می‌داند، ولی تنها با احتمال ۸۴٪؛"
        " ارجاع بی کارشناس دست‌کم ۸۵٪ می‌خواهد."
    )
    assert "دست‌کم ۹۲٫۵٪" in why_not(LOAN, told(agree=0.925, bank=0.9, triage=0.1))


def test_a_rule_and_an_unlikely_owner_are_told_in_one_sentence():
    said = why_not(ROAD, told(welfare=0.905, triage=0.095))
    assert said == (
        "قاعدهٔ R3 («کار دستگاهی دیگر») آن را به کارشناس می‌سپارد"
        " و تجربه محتمل‌ترین مرجع را «بهزیستی» می‌داند، ولی تنها با احتمال ۹۰٪؛"
        " ارجاع بی کارشناس دست‌کم ۹۵٪ می‌خواهد."
    )


def test_to_go_against_the_rules_agency_experience_needs_the_higher_bar_and_this_is_said():
    said = why_not("وام در بانک ملی می‌خواهم", told(welfare=0.905, bank=0.095))
    assert said == (
        "قاعدهٔ R10 («درخواست وام») «بانک ملی» را نام می‌برد"
        " و تجربه محتمل‌ترین مرجع را «بهزیستی» می‌داند، ولی تنها با احتمال ۹۰٪؛"
        " ارجاع بی کارشناس دست‌کم ۹۵٪ می‌خواهد."
    )


def test_experience_that_holds_a_letter_back_from_the_rules_agency_says_so():
    said = why_not("وام در بانک ملی می‌خواهم", told(triage=0.905, bank=0.095))
    assert said == (
        "قاعدهٔ R10 («درخواست وام») «بانک ملی» را نام می‌برد"
        " و تجربه آن را به احتمال ۹۰٪ کار پایش می‌داند."
    )


@pytest.mark.parametrize("text", ["", "...", "؟"])
def test_of_a_letter_that_says_nothing_this_is_said(text):
    assert why_not(text, default_rules()) == "در نامه چیزی گفته نشده است."


def test_of_a_letter_too_long_to_be_read_this_is_said():
    said = why_not("وام " * LONGEST_READ, default_rules())
    assert said == "نامه درازتر از آن است که خوانده شود."


@pytest.mark.parametrize("text", [LOAN, ROAD, "", "انسولین نیست، یارانه‌ام هم قطع شده"])
def test_explaining_changes_no_decision(text):
    found = explanation_of(Letter(text), default_rules())
    assert found.decision == decide(Letter(text), default_rules())
    assert found.concepts == mentioned(weigh(Letter(text), default_rules()).facts)
    assert bool(found.why_not) is not found.decision.confident
