"""Letters by the line, as other programs send them."""

import json

from routing.loading import default_rules
from routing.stream import Tally, route_lines


def answers(*lines, explain=False, tally=None):
    return [
        json.loads(a) for a in route_lines(lines, default_rules(), explain=explain, tally=tally)
    ]


def line(**record):
    return json.dumps(record, ensure_ascii=False)


def test_each_letter_gets_its_agency_rule_and_reasons():
    (answer,) = answers(line(id="a1", text="کالابرگم شارژ نشده", channel="call"))
    assert answer == {
        "id": "a1",
        "agency": "labour-welfare",
        "rule": "R4",
        "because": [{"start": 0, "end": 8, "text": "کالابرگم", "concept": "food_coupon"}],
        "confident": True,
    }


def test_explaining_adds_what_was_recognised_and_by_which_version():
    (answer,) = answers(line(id=1, text="وام نمی‌خواهم، یارانه‌ام قطع شده"), explain=True)
    assert answer["version"] == default_rules().version
    assert answer["urgent"] is False
    assert {"subsidy", "neg_want"} <= {found["concept"] for found in answer["concepts"]}


def test_explaining_adds_what_people_read_and_takes_nothing_away():
    letter = line(id="e", text="کالابرگم شارژ نشده", channel="call")
    ((plain,), (explained,)) = answers(letter), answers(letter, explain=True)
    assert plain.items() <= explained.items()
    assert explained["marked"].startswith("⟦کالابرگم|")
    assert explained["title"].startswith("کالابرگ")
    assert explained["ruled"] == {"agency": "labour-welfare", "rule": "R4"}
    assert explained["why_not"] == ""
    assert all(set(other) == {"agency", "share"} for other in explained["competed"])
    (empty,) = answers(line(text=""), explain=True)
    assert (empty["marked"], empty["competed"]) == ("", [])
    assert empty["why_not"]


def test_a_bad_line_is_answered_with_its_number_and_the_others_go_on():
    tally = Tally()
    found = answers(
        "not json",
        "[1]",
        line(id="b", text=5),
        line(id="c"),
        line(id=[1], text="وام"),
        line(id="d", text="وام", fields=[]),
        "",
        line(id="e", text="سلام"),
        "[" * 100_000,
        tally=tally,
    )
    assert [(a["id"], a["line"]) for a in found if "error" in a] == [
        (None, 1),
        (None, 2),
        ("b", 3),
        ("c", 4),
        (None, 5),
        ("d", 6),
        (None, 9),
    ]
    assert found[6]["agency"] == "triage"
    assert (tally.lines, tally.errors) == (9, 7)


def test_a_national_id_in_persian_digits_gets_the_same_bank_as_in_latin_digits():
    first, second = answers(
        line(text="وام قرض‌الحسنه می‌خواهم", national_id="۳۲۵۰۱۲۳۴۵۶"),
        line(text="یک وام بدهید", national_id="3250123456"),
    )
    assert first["agency"] == second["agency"]


def test_a_second_guess_is_shown():
    (answer,) = answers(line(text="انسولین مادرم پیدا نمی‌شود، یارانه‌ام را هم قطع کرده‌اند"))
    assert answer["agency"] == "triage"
    assert "suggestion" in answer


def test_half_a_character_in_a_letter_still_gives_a_line_that_can_be_written():
    (answer,) = route_lines(['{"id": "x", "text": "وام\\ud800 بدهید"}'], default_rules())
    assert json.loads(answer.encode())["id"] == "x"
