"""Answers that only a strange provider gives, told word for word."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sms.gateway import Accepted, Ambiguous, Message, Mismatch, Refused, Report, Unavailable
from sms.kavenegar import Kavenegar
from tests.sms.speaker import Speaker

OURS = Message("09121234567", "نامهٔ شما\nرسید", 5)
RECORD = {"messageid": 7, "status": 1, "receptor": "09121234567", "message": OURS.text, "cost": 120}
Say = Callable[[object], Kavenegar]


@pytest.fixture
def say() -> Iterator[Say]:
    """A client of a provider that answers every call with the same words."""
    with Speaker() as speaker:
        yield lambda body: Kavenegar("5ecretKEY", base_url=speaker.say(body), timeout=(1, 1))


def ok(entries: Any, status: object = 200) -> dict[str, Any]:
    return {"return": {"status": status, "message": "m"}, "entries": entries}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"receptor": "+989121234567"},
        {"receptor": 989121234567},
        {"messageid": "7"},
        {"messageid": 7.0},
        {"message": "نامه\u0654 شما\r\nرسید "},
    ],
)
def test_a_record_that_is_ours_in_other_spelling_is_accepted(
    change: dict[str, Any], say: Say
) -> None:
    assert say(ok([{**RECORD, **change}])).send(OURS) == Accepted(7, 1, 120)


def test_a_status_in_text_and_a_cost_that_is_none_are_read(say: Say) -> None:
    assert say(ok([{**RECORD, "cost": None}], "200")).send(OURS) == Accepted(7, 1, None)


@pytest.mark.parametrize("entries", [None, {}, [], "x", [None], [RECORD, RECORD], [[RECORD]]])
def test_a_200_without_its_one_record_is_ambiguous(entries: Any, say: Say) -> None:
    assert isinstance(say(ok(entries)).send(OURS), Ambiguous)


@pytest.mark.parametrize("messageid", [None, 0, -1, 2**63, True, "٧", "x", 1.5, [], float("inf")])
def test_a_record_without_a_number_is_ambiguous(messageid: object, say: Say) -> None:
    assert isinstance(say(ok([{**RECORD, "messageid": messageid}])).send(OURS), Ambiguous)


@pytest.mark.parametrize("name", ["receptor", "message", "status"])
def test_a_record_that_cannot_be_compared_is_ambiguous(name: str, say: Say) -> None:
    assert isinstance(say(ok([{**RECORD, name: None}])).send(OURS), Ambiguous)


@pytest.mark.parametrize("change", [{"receptor": "3000"}, {"receptor": ""}, {"message": ""}])
def test_a_record_of_somebody_else_is_a_mismatch(change: dict[str, Any], say: Say) -> None:
    assert isinstance(say(ok([{**RECORD, **change}])).send(OURS), Mismatch)


@pytest.mark.parametrize(
    "body", [b"", b"{}", {"return": 200}, {"return": {"status": None}}, b"\xff"]
)
def test_an_envelope_of_another_shape_is_ambiguous(body: object, say: Say) -> None:
    assert isinstance(say(body).send(OURS), Ambiguous)


def test_an_answer_without_end_is_not_read_to_its_end(say: Say) -> None:
    assert isinstance(say(b" " * (3 << 20)).send(OURS), Ambiguous)


def test_a_reason_that_repeats_our_address_hides_the_key(say: Say) -> None:
    body = {"return": {"status": 404, "message": "no /v1/5ecretKEY/sms/send.json"}}
    assert say(body).send(OURS) == Refused(404, "no /v1/…/sms/send.json")


def test_reports_that_were_not_asked_for_or_cannot_be_read_are_left_out(say: Say) -> None:
    good = {"localid": "5", "messageid": 9, "status": 10}
    odd = [None, {}, {**good, "localid": 6}, {"localid": 7, "status": "late"}]
    assert say(ok([good, *odd])).look_up([5, 7]) == {5: Report(9, 10)}
    assert say(ok(None)).look_up([5]) == {}


@pytest.mark.parametrize("entries", [None, [], {"remaincredit": "much"}, {"remaincredit": 5}])
def test_an_account_of_another_shape_is_unavailable(entries: Any, say: Say) -> None:
    with pytest.raises(Unavailable):
        say(ok(entries)).account()


def test_a_switch_that_is_not_told_counts_as_on(say: Say) -> None:
    account = say(ok({"remaincredit": 5, "expiredate": 1_900_000_000})).account()
    assert account.debug_mode
    assert account.resend_failed


def test_closing_leaves_a_client_that_still_works(say: Say) -> None:
    client = say(ok([RECORD]))
    client.close()
    assert isinstance(client.send(OURS), Accepted)
    client.close()
