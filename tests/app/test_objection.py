"""The citizen's verdict: once for each answer, in time, and the letter always has one owner."""

from typing import Any

import pytest

from app.access import NotFound
from app.actions import answer, objection, refer
from app.actions.objection import Key, NotOpen
from app.actions.refer import FinallyReferred
from app.actors import Forbidden
from app.door import Invalid
from app.queries import desk, journey, objections, tracking, triage
from app.tools import Tools
from tests import make
from tests.app import database
from tests.app.database import assert_healthy, count, kinds, letter, rows, together

MELLI = make.staff("bank-melli")
WORDS = "هنوز هیچ پولی به حساب من نیامده است."


def answered(tools: Tools, words: str = "وام پرداخت شد.") -> Key:
    code = str(make.register(tools, citizen={"mobile": make.mobile(1234)})["tracking_code"])
    reply(tools, code, words)
    return Key(code, "1234", 15)


def reply(tools: Tools, code: str, words: str) -> None:
    refer.claim(tools, MELLI, code)
    answer.answer(tools, MELLI, code, "done", words)


def owners(tools: Tools, code: str) -> list[tuple[Any, ...]]:
    found = rows(
        tools,
        "select r.agency_code, r.end_reason from referrals r join correspondences c "
        "on c.id = r.correspondence_id where c.tracking_code = :code order by r.opened_at",
        code=code,
    )
    return [tuple(row) for row in found]


def test_a_satisfied_citizen_says_so_once(tools: Tools) -> None:
    key = answered(tools)
    objection.be_satisfied(tools, key)
    objection.be_satisfied(tools, key)
    assert letter(tools, key.code).satisfied is True
    assert letter(tools, key.code).status == "answered"
    assert kinds(tools, key.code).count("satisfied") == 1
    assert_healthy(tools)


def test_an_objection_goes_to_the_supervisor_with_the_deadline_it_had(tools: Tools) -> None:
    key = answered(tools)
    before = letter(tools, key.code).due_at
    objection.object_to(tools, key, f"  {WORDS} ")
    found = letter(tools, key.code)
    assert (found.status, found.owner_code, found.claimed_by) == ("triage", "triage", None)
    assert (found.due_at, found.satisfied) == (before, False)
    assert owners(tools, key.code) == [("bank-melli", "objected"), ("triage", None)]
    assert kinds(tools, key.code)[-1] == "objected"
    with tools.sessions() as session:
        mine, _ = desk.queue(session, make.SUPERVISOR, desk.Page())
        assert [each.tracking_code for each in mine] == [key.code]
        said = objections.of(session, [mine[0].id])[mine[0].id]
        assert [(each.text, each.answer) for each in said] == [(WORDS, "وام پرداخت شد.")]
        assert triage.pile(session, make.TRIAGE, None).waiting == 0
        assert desk.queue(session, make.TRIAGE, desk.Page()) == ([], None)
    assert_healthy(tools)


def test_only_the_supervisor_refers_it_again_and_finally(tools: Tools) -> None:
    key = answered(tools)
    objection.object_to(tools, key, WORDS)
    with pytest.raises(Forbidden):
        refer.refer(tools, make.TRIAGE, key.code, "bank-melli", "دوباره")
    refer.refer(tools, make.SUPERVISOR, key.code, "bank-melli", "پاسخ کامل نبود")
    with pytest.raises(FinallyReferred):
        refer.give_back(tools, MELLI, key.code, "با ما نیست")
    reply(tools, key.code, "امروز واریز شد.")
    assert letter(tools, key.code).answer == "امروز واریز شد."
    assert set(database.receipts(tools, key.code)) == {"registered", "referred", "answered"}
    assert_healthy(tools)


def test_each_answer_can_be_objected_to_once(tools: Tools) -> None:
    key = answered(tools)
    objection.object_to(tools, key, WORDS)
    objection.object_to(tools, key, WORDS)
    assert count(tools, "notes") == 1
    with pytest.raises(NotOpen):
        objection.object_to(tools, key, WORDS + " باز هم")
    with pytest.raises(NotOpen):
        objection.be_satisfied(tools, key)
    refer.refer(tools, make.SUPERVISOR, key.code, "bank-melli", "پاسخ کامل نبود")
    reply(tools, key.code, "امروز واریز شد.")
    objection.object_to(tools, key, WORDS)
    assert count(tools, "notes") == 2
    with tools.sessions() as session:
        shown = journey.read(session, tools, key.code, "1234", 15)
    assert [words for _, words in shown.replaced] == ["وام پرداخت شد."]
    assert_healthy(tools)


def test_who_was_satisfied_may_still_object_in_time(tools: Tools) -> None:
    key = answered(tools)
    objection.be_satisfied(tools, key)
    objection.object_to(tools, key, WORDS)
    assert letter(tools, key.code).satisfied is False


def test_after_the_time_to_object_nothing_can_be_said(tools: Tools) -> None:
    key = answered(tools)
    old = "update correspondences set answered_at = now() - interval '15 days 1 second'"
    database.change(tools, old)
    for say in (
        lambda: objection.object_to(tools, key, WORDS),
        lambda: objection.be_satisfied(tools, key),
    ):
        with pytest.raises(NotOpen):
            say()
    assert letter(tools, key.code).satisfied is None


def test_before_an_answer_nothing_can_be_said(tools: Tools) -> None:
    code = str(make.register(tools, citizen={"mobile": make.mobile(1234)})["tracking_code"])
    with pytest.raises(NotOpen):
        objection.object_to(tools, Key(code, "1234", 15), WORDS)


def test_who_does_not_know_the_four_digits_says_nothing(tools: Tools) -> None:
    key = answered(tools)
    with pytest.raises(NotFound):
        objection.object_to(tools, Key(key.code, "1235", 15), WORDS)
    with pytest.raises(NotFound):
        objection.object_to(tools, Key(key.code, "1235", 15), "")
    assert letter(tools, key.code).status == "answered"


@pytest.mark.parametrize("words", ["", " \u200c ", "نه", "ب" * 2001, "این پاسخ \x00 نیست"])
def test_an_objection_needs_words_of_some_length(tools: Tools, words: str) -> None:
    with pytest.raises(Invalid):
        objection.object_to(tools, answered(tools), words)
    assert count(tools, "notes") == 0


def test_of_many_objections_at_once_one_counts(tools: Tools) -> None:
    key = answered(tools)
    said = together(5, lambda n: objection.object_to(tools, key, f"{WORDS} {n}"))
    assert sum(isinstance(each, NotOpen) for each in said) == 4
    assert count(tools, "notes") == 1
    assert_healthy(tools)


def test_an_objection_and_the_closing_at_once_leave_one_of_them(tools: Tools) -> None:
    keys = [answered(tools) for _ in range(4)]
    database.change(tools, "update correspondences set answered_at = now() - interval '1 hour'")

    def work(number: int) -> object:
        if number == 0:
            return answer.close_answered(tools, 0)
        return objection.object_to(tools, keys[number - 1], WORDS)

    together(5, work)
    assert {letter(tools, key.code).status for key in keys} <= {"triage", "closed"}
    assert_healthy(tools)


def test_a_merged_letter_shows_the_one_that_goes_on(tools: Tools) -> None:
    key = answered(tools)
    other = str(make.register(tools, citizen={"mobile": make.mobile(9999)})["tracking_code"])
    database.force(
        tools,
        "update correspondences set status = 'merged', merged_into = "
        "(select id from correspondences where tracking_code = :target) "
        "where tracking_code = :code",
        code=other,
        target=key.code,
    )
    with tools.sessions() as session:
        shown = tracking.track(session, tools.vault, tools.book.current(), other, "9999")
    assert (shown["tracking_code"], shown["stage"]) == (other, "answered")
    objection.object_to(tools, Key(other, "9999", 15), WORDS)
    assert letter(tools, key.code).status == "triage"
