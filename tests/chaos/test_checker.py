"""The checker must find what is wrong: it is fed histories that are false, one lie at a time."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.chaos.checker import Expected, check
from tests.chaos.history import History, Operation, result_of
from tests.chaos.world import Day, Letter, Receipt, Sms, World

KEY, CODE, PHONE = "chaos-1-000001", "12345678901234", "09090001001"


def operation(**changes: object) -> Operation:
    right = Operation(
        op="register",
        key=KEY,
        process=0,
        invoked_at=1.0,
        ended_at=2.0,
        result="ok",
        status=201,
        seen=CODE,
        more={"channel": "letter", "mobile": PHONE},
    )
    return replace(right, **changes)  # type: ignore[arg-type]


def sms(number: int, stage: str, **changes: object) -> Sms:
    right = Sms(number, CODE, stage, PHONE, text=f"{stage} {CODE}")
    return replace(right, **changes)  # type: ignore[arg-type]


RIGHT = World(
    letters=[Letter(KEY, CODE)],
    receipts=[
        Receipt(CODE, "registered", "accepted"),
        Receipt(CODE, "referred", "delivered"),
    ],
    messages=[sms(1, "registered"), sms(2, "referred")],
    days=[Day("2026-11-22", cap=10, used=0, calls=0)],
)
CALL = operation(more={"channel": "call", "mobile": PHONE})


def found(world: World, *operations: Operation, healthy: bool = True) -> str:
    history = History(operations=operations or [operation()])
    return "\n".join(check(history, world, Expected(healthy=healthy)))


def test_a_true_history_passes() -> None:
    assert found(RIGHT) == ""


def test_a_lost_acknowledgement_is_found() -> None:
    assert "acknowledged but missing: 1" in found(World())


def test_an_acknowledged_letter_stored_twice_is_found() -> None:
    twice = replace(RIGHT, letters=[Letter(KEY, CODE), Letter(KEY, CODE[::-1])])
    assert "stored more than once: 1" in found(twice)


def test_a_call_that_is_both_accepted_and_on_the_list_is_found() -> None:
    assert "stored more than once: 1" in found(replace(RIGHT, callbacks=[KEY]), CALL)


def test_a_letter_that_was_refused_and_yet_stored_is_found() -> None:
    refused = operation(result="fail", status=422, seen="")
    assert "refused but stored: 1" in found(RIGHT, refused)


def test_a_key_that_nobody_ever_answered_is_found() -> None:
    silent = operation(result="info", status=0, seen="")
    assert "never answered, not even again: 1" in found(RIGHT, silent)


def test_an_unanswered_wish_that_was_answered_again_is_no_fault() -> None:
    silent = operation(result="info", status=503, seen="")
    assert found(RIGHT, silent, operation(op="again")) == ""


def test_a_letter_that_nobody_wished_is_found() -> None:
    strange = replace(RIGHT, letters=[*RIGHT.letters, Letter("chaos-1-000009", CODE[::-1])])
    assert "stored but never wished: 1" in found(strange)


def test_two_different_answers_to_one_key_are_found() -> None:
    assert "one key, two answers: 1" in found(RIGHT, operation(), operation(seen=CODE[::-1]))


def test_an_answer_that_names_another_letter_is_found() -> None:
    assert "another tracking code than is stored: 1" in found(RIGHT, operation(seen=CODE[::-1]))


@pytest.mark.parametrize("stage", ["registered", "referred"])
def test_an_sms_accepted_twice_is_found(stage: str) -> None:
    assert "SMS accepted twice" in found(replace(RIGHT, messages=[*RIGHT.messages, sms(3, stage)]))


def test_the_same_words_twice_to_one_telephone_are_found_whatever_the_local_id() -> None:
    again = sms(3, "", text=RIGHT.messages[0].text)
    assert "SMS accepted twice: 1" in found(replace(RIGHT, messages=[*RIGHT.messages, again]))


def test_an_sms_to_another_telephone_is_found() -> None:
    astray = [sms(1, "registered", phone="09090001002"), sms(2, "referred")]
    assert "SMS to another telephone: 1" in found(replace(RIGHT, messages=astray))


def test_the_wrong_order_is_found() -> None:
    turned = [sms(1, "referred"), sms(2, "registered")]
    assert "receipts out of order: 1" in found(replace(RIGHT, messages=turned))


def test_a_referral_told_without_the_registration_is_found() -> None:
    only = replace(RIGHT, messages=[sms(2, "referred")])
    assert "receipts out of order: 1" in found(only)
    assert "receipts never sent: 1" in found(only)


def test_an_unsent_receipt_is_found_when_the_provider_is_in_order_only() -> None:
    waiting = replace(
        RIGHT,
        receipts=[RIGHT.receipts[0], Receipt(CODE, "referred", "pending")],
        messages=[sms(1, "registered")],
    )
    assert "receipts never sent: 1" in found(waiting)
    assert "receipts not settled: 1" in found(waiting)
    assert found(waiting, healthy=False) == ""


def test_a_receipt_said_to_be_sent_that_the_gateway_never_had_is_found() -> None:
    lie = replace(RIGHT, messages=[sms(1, "registered")])
    assert f"receipts never sent: 1 ({CODE} referred (delivered))" in found(lie)


def test_a_letter_without_any_receipt_is_found() -> None:
    assert "letters without a receipt: 1" in found(replace(RIGHT, receipts=[], messages=[]))


def test_a_day_over_its_cap_is_found() -> None:
    over = replace(RIGHT, days=[Day("2026-11-22", cap=10, used=11, calls=11)])
    assert "calls over the cap: 1 (2026-11-22: 11 of 10)" in found(over)


def test_a_call_on_the_wrong_day_is_found() -> None:
    wrong = replace(RIGHT, days=[Day("2026-11-22", cap=10, used=2, calls=1)])
    assert "days whose count is not their calls: 1" in found(wrong)


def test_a_caller_who_was_answered_and_is_nowhere_is_found() -> None:
    answer = operation(status=202, seen="a call-back", more={"channel": "call"})
    assert "accepted and on the call-back list 0" in found(World(), answer)


def test_a_call_back_is_told_exactly_once() -> None:
    answer = operation(status=202, seen="a call-back", more={"channel": "call", "mobile": PHONE})
    promised = World(callbacks=[KEY])
    note = Sms(1, "", "", PHONE, text="we ring")
    assert "call-backs that nobody was told of: 1" in found(promised, answer)
    assert found(replace(promised, messages=[note]), answer) == ""
    twice = replace(promised, messages=[note, replace(note, number=2)])
    assert "call-backs told more than once: 1" in found(twice, answer)


def test_what_doctor_and_the_chain_say_is_passed_on() -> None:
    ill = replace(RIGHT, doctor={"ok": False, "checks": {"letter without an owner": 2, "x": 0}})
    assert "doctor: 1 (letter without an owner: 2)" in found(ill)
    assert "doctor: no report" in found(replace(RIGHT, doctor=None))
    assert "audit verify" in found(replace(RIGHT, audit={"ok": False, "broken_at": 7}))


@pytest.mark.parametrize(
    ("status", "result"), [(201, "ok"), (202, "ok"), (422, "fail"), (503, "info"), (0, "info")]
)
def test_only_an_answer_decides(status: int, result: str) -> None:
    assert result_of(status) == result


def test_the_history_is_on_disk_as_it_goes(tmp_path: Path) -> None:
    history = History(tmp_path / "history.jsonl")
    history.add(operation())
    history.add(operation(key="chaos-1-000002", result="info"))
    lines = (tmp_path / "history.jsonl").read_text().splitlines()
    history.close()
    assert len(lines) == 2
    assert '"result": "info"' in lines[1]
    assert history.undecided() == ["chaos-1-000002"]
