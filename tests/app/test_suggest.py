"""Words that tell the letters which people corrected from all the others."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.actions import refer
from app.ids import new_id
from app.queries.replay import Past
from app.queries.suggestions import Corrected, score, terms
from app.tools import Tools
from routing.facts import Letter
from tests import make
from tests.app.command import Run, said

BEES = f"{make.UNCLEAR} زنبور عسل رفته و کندو خالی است."


def corrected(tools: Tools, text: str, agency: str = "labour-welfare", **changes: Any) -> None:
    """Registered, sent by an officer to where the rules had not sent it."""
    made = make.register(tools, text=text, **changes)
    code, owner = made["tracking_code"], made["agency"]["code"]
    assert owner != agency
    if owner != "triage":
        refer.give_back(tools, make.staff(owner), code, "در حوزهٔ ما نیست")
    refer.refer(tools, make.TRIAGE, code, agency, "بررسی شد")


def told(answer: dict[str, Any], agency: str) -> dict[str, dict[str, Any]]:
    found = next(s for s in answer["suggestions"] if s["agency"] == agency)
    return {term["term"]: term for term in found["terms"]}


def test_what_sets_corrected_letters_apart_is_suggested_with_both_counts(
    tools: Tools, run: Run
) -> None:
    for _ in range(4):
        corrected(tools, BEES)
    for _ in range(6):
        make.register(tools, text=make.LOAN)
    make.register(tools, text=BEES)  # nobody has corrected this one
    answer = said(run("rules", "suggest"))
    assert (answer["letters"], answer["corrected"]) == (11, 4)
    (suggestion,) = answer["suggestions"]
    assert (suggestion["agency"], suggestion["letters"]) == ("labour-welfare", 4)
    found = told(answer, "labour-welfare")
    assert "زنبور عسل" in found
    assert (found["زنبور"]["corrected"], found["زنبور"]["others"]) == (4, 1)
    assert "سلام" not in found, "everybody says it"
    assert "وام" not in found
    scores = [term["score"] for term in suggestion["terms"]]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) <= 20


def test_letters_that_the_rules_sent_right_teach_no_words(tools: Tools, run: Run) -> None:
    for _ in range(4):
        code = make.register(tools)["tracking_code"]
        refer.give_back(tools, make.staff("bank-melli"), code, "مشتری ما نیست")
        refer.refer(tools, make.SUPERVISOR, code, "bank-melli", "مشتری شماست")
    assert said(run("rules", "suggest")) == {"letters": 4, "corrected": 0, "suggestions": []}


def test_each_agency_has_words_of_its_own(tools: Tools, run: Run) -> None:
    for _ in range(3):
        corrected(tools, BEES)
        corrected(tools, f"{make.UNCLEAR} پروانه رنگی رفته است.", agency="welfare")
    answer = said(run("rules", "suggest"))
    assert "پروانه" in told(answer, "welfare")
    assert "پروانه" not in told(answer, "labour-welfare")


def test_what_fewer_than_three_people_wrote_may_be_a_name_and_is_never_told(
    tools: Tools, run: Run
) -> None:
    one = make.national_id(5)
    for _ in range(2):
        corrected(tools, f"{BEES} جناب فلانی")
    for _ in range(5):
        corrected(tools, f"{BEES} جناب بهمانی", citizen={"national_id": one})
    make.register(tools, text="فلانی فلانی بهمانی بهمانی")
    answer = run("rules", "suggest")
    assert "زنبور" in told(said(answer), "labour-welfare")
    assert "فلانی" not in answer.output
    assert "بهمانی" not in answer.output


def test_numbers_are_never_told(tools: Tools, run: Run) -> None:
    for _ in range(4):
        corrected(tools, f"{BEES} کدملی ۰۰۱۲۳۴۵۶۷۸ پلاک12ب ٣٣ ½")
    answer = run("rules", "suggest")
    found = told(said(answer), "labour-welfare")
    assert "زنبور" in found
    assert not any(char.isnumeric() for term in found for char in term)


def test_the_words_begin_with_a_day(tools: Tools, run: Run) -> None:
    for _ in range(3):
        corrected(tools, BEES)
    assert said(run("rules", "suggest", "--since", "2020-01-01"))["corrected"] == 3
    later = said(run("rules", "suggest", "--since", "2090-01-01"))
    assert later == {"letters": 0, "corrected": 0, "suggestions": []}


def test_terms_are_spelled_as_the_router_spells_and_end_with_the_clause() -> None:
    found = terms("كارت‌های نان، نانوايي!")
    assert found == {"کارت", "نان", "نانوایی", "کارت نان"}


@pytest.mark.parametrize(
    ("stronger", "weaker"),
    [
        (((8, 10), (10, 1000)), ((8, 10), (500, 1000))),
        (((80, 100), (100, 1000)), ((8, 10), (10, 100))),
        (((5, 10), (50, 1000)), ((1, 10), (0, 1000))),
    ],
    ids=["what others say less", "what more letters show", "not what is merely rare"],
)
def test_evidence_counts(stronger: Any, weaker: Any) -> None:
    assert score(*stronger) > score(*weaker)


counts = st.integers(0, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts, counts)
def test_any_counts_have_a_score_and_the_sides_are_alike(
    inside: tuple[int, int], outside: tuple[int, int]
) -> None:
    assert score(inside, outside) == pytest.approx(-score(outside, inside))


def test_three_letters_of_three_people_are_the_fewest() -> None:
    group, insistent = Corrected(), new_id()
    for _ in range(5):
        group.add(past(insistent, "بهمانی زنبور"))
    for _ in range(2):
        group.add(past(new_id(), "فلانی زنبور"))
    assert group.common() == {"زنبور": 7}
    group.add(past(new_id(), "فلانی"))
    assert group.common() == {"زنبور": 7, "فلانی": 3}


def past(citizen: UUID, words: str) -> Past:
    return Past("1", citizen, Letter(words), "triage", None, [("referred", "welfare")])
