"""Labelled letters against decisions: what counts as right, sure and owned."""

import json

import pytest

from routing.decide import Decision
from routing.evaluation import Judged, evaluate, judge, report
from routing.loading import default_rules
from routing.stream import BadLine

COUPON, EMPTY = "کالابرگم شارژ نشده", ""
FIVE = ("bank-melli", "bank-mellat", "bank-tejarat", "bank-saderat", "bank-refah")


def judged(gold, agency, *, id_="a", kind="plain", suggestion=None):
    """A letter whose right agencies are `gold`, sent to `agency`; to triage means unsure."""
    sure = agency != "triage"
    decision = Decision(agency, "R10", (), sure, suggestion, urgent=False, version="v")
    return Judged(id_, kind, frozenset(gold.split()), decision)


def told(*letters):
    """The report, as a program reads it."""
    return json.loads(json.dumps(report(evaluate(letters), "v")))


def line(**record):
    return json.dumps({"id": "a", "text": COUPON, "gold": ["labour_welfare"]} | record)


def test_right_sure_and_owned_letters_are_shares_of_different_wholes():
    found = told(
        judged("welfare", "welfare"),
        judged("welfare", "labour-welfare"),
        judged("welfare", "triage"),
        judged("triage", "triage"),
        judged("triage", "triage"),
        judged("triage", "welfare"),
        judged("relief-committee", "relief-committee"),
    )
    assert (found["letters"], found["version"]) == (7, "v")
    assert found["accuracy"] == round(4 / 7, 4)  # of all letters, triage an agency like others
    assert found["precision"] == round(2 / 4, 4)  # of those that were referred
    assert found["coverage"] == round(3 / 4, 4)  # of those that have an owner, those referred


def test_any_of_several_right_agencies_is_right():
    found = told(
        judged("welfare triage", "triage"),
        judged("welfare relief-committee", "relief-committee"),
    )
    assert found["accuracy"] == 1
    assert found["coverage"] == 1  # a letter that may go to triage is not owed to anybody
    assert found["mistakes"] == []


def test_where_there_is_nothing_to_divide_by_there_is_no_figure():
    found = told(judged("triage", "triage"))
    assert (found["accuracy"], found["precision"], found["coverage"]) == (1, None, None)
    assert found["bank"] == {"letters": 0, "accuracy": None}


def test_the_banks_are_judged_where_exactly_one_is_right():
    found = told(
        judged("bank-melli", "bank-melli"),
        judged("bank-melli", "bank-mellat"),
        judged("bank-melli", "triage"),
        judged(" ".join(FIVE), "bank-refah"),
        judged("bank-melli triage", "bank-refah"),
        judged("welfare", "welfare"),
    )
    assert found["bank"] == {"letters": 3, "accuracy": 0.3333}


def test_each_kind_of_letter_has_the_same_figures():
    found = told(
        judged("welfare", "welfare", kind="typo"),
        judged("welfare", "triage", kind="long"),
        judged("welfare", "welfare", kind="long"),
    )
    assert found["kinds"] == {
        "long": {"letters": 2, "accuracy": 0.5, "precision": 1.0, "coverage": 0.5},
        "typo": {"letters": 1, "accuracy": 1.0, "precision": 1.0, "coverage": 1.0},
    }


def test_what_was_taken_for_what_is_told_the_most_frequent_first_and_the_banks_as_one():
    found = told(
        judged("welfare", "triage"),
        judged("bank-melli", "bank-mellat"),
        judged(" ".join(FIVE), "bank-refah"),
        judged("bank-melli triage", "triage"),
    )
    assert found["confusion"] == [
        {"gold": "bank", "decided": "bank", "letters": 2},
        {"gold": "bank | triage", "decided": "triage", "letters": 1},
        {"gold": "welfare", "decided": "triage", "letters": 1},
    ]


def test_every_mistake_is_listed_with_what_would_have_been_suggested():
    found = told(
        judged("welfare", "welfare", id_="good"),
        judged("welfare labour-welfare", "triage", id_="bad", suggestion="welfare"),
    )
    assert found["mistakes"] == [
        {
            "id": "bad",
            "gold": ["labour-welfare", "welfare"],
            "decided": "triage",
            "rule": "R10",
            "confident": False,
            "suggestion": "welfare",
        }
    ]


@pytest.mark.parametrize("gold", [["labour_welfare"], ["labour-welfare"], "labour_welfare"])
def test_agencies_are_written_either_way(gold):
    (one,) = judge([line(gold=gold)], default_rules())
    assert one.right
    assert one.decision.agency == "labour-welfare"


def test_a_bank_is_written_with_a_colon_or_a_hyphen():
    text = "وام ازدواج در بانک ملی می‌خواهم"
    found = list(judge([line(text=text, gold=[g]) for g in ("bank:melli", "bank-melli")],
                       default_rules()))  # fmt: skip
    assert [one.right for one in found] == [True, True]


def test_the_fields_of_the_form_are_read_as_when_letters_are_routed():
    (one,) = judge([line(text="وام می‌خواهم", fields={"bank": "bank:refah"}, gold=["bank:refah"])],
                   default_rules())  # fmt: skip
    assert one.right


def test_blank_lines_are_no_letters_but_are_counted_as_lines():
    lines = ["", line(), "  \n", line(gold=["moon"])]
    with pytest.raises(BadLine, match="line 4: gold"):
        list(judge(lines, default_rules()))


@pytest.mark.parametrize(
    "bad",
    [
        "not json",
        "[]",
        line(gold=None),
        line(gold=[]),
        line(gold=["welfare", "moon"]),
        line(gold=[["welfare"]]),
        line(gold=7),
        line(text=5),
        line(id=["x"]),
        json.dumps({"text": COUPON}),
        json.dumps({"gold": ["welfare"]}),
    ],
)
def test_a_line_that_is_no_labelled_letter_ends_the_evaluation_with_its_number(bad):
    with pytest.raises(BadLine, match=r"^line 2: "):
        list(judge([line(), bad], default_rules()))
