"""Requests that name no bank: to each bank its share, and nobody moved without need."""

from collections import Counter
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.banks import EQUAL, ORDER, allot, choose
from routing.loading import default_rules
from routing.scope import read

CITIZENS = [f"citizen {number}" for number in range(20_000)]
SHARES = st.fixed_dictionaries({bank: st.sampled_from([0.0, 0.5, 1.0, 2.0]) for bank in ORDER})


def at(shares):
    return [allot(citizen, shares) for citizen in CITIZENS]


@pytest.mark.parametrize("citizen", ["", "k1", "۳۲۵۰", "\ud800"])
def test_with_equal_shares_the_formula_of_the_policy_decides(citizen):
    digest = sha256(citizen.encode("utf-8", "surrogatepass")).hexdigest()
    assert allot(citizen) == allot(citizen, EQUAL) == ORDER[int(digest[:8], 16) % 5]


def test_each_bank_gets_its_share():
    shares = {**EQUAL, "bank-melli": 3.0, "bank-refah": 0.5}
    got = Counter(at(shares))
    for bank in ORDER:
        due = len(CITIZENS) * shares[bank] / sum(shares.values())
        assert abs(got[bank] - due) < 0.06 * due


def test_a_bank_taken_out_moves_its_own_citizens_only_and_evenly():
    before, after = at(EQUAL), at({**EQUAL, "bank-tejarat": 0.0})
    moved = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert {a for a, _ in moved} == {"bank-tejarat"}
    assert len(moved) == before.count("bank-tejarat")
    assert min(Counter(b for _, b in moved).values()) > len(moved) / 5


def test_a_second_bank_taken_out_leaves_those_who_moved_before_where_they_are():
    one = {**EQUAL, "bank-tejarat": 0.0}
    before, after = at(one), at({**one, "bank-refah": 0.0})
    assert {a for a, b in zip(before, after, strict=True) if a != b} == {"bank-refah"}


def test_more_for_one_bank_moves_citizens_to_it_only():
    before, after = at(EQUAL), at({**EQUAL, "bank-melli": 2.0})
    assert {b for a, b in zip(before, after, strict=True) if a != b} == {"bank-melli"}


@given(SHARES.filter(lambda shares: any(shares.values())), st.text())
def test_nobody_is_sent_to_a_bank_without_a_share(shares, citizen):
    assert shares[allot(citizen, shares)] > 0


@pytest.mark.parametrize(
    ("text", "bank"),
    [
        ("صادرات به من پیامک داده که نوبت وام ودیعه‌ام رسید، وام را نمی‌دهند", "bank-saderat"),
        ("حقوقم در رفاه است و برای شهریه وام سی میلیونی می‌خواهم", "bank-refah"),
        ("وام ازدواج می‌خواهم، جلوی بانک ملی گفتند برو", "bank-melli"),
        ("تو سادرات وام ضروری گرفتم، باز از ضامنم کم می‌شود", "bank-saderat"),
    ],
)
def test_a_name_that_stands_near_banking_goes_before_the_lot(text, bank):
    keys = [f"citizen {number}" for number in range(20)]
    reading = read(text, default_rules().lexicon)
    assert {choose(reading, None, key) for key in keys} == {bank}


def test_a_name_away_from_banking_leaves_it_to_the_lot():
    text = "وام می‌خواهم. سال‌ها پیش که جوان بودم پدرم در کار تجارت بود"
    reading = read(text, default_rules().lexicon)
    assert len({choose(reading, None, f"citizen {number}") for number in range(40)}) == 5
