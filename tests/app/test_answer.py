"""An answer needs a claim, tells the citizen, and the letter is closed when its time is over."""

from typing import Any

import pytest

from app.access import NotFound
from app.actions import answer, outbox, refer
from app.door import Fault, Invalid
from app.lifecycle import IllegalMove
from app.queries import tracking
from app.tools import Tools
from tests import make
from tests.app import database
from tests.app.conftest import Line
from tests.app.database import assert_healthy, kinds, letter, rows, together
from tests.app.fakes import CountingBell, FakeGateway

MELLI = make.staff("bank-melli")


def answered(tools: Tools, **changes: Any) -> str:
    code = str(make.register(tools, **changes)["tracking_code"])
    refer.claim(tools, MELLI, code)
    answer.answer(tools, MELLI, code, "done", "وام پرداخت شد.")
    return code


def test_an_answer_is_kept_and_owes_the_third_receipt(tools: Tools) -> None:
    code = answered(tools)
    found, owed = letter(tools, code), database.receipts(tools, code)
    assert (found.status, found.outcome, found.answer) == ("answered", "done", "وام پرداخت شد.")
    assert (found.owner_code, found.claimed_by) == ("bank-melli", MELLI.ref)
    assert owed["answered"].waits
    assert "پرداخت" not in owed["answered"].text
    assert kinds(tools, code) == ["registered", "routed", "claimed", "answered"]
    assert_healthy(tools)


def test_an_answer_after_the_other_receipts_are_settled_goes_at_once(tools: Tools) -> None:
    code = str(make.register(tools)["tracking_code"])
    outbox.drain(tools, FakeGateway(), 2, 5)
    refer.claim(tools, MELLI, code)
    answer.answer(tools, MELLI, code, "partly", "نیمی پرداخت شد.")
    assert not database.receipts(tools, code)["answered"].waits


def test_the_bell_rings_when_the_answer_is_committed(line: Line) -> None:
    seen: list[int] = []
    tools = line(bell=CountingBell(lambda: seen.append(database.count(tools, "receipts"))))
    answered(tools)
    assert seen == [2, 3]


def test_of_two_answers_at_once_one_is_kept(tools: Tools) -> None:
    code = str(make.register(tools)["tracking_code"])
    refer.claim(tools, MELLI, code)
    outcomes = together(6, lambda n: answer.answer(tools, MELLI, code, "done", f"پاسخ {n}"))
    assert sum(isinstance(o, dict) for o in outcomes) == 1
    assert sum(isinstance(o, IllegalMove) for o in outcomes) == 5
    assert kinds(tools, code).count("answered") == 1


@pytest.mark.parametrize(
    ("outcome", "words", "faults"),
    [
        ("finished", "بله", [Fault("outcome", "unknown-outcome")]),
        ("done", " ", [Fault("text", "text-empty")]),
        ("done", "ب" * 20_001, [Fault("text", "text-too-long")]),
        ("done", "ب\x00", [Fault("text", "bad-character")]),
        ("", "", [Fault("outcome", "unknown-outcome"), Fault("text", "text-empty")]),
    ],
)
def test_an_answer_that_says_nothing_is_refused(
    tools: Tools, outcome: str, words: str, faults: list[Fault]
) -> None:
    code = str(make.register(tools)["tracking_code"])
    refer.claim(tools, MELLI, code)
    with pytest.raises(Invalid) as refused:
        answer.answer(tools, MELLI, code, outcome, words)
    assert list(refused.value.faults) == faults


def test_what_was_answered_is_closed_after_the_time_to_object(tools: Tools) -> None:
    old, young = answered(tools), answered(tools)
    aged = "update correspondences set answered_at = now() - interval '15 days 1 minute' "
    database.change(tools, aged + "where tracking_code = :code", code=old)
    assert answer.close_answered(tools, 15) == 1
    assert answer.close_answered(tools, 15) == 0
    assert (letter(tools, old).status, letter(tools, young).status) == ("closed", "answered")
    assert letter(tools, old).closed_at is not None
    assert kinds(tools, old)[-1] == "closed"
    open_at = rows(
        tools,
        "select c.tracking_code from referrals r join correspondences c "
        "on c.id = r.correspondence_id where r.ended_at is null",
    )
    assert [row.tracking_code for row in open_at] == [young]
    assert_healthy(tools)


def test_two_who_close_at_once_close_each_letter_once(tools: Tools) -> None:
    codes = [answered(tools) for _ in range(6)]
    database.change(tools, "update correspondences set answered_at = now() - interval '40 days'")
    closed = together(3, lambda _: answer.close_answered(tools, 15))
    assert sum(n for n in closed if isinstance(n, int)) == 6
    assert all(kinds(tools, code).count("closed") == 1 for code in codes)


def test_the_citizen_reads_stage_holder_deadline_and_answer(tools: Tools) -> None:
    code = answered(tools, citizen={"mobile": make.mobile(1234)})
    reference = tools.book.current()
    with tools.sessions() as session:
        shown = tracking.track(session, tools.vault, reference, code, "۱۲۳۴")
    assert shown["stage"] == "answered"
    assert shown["agency"] == {"code": "bank-melli", "name": "بانک ملی"}
    assert shown["answer"]["text"] == "وام پرداخت شد."
    assert shown["last_act"]["kind"] == "answered"
    assert set(shown) == {
        "tracking_code", "stage", "agency", "registered_at", "due_at", "last_act", "answer",
    }  # fmt: skip
    for wrong_code, wrong_digits in (
        (code, "1235"),
        (code, ""),
        (code, "\ud800"),
        ("1" * 14, "1234"),
    ):
        with tools.sessions() as session, pytest.raises(NotFound):
            tracking.track(session, tools.vault, reference, wrong_code, wrong_digits)
