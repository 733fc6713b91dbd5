"""What owners do with a correspondence, and that it always has exactly one owner."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from app import access
from app.access import NotFound
from app.actions import answer, receipts, refer
from app.actions.refer import Taken
from app.actions.story import Teller, clock
from app.actors import Actor, Forbidden, Role
from app.deadlines import due_at
from app.door import Fault, Invalid
from app.lifecycle import IllegalMove
from app.models.receipt import Stage
from app.tools import Tools
from tests import make
from tests.app import database
from tests.app.database import assert_healthy, kinds, letter, together

MELLI = make.staff("bank-melli")
COLLEAGUE = make.staff("bank-melli", "two")
MELLAT = make.staff("bank-mellat")
MANAGER = Actor("user:manager", Role.MANAGER, "bank-melli")

Move = Callable[[Tools, Actor, str], dict[str, Any]]
MOVES: dict[str, Move] = {
    "claim": refer.claim,
    "forward": lambda t, a, c: refer.forward(t, a, c, "پاوه"),
    "return": lambda t, a, c: refer.give_back(t, a, c, "در حوزهٔ ما نیست"),
    "answer": lambda t, a, c: answer.answer(t, a, c, "done", "وام پرداخت شد."),
    "refer": lambda t, a, c: refer.refer(t, a, c, "bank-melli", "وام ازدواج"),
}


def referred(tools: Tools) -> str:
    return str(make.register(tools)["tracking_code"])


def in_progress(tools: Tools) -> str:
    code = referred(tools)
    refer.claim(tools, MELLI, code)
    return code


def answered(tools: Tools) -> str:
    code = in_progress(tools)
    MOVES["answer"](tools, MELLI, code)
    return code


def closed(tools: Tools) -> str:
    code = answered(tools)
    database.change(tools, "update correspondences set answered_at = now() - interval '40 days'")
    assert answer.close_answered(tools, 15) == 1
    return code


def in_triage(tools: Tools) -> str:
    return str(make.register(tools, text=make.UNCLEAR)["tracking_code"])


def branch(tools: Tools) -> None:
    database.change(
        tools,
        "insert into branches (id, province, agency_code, name, county) values "
        "(gen_random_uuid(), 'kermanshah', 'bank-melli', 'بانک ملی، پاوه', 'پاوه'), "
        "(gen_random_uuid(), 'kermanshah', 'bank-mellat', 'بانک ملت، سنقر', 'سنقر')",
    )


@pytest.mark.parametrize(
    ("start", "verb", "end"),
    [
        (referred, "claim", "in_progress"),
        (referred, "forward", "referred"),
        (referred, "return", "triage"),
        (referred, "answer", IllegalMove),
        (in_progress, "claim", "in_progress"),
        (in_progress, "forward", "in_progress"),
        (in_progress, "return", "triage"),
        (in_progress, "answer", "answered"),
        (answered, "claim", IllegalMove),
        (answered, "forward", IllegalMove),
        (answered, "return", IllegalMove),
        (answered, "answer", IllegalMove),
        (closed, "claim", IllegalMove),
        (closed, "return", IllegalMove),
        (closed, "answer", IllegalMove),
        (in_triage, "claim", NotFound),
        (in_triage, "answer", NotFound),
    ],
)
def test_the_table_of_allowed_moves_of_an_agency(
    tools: Tools, start: Callable[[Tools], str], verb: str, end: str | type[Exception]
) -> None:
    branch(tools)
    code = start(tools)
    before, version = letter(tools, code).status, letter(tools, code).version
    if isinstance(end, str):
        assert MOVES[verb](tools, MELLI, code)["status"] == end
        assert letter(tools, code).version >= version
    else:
        with pytest.raises(end):
            MOVES[verb](tools, MELLI, code)
        assert (letter(tools, code).status, letter(tools, code).version) == (before, version)
    assert_healthy(tools)


@pytest.mark.parametrize("start", [referred, in_progress, answered, closed])
def test_only_what_waits_in_triage_is_referred(tools: Tools, start: Callable[[Tools], str]) -> None:
    code = start(tools)
    with pytest.raises(IllegalMove):
        MOVES["refer"](tools, make.SUPERVISOR, code)
    with pytest.raises(NotFound):
        MOVES["refer"](tools, make.TRIAGE, code)


@pytest.mark.parametrize("verb", ["claim", "forward", "return", "answer"])
def test_another_agency_finds_nothing_and_other_roles_may_not(tools: Tools, verb: str) -> None:
    code = in_progress(tools)
    with pytest.raises(NotFound):
        MOVES[verb](tools, MELLAT, code)
    for actor in (make.OPERATOR, make.TRIAGE, make.SUPERVISOR):
        with pytest.raises(Forbidden):
            MOVES[verb](tools, actor, code)
    with pytest.raises(Forbidden):
        MOVES["refer"](tools, MELLI, code)


def test_of_twenty_who_claim_at_once_one_wins(tools: Tools) -> None:
    code = referred(tools)
    crowd = [make.staff("bank-melli", str(n)) for n in range(20)]
    outcomes = together(20, lambda n: refer.claim(tools, crowd[n], code))
    winners = [crowd[n].ref for n, o in enumerate(outcomes) if isinstance(o, dict)]
    assert winners == [letter(tools, code).claimed_by]
    assert sum(isinstance(o, Taken) for o in outcomes) == 19
    assert kinds(tools, code).count("claimed") == 1
    assert_healthy(tools)


def test_to_claim_twice_is_harmless_and_a_colleague_is_told(tools: Tools) -> None:
    code = in_progress(tools)
    assert refer.claim(tools, MELLI, code)["status"] == "in_progress"
    assert kinds(tools, code).count("claimed") == 1
    for verb in ("claim", "forward", "return", "answer"):
        with pytest.raises(Taken):
            MOVES[verb](tools, COLLEAGUE, code)


def test_a_manager_acts_for_the_staff(tools: Tools) -> None:
    code = in_progress(tools)
    assert MOVES["answer"](tools, MANAGER, code)["status"] == "answered"


def test_a_letter_is_forwarded_to_a_branch_of_the_own_agency_only(tools: Tools) -> None:
    branch(tools)
    code = in_progress(tools)
    refer.forward(tools, MELLI, code, " پاوه ")
    assert letter(tools, code).branch_id is not None
    assert kinds(tools, code)[-1] == "forwarded"
    for wrong in ("سنقر", "", "پاوه\x00", "\ud800"):
        with pytest.raises(Invalid) as refused:
            refer.forward(tools, MELLI, code, wrong)
        assert refused.value.faults == (Fault("branch", "unknown-branch"),)


def test_a_new_owner_gets_two_working_days_but_the_clock_runs_since_the_registration(
    tools: Tools,
) -> None:
    code = in_triage(tools)
    database.change(
        tools, "update correspondences set registered_at = registered_at - interval '90 days'"
    )
    refer.refer(tools, make.TRIAGE, code, "bank-melli", "وام")
    now: datetime = database.one(tools, "select clock_timestamp()")
    assert letter(tools, code).due_at == due_at(now, 2, tools.book.current().holidays)
    fresh = in_triage(tools)
    refer.refer(tools, make.TRIAGE, fresh, "bank-melli", "وام")
    assert letter(tools, fresh).due_at == due_at(now, 10, tools.book.current().holidays)


@pytest.mark.parametrize("agency", ["triage", "nowhere", ""])
def test_a_letter_is_referred_to_a_known_agency_only(tools: Tools, agency: str) -> None:
    code = in_triage(tools)
    with pytest.raises(Invalid):
        refer.refer(tools, make.TRIAGE, code, agency, "وام")


def test_two_officers_who_refer_at_once_make_one_referral(tools: Tools) -> None:
    code = in_triage(tools)
    agencies = ["bank-melli", "bank-mellat"] * 4
    outcomes = together(8, lambda n: refer.refer(tools, make.SUPERVISOR, code, agencies[n], "وام"))
    assert sum(isinstance(o, dict) for o in outcomes) == 1
    assert sum(isinstance(o, IllegalMove) for o in outcomes) == 7
    assert kinds(tools, code).count("referred") == 1
    assert_healthy(tools)


def test_the_second_receipt_is_written_once_though_referred_twice(tools: Tools) -> None:
    code = in_triage(tools)
    refer.refer(tools, make.TRIAGE, code, "bank-mellat", "وام")
    first = database.receipts(tools, code)["referred"]
    refer.give_back(tools, MELLAT, code, "مشتری ما نیست")
    refer.refer(tools, make.TRIAGE, code, "bank-melli", "وام")
    second = database.receipts(tools, code)["referred"]
    assert (first.id, first.local_id, first.text) == (second.id, second.local_id, second.text)
    assert database.count(tools, "receipts") == 2
    assert_healthy(tools)


def test_owing_a_receipt_twice_writes_it_once(tools: Tools) -> None:
    code = in_triage(tools)
    for _ in range(2):
        with tools.sessions.begin() as session:
            found = access.find(session, make.TRIAGE, code, lock=True)
            teller = Teller(tools.province, make.TRIAGE, clock(session))
            receipts.owe(session, teller, Stage.REFERRED, {found.id: "متن"})
    assert database.count(tools, "receipts") == 2
