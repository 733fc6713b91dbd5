"""The written policy: hard combinations (§4), the order (§3), traps (§7), banks (§5).

By the rules alone: what experience adds must not hide that a rule is wrong.
"""

from dataclasses import replace

import pytest

from routing.banks import ORDER, allot
from routing.decide import Letter, decide
from routing.loading import default_rules

ANY_BANK = "any bank"
RULES = replace(default_rules(), experience=None)


def route(text, **fields):
    return decide(Letter(text, **fields), RULES)


def agency(text, **fields):
    owner = route(text, **fields).agency
    return ANY_BANK if owner in ORDER else owner


@pytest.mark.parametrize(
    ("owner", "text"),
    [
        (ANY_BANK, "مددجوی کمیته امداد هستم و از بانک درخواست وام قرض الحسنه دارم"),
        (ANY_BANK, "تحت پوشش بهزیستی هستم و وام قرض‌الحسنه بانکی می‌خواهم"),
        ("relief-committee", "وام خودکفایی کمیته امداد را شش ماه است منتظرم. مددجو هستم"),
        ("welfare", "معلول هستم، وام خوداشتغالی بهزیستی را می‌خواهم"),
        ("relief-committee", "تحت پوشش کمیته امدادم. تقاضای کمک هزینه درمان دارم."),
        ("medical-university", "مددجوی بهزیستی هستم. داروی صرع پسرم در داروخانه‌ها نیست"),
        ("labour-welfare", "مددجوی کمیته امداد هستم. کالابرگ این ماه شارژ نشده است"),
        ("martyrs-foundation", "جانباز هستم و کمک هزینه جراحی می‌خواهم"),
        ("martyrs-foundation", "مادر شهید هستم و تقاضای وام قرض الحسنه دارم"),
        ("triage", "مؤسسه ثامن سپرده پدر جانبازم را پس نمی‌دهد"),
        ("triage", "جانباز هستم. آب روستای ما قطع است، آب و فاضلاب رسیدگی کند"),
        ("martyrs-foundation", "پسر جانباز ۴۰ درصدم، وام دامداری می‌خواهم، بنیاد معرفی کند"),
        ("entrepreneurship-fund", "برای راه‌اندازی کارگاه نجاری وام می‌خواهم"),
        (ANY_BANK, "راننده کامیونم، موتور ماشین سوخته، وامی بدهید تعمیرش کنم"),
        ("entrepreneurship-fund", "می‌خواهم تراکتور بخرم و کار کنم. تقاضای تسهیلات دارم"),
        ("labour-welfare", "معرفی‌نامه وام مشاغل خانگی را نمی‌دهند"),
        ("entrepreneurship-fund", "مشاغل خانگی نمی‌خواهم، وام صندوق کارآفرینی می‌خواهم"),
        (ANY_BANK, "یک سال است در نوبت وام ازدواج هستیم و نمی‌دهند"),
        (ANY_BANK, "به چند نفر بدهکارم، یک وام بدهید بدهی‌ام را بدهم"),
        ("triage", "برادرم بابت مهریه در زندان است، کمک کنید"),
        ("triage", "از حقوقم بابت ضمانت همکارم کسر می‌کنند، نام بانک را نمی‌دانم"),
        (ANY_BANK, "کسی ضامنم نمی‌شود، وام قرض‌الحسنه را بدون ضامن بدهید"),
        (ANY_BANK, "فرم کسر یارانه را امضا کردم ولی وام قرض‌الحسنه را ندادند"),
        ("labour-welfare", "یارانه من به حساب بانک ملی می‌آمد، سه ماه است واریز نشده"),
        (ANY_BANK, "تحت پوشش جایی نیستم، وام یا کمک مالی می‌خواهم"),
        ("welfare", "مادر هشتاد ساله‌ام ویلچر و پوشک بزرگسال لازم دارد"),
        ("triage", "مجوز مهدکودک را نمی‌دهند"),
        ("triage", "کارت امید مادر را به من نداده‌اند"),
    ],
)
def test_hard_combinations_go_where_the_policy_sends_them(owner, text):
    assert agency(text) == owner


@pytest.mark.parametrize(
    ("owner", "text"),
    [
        (ANY_BANK, "تحت پوشش کمیته امداد نیستم، وام قرض‌الحسنه می‌خواهم"),
        ("relief-committee", "تحت پوشش نیستیم، تقاضا داریم کمیته امداد ما را قبول کند"),
        (ANY_BANK, "نه جانبازم نه خانواده شهید، یک وام قرض‌الحسنه می‌خواهم"),
        ("relief-committee", "قبلا بهزیستی بودم، الان کمیته امداد هستم و مستمریم قطع شده"),
        (ANY_BANK, "همسایه‌ام مستمری‌بگیر بهزیستی است ولی من وام قرض‌الحسنه می‌خواهم"),
        ("labour-welfare", "من وام نمیخوام، کالابرگم شارژ نشده"),
        ("labour-welfare", "بهزیستی و کمیته نمی‌خواهم. فقط می‌خواهم یارانه‌ام را وصل کنند"),
        ("relief-committee", "پرونده‌ام در کمیته امداد بود و قطع شد. برقراری مجدد می‌خواهم"),
        (ANY_BANK, "از کالابرگ گله‌ای ندارم، وام قرض‌الحسنه می‌خواهم"),
        ("relief-committee", "قبلا تحت پوشش کمیته امداد بودم و قطع شد، کمک معیشتی می‌خواهم"),
        ("medical-university", "برق ما هم می‌رود ولی مهم‌تر داروی دیالیز مادرم است"),
        ("triage", "دو درخواست دارم که هر دو واجب است: داروی مادرم و قطع یارانه‌ام"),
    ],
)
def test_what_is_denied_past_or_set_aside_does_not_decide(owner, text):
    assert agency(text) == owner


@pytest.mark.parametrize(
    ("owner", "text"),
    [
        (ANY_BANK, "در خیابان شهید بهشتی مستاجرم، وام قرض‌الحسنه می‌خواهم"),
        ("medical-university", "بیمارستان شهید چمران دارو ندارد"),
        ("triage", "روبروی بانک ملی آسفالت خیابان خراب است، شهرداری رسیدگی کند"),
        ("triage", "خانه‌ام روبروی بانک ملی است. خودپرداز کارتم را قورت داده"),
        ("labour-welfare", "فروشگاه رفاه کالابرگ ما را قبول نمی‌کند"),
        ("triage", "پسرم در آزمون استخدام بانک ملی قبول شد ولی در گزینش رد شد"),
        ("triage", "صادرات میوه به عراق متوقف شده، گمرک رسیدگی کند"),
        ("labour-welfare", "۶۳۶۹ می‌گوید کد ملی نامعتبر است و یارانه نداریم"),
    ],
)
def test_what_only_looks_like_an_agency_does_not_decide(owner, text):
    assert agency(text) == owner


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("R0", ""),
        ("R0", "..."),
        ("R0", "سلام"),
        ("R0", "تماس قطع شد"),
        ("R1", "همتون دزدید، خدا لعنتتون کنه"),
        ("R1", "خودمو جلوی استانداری آتیش میزنم"),
        ("R3", "کوچه ما آسفالت ندارد"),
        ("R6", "خودپرداز کارتم را قورت داده"),
        ("R12", "کمک کنید خواهش می‌کنم"),
    ],
)
def test_a_letter_for_a_person_says_which_rule_sent_it_there(rule, text):
    decision = route(text)
    assert (decision.agency, decision.rule, decision.confident) == ("triage", rule, False)


def test_angry_words_with_a_clear_request_are_not_abuse():
    assert agency("خدا لعنتتون کنه، چرا یارانه ما را قطع کردید؟") == "labour-welfare"


def test_self_harm_and_violence_put_a_letter_first():
    assert route("خودکشی می‌کنم").urgent
    assert route("از زندگی خسته شده‌ام و می‌خواهم خودم را بکشم").urgent
    assert not route("خودم را کشتم تا این خانه را ساختم، وام تعمیر می‌خواهم").urgent
    assert route("شوهرم کتکم میزنه، خانه امن می‌خواهم").urgent
    assert not route("وام قرض‌الحسنه می‌خواهم").urgent


def test_a_second_guess_is_named_when_two_requests_compete():
    decision = route("انسولین مادرم پیدا نمی‌شود، یارانه‌ام را هم قطع کرده‌اند")
    assert decision.agency == "triage"
    assert decision.suggestion in {"medical-university", "labour-welfare"}


def test_the_bank_of_the_file_comes_before_ones_own_bank():
    text = "حقوقم در بانک رفاه است. وام ازدواج را در بانک ملت ثبت نام کردیم و نمی‌دهند"
    assert route(text).agency == "bank-mellat"


def test_ones_own_bank_comes_before_the_field():
    text = "در بانک تجارت حساب دارم و وام می‌خواهم"
    assert route(text, bank="saderat").agency == "bank-tejarat"


@pytest.mark.parametrize(
    "name", ["saderat", "bank-saderat", "bank_saderat", "صادرات", "بانک صادرات"]
)
def test_the_field_names_the_bank_in_any_spelling(name):
    assert route("وام قرض‌الحسنه می‌خواهم", bank=name).agency == "bank-saderat"


def test_a_bank_outside_the_five_keeps_its_own_file():
    assert agency("بانک مسکن وام مرا نمی‌دهد") == "triage"


def test_a_denied_bank_is_not_chosen():
    assert route("نه ملت نه صادرات، فقط بانک ملی وام می‌خواهم").agency == "bank-melli"


def test_the_same_citizen_gets_the_same_bank_whatever_the_words():
    first = route("وام قرض‌الحسنه می‌خواهم", allot_key="k1").agency
    assert route("یه وامی هم به ما بدین", allot_key="k1").agency == first


def test_citizens_are_spread_evenly_over_the_five_banks():
    counts = [0] * len(ORDER)
    for citizen in range(5_000):
        counts[ORDER.index(allot(f"citizen {citizen}"))] += 1
    assert max(counts) - min(counts) < 150


def test_the_field_says_who_covers_the_citizen_unless_the_text_denies_it():
    text = "برای درمان دندان کمک هزینه می‌خواهم"
    assert agency(text, covered_by="relief_committee") == "relief-committee"
    assert agency(text, covered_by="بهزیستی") == "welfare"
    assert agency(f"مددجوی کمیته امداد نیستم. {text}", covered_by="relief_committee") == (
        "medical-university"
    )


def test_the_evidence_is_the_letters_own_words():
    letter = "سلام؛ كالابــرگم شارژ نشده"
    (evidence,) = route(letter).because
    assert evidence.concept == "food_coupon"
    assert letter[evidence.start : evidence.end] == evidence.text == "كالابــرگم"
