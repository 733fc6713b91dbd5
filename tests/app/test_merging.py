"""Duplicates: one matter of one citizen becomes one letter, and none of them is lost."""

import pytest

from app.access import NotFound
from app.actions import answer, merging, refer
from app.actors import Actor, Forbidden, Role
from app.door import Invalid
from app.lifecycle import IllegalMove
from app.queries import desk, ledger, tracking, triage
from app.tools import Tools
from tests import make
from tests.app import database

WHO = {"national_id": make.national_id(11), "mobile": make.mobile(2211)}
BANK = make.staff("bank-melli")


def letter(tools: Tools, text: str = make.UNCLEAR, **citizen: str) -> str:
    code: str = make.register(tools, text=text, citizen=WHO | citizen)["tracking_code"]
    return code


def beside(tools: Tools, code: str, actor: Actor = make.TRIAGE) -> list[str]:
    with tools.sessions() as session:
        found = database.letter(tools, code)
        return [one.tracking_code for one in triage.beside(session, actor, found)]  # type: ignore[arg-type]


def tracked(tools: Tools, code: str) -> dict[str, object]:
    with tools.sessions() as session:
        return tracking.track(session, tools.vault, tools.book.current(), code, "2211")


def test_a_duplicate_is_kept_counted_and_points_to_the_other(tools: Tools) -> None:
    first, second = letter(tools, make.LOAN), letter(tools)
    owed = database.states(tools, second)
    said = merging.merge(tools, make.TRIAGE, second, first)
    assert said["tracking_code"] == first
    merged, other = database.letter(tools, second), database.letter(tools, first)
    assert (merged.status, merged.merged_into) == ("merged", other.id)
    assert (other.status, other.owner_code) == ("referred", "bank-melli")
    assert database.kinds(tools, second)[-1] == "merged"
    assert database.kinds(tools, first)[-1] == "joined"
    assert database.states(tools, second) == owed
    with tools.sessions() as session:
        balance = ledger.read(session, None)
    assert (balance["received"], balance["merged"], balance["open"]) == (2, 1, 1)
    database.assert_healthy(tools)


def test_the_citizen_sees_with_either_code_where_the_matter_stands(tools: Tools) -> None:
    first, second, third = letter(tools, make.LOAN), letter(tools), letter(tools)
    merging.merge(tools, make.TRIAGE, third, second)
    merging.merge(tools, make.TRIAGE, second, first)
    refer.claim(tools, BANK, first)
    answer.answer(tools, BANK, first, "done", "نوبت شما رسید.")
    for code in (second, third):
        seen = tracked(tools, code)
        assert (seen["tracking_code"], seen["stage"]) == (code, "answered")
        assert seen["agency"] == {"code": "bank-melli", "name": "بانک ملی"}
    database.assert_healthy(tools)


def test_who_has_the_other_letter_reads_both(tools: Tools) -> None:
    first, second, third = letter(tools, make.LOAN), letter(tools), letter(tools)
    merging.merge(tools, make.TRIAGE, third, second)
    merging.merge(tools, make.TRIAGE, second, first)
    with tools.sessions() as session:
        found = desk.joined(session, database.letter(tools, first))  # type: ignore[arg-type]
        assert [one.tracking_code for one in found] == [second, third]


def test_what_is_urgent_stays_urgent(tools: Tools) -> None:
    first, second = letter(tools, make.LOAN), letter(tools)
    database.change(
        tools, "update correspondences set urgent = true where tracking_code = :code", code=second
    )
    merging.merge(tools, make.TRIAGE, second, first)
    assert database.letter(tools, first).urgent


def test_only_an_open_letter_of_the_same_citizen_takes_it(tools: Tools) -> None:
    code = letter(tools)
    strangers = letter(tools, make.LOAN, national_id=make.national_id(12))
    answered = letter(tools, make.LOAN)
    refer.claim(tools, BANK, answered)
    answer.answer(tools, BANK, answered, "done", "نوبت شما رسید.")
    for other in (strangers, answered, code, "12345678901234", "نادرست"):
        with pytest.raises(Invalid):
            merging.merge(tools, make.TRIAGE, code, other)
    assert database.letter(tools, code).status == "triage"
    database.assert_healthy(tools)


def test_only_a_letter_that_waits_in_triage_is_merged(tools: Tools) -> None:
    first, second = letter(tools, make.LOAN), letter(tools)
    with pytest.raises(NotFound):
        merging.merge(tools, make.TRIAGE, first, second)
    merging.merge(tools, make.TRIAGE, second, first)
    with pytest.raises(IllegalMove):
        merging.merge(tools, make.TRIAGE, second, first)


def test_what_the_supervisor_decides_triage_does_not_merge(tools: Tools) -> None:
    first, second = letter(tools, make.LOAN), letter(tools, make.LOAN)
    for turn in range(3):
        refer.give_back(tools, BANK, second, "نزد ما نیست")
        if turn < 2:
            refer.refer(tools, make.TRIAGE, second, "bank-melli", "نزد شماست")
    with pytest.raises(Forbidden):
        merging.merge(tools, make.TRIAGE, second, first)


def test_only_triage_merges_and_only_triage_sees_what_is_elsewhere(tools: Tools) -> None:
    first, second = letter(tools, make.LOAN), letter(tools)
    assert beside(tools, second) == [first]
    assert beside(tools, first) == []
    for role in set(Role) - {Role.TRIAGE}:
        actor = Actor("user:x", role, "bank-melli")
        assert beside(tools, second, actor) == []
        with pytest.raises(Forbidden):
            merging.merge(tools, actor, second, first)


def test_two_officers_who_merge_crosswise_leave_one_letter_open(tools: Tools) -> None:
    for _ in range(5):
        pair = [letter(tools), letter(tools)]
        done = database.together(
            2, lambda n, pair=pair: merging.merge(tools, make.TRIAGE, pair[n], pair[1 - n])
        )
        assert sum(isinstance(one, dict) for one in done) == 1, done
        assert sum(isinstance(one, Invalid) for one in done) == 1, done
        assert sorted(database.letter(tools, code).status for code in pair) == ["merged", "triage"]
    database.assert_healthy(tools)


def test_a_letter_that_is_answered_meanwhile_takes_none(tools: Tools) -> None:
    for _ in range(5):
        first, second = letter(tools, make.LOAN), letter(tools)
        refer.claim(tools, BANK, first)
        work = (
            lambda first=first: answer.answer(tools, BANK, first, "done", "رسید."),
            lambda first=first, second=second: merging.merge(tools, make.TRIAGE, second, first),
        )
        done = database.together(2, lambda n, work=work: work[n]())
        assert isinstance(done[0], dict)
        assert isinstance(done[1], dict | Invalid), done
    database.assert_healthy(tools)
