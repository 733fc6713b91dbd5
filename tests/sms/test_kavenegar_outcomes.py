"""Every answer of the provider and of the network, and the class of outcome it is."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from sms.fake.server import Server
from sms.gateway import (
    DELIVERY,
    Accepted,
    Ambiguous,
    LineStopped,
    Message,
    Mismatch,
    Refused,
    Report,
    Unavailable,
    delivery,
)
from sms.kavenegar import Kavenegar

Make = Callable[..., Message]
Admin = Callable[..., Any]


def order(admin: Admin, fault: str, **more: object) -> None:
    assert admin("faults", {"fault": fault, **more})["http"] == 201


def test_an_accepted_message_is_stored_once_as_it_was_written(
    kavenegar: Kavenegar, make_message: Make, admin: Admin
) -> None:
    text = "نامهٔ «می‌رود» — ۱۲۳ 123 ي ك 🙂👩‍🌾\nخط دوم"
    outcome = kavenegar.send(make_message(text=text))
    assert isinstance(outcome, Accepted)
    assert (outcome.status, outcome.cost) == (1, 120)
    [stored] = admin("messages.json")["messages"]
    assert (stored["messageid"], stored["message"]) == (outcome.message_id, text)
    assert stored["receptor"] == "09121234567"


@pytest.mark.parametrize(
    "code", [411, 413, 414, 417, 419, 420, 422, 400, 404, 405, 406, 424, 431, 432, 501, 607]
)
def test_what_will_never_be_taken_is_refused(
    code: int, kavenegar: Kavenegar, make_message: Make, admin: Admin
) -> None:
    order(admin, str(code))
    outcome = kavenegar.send(make_message())
    assert isinstance(outcome, Refused)
    assert outcome.code == code
    assert outcome.reason


@pytest.mark.parametrize("code", [401, 403, 407, 412, 416, 418, 426, 427, 429, 430, 451])
def test_what_concerns_all_messages_stops_the_line(
    code: int, kavenegar: Kavenegar, make_message: Make, admin: Admin
) -> None:
    order(admin, str(code))
    outcome = kavenegar.send(make_message())
    assert isinstance(outcome, LineStopped)
    assert outcome.code == code


@pytest.mark.parametrize("code", [402, 409, 499, 500, 503, 604, 999])
def test_a_code_that_proves_nothing_is_ambiguous(
    code: int, kavenegar: Kavenegar, make_message: Make, admin: Admin
) -> None:
    order(admin, str(code))
    assert isinstance(kavenegar.send(make_message()), Ambiguous)


AMBIGUOUS = {
    "html_500": 0,
    "html_503": 0,
    "html_200": 0,
    "accept_then_504": 1,
    "not_utf8": 0,
    "json_list": 0,
    "json_null": 0,
    "json_deep": 0,
    "empty_entries": 1,
    "redirect": 0,
    "reset": 0,
    "accept_then_reset": 1,
    "accept_then_truncate": 1,
    "accept_then_timeout": 1,
    "hang_then_reject": 0,
    "drip": 1,
}


@pytest.mark.parametrize(("fault", "stored"), AMBIGUOUS.items())
def test_an_answer_that_proves_nothing_is_ambiguous(
    fault: str, stored: int, kavenegar: Kavenegar, make_message: Make, admin: Admin
) -> None:
    order(admin, fault)
    assert isinstance(kavenegar.send(make_message()), Ambiguous)
    assert admin("summary.json")["messages"] == stored


@pytest.mark.parametrize("fault", ["accept_then_timeout", "accept_then_reset", "accept_then_504"])
def test_asking_settles_it_and_the_same_localid_sends_nothing_twice(
    fault: str, kavenegar: Kavenegar, make_message: Make, admin: Admin
) -> None:
    order(admin, fault)
    message = make_message()
    kavenegar.send(message)
    report = kavenegar.look_up([message.local_id])[message.local_id]
    again = kavenegar.send(message)
    assert isinstance(again, Accepted)
    assert again.message_id == report.message_id
    totals = admin("summary.json")
    assert (totals["messages"], totals["dedupe_hits"], totals["duplicates"]) == (1, 1, 0)


def test_a_redirect_is_not_followed(kavenegar: Kavenegar, make_message: Make, admin: Admin) -> None:
    order(admin, "redirect")
    assert kavenegar.send(make_message()) == Ambiguous("redirect 302")


@pytest.mark.parametrize("fault", ["wrong_receptor", "wrong_message"])
def test_somebody_elses_record_is_a_mismatch(
    fault: str, kavenegar: Kavenegar, make_message: Make, admin: Admin
) -> None:
    order(admin, fault)
    assert isinstance(kavenegar.send(make_message()), Mismatch)


def test_a_localid_used_before_is_a_mismatch(kavenegar: Kavenegar) -> None:
    kavenegar.send(Message("09121234567", "یکی", 77))
    assert isinstance(kavenegar.send(Message("09121234567", "دیگری", 77)), Mismatch)
    assert isinstance(kavenegar.send(Message("09121234568", "یکی", 77)), Mismatch)


@pytest.mark.parametrize("receptor", ["09121234567", "9121234567", "+989121234567"])
def test_the_spelling_of_the_receptor_is_no_mismatch(receptor: str, kavenegar: Kavenegar) -> None:
    assert isinstance(kavenegar.send(Message(receptor, "سلام", 78)), Accepted)


def test_a_wrong_key_stops_the_line(gateway: Server, make_message: Make) -> None:
    for key, code in (("other", 403), ("disabled", 401)):
        outcome = Kavenegar(key, base_url=gateway.url).send(make_message())
        assert isinstance(outcome, LineStopped)
        assert outcome.code == code


def test_look_up_knows_ours_and_says_100_for_the_rest(
    kavenegar: Kavenegar, make_message: Make
) -> None:
    message = make_message()
    sent = kavenegar.send(message)
    assert isinstance(sent, Accepted)
    reports = kavenegar.look_up([message.local_id, 5])
    assert reports == {message.local_id: Report(sent.message_id, 1), 5: Report(0, 100)}
    assert kavenegar.statuses([sent.message_id]) == {sent.message_id: Report(sent.message_id, 1)}


def test_more_ids_than_one_call_takes_are_asked_in_several(
    kavenegar: Kavenegar, admin: Admin
) -> None:
    assert len(kavenegar.look_up(range(1, 1202))) == 1201
    assert len(admin("requests.json")["requests"]) == 3
    assert kavenegar.look_up([]) == {}


@pytest.mark.parametrize("fault", ["418", "html_500", "reset", "json_null", "accept_then_timeout"])
def test_a_question_without_an_answer_is_unavailable(
    fault: str, kavenegar: Kavenegar, admin: Admin
) -> None:
    for ask in (lambda: kavenegar.look_up([1]), lambda: kavenegar.statuses([1]), kavenegar.account):
        order(admin, fault)
        with pytest.raises(Unavailable) as trouble:
            ask()
        assert trouble.value.code == (418 if fault == "418" else None)


def test_a_question_to_nobody_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        Kavenegar("dev", base_url="http://nowhere.invalid").account()


def test_the_account_and_its_two_dangerous_switches(
    kavenegar: Kavenegar, admin: Admin, gateway: Server
) -> None:
    admin("settings", {"credit": 12345})
    account = kavenegar.account()
    assert (account.credit, account.debug_mode, account.resend_failed) == (12345, False, False)
    assert account.expires > datetime.now(UTC)
    switches = {"debugmode": "enabled", "resendfailed": "true"}
    requests.post(f"{gateway.url}/v1/dev/account/config.json", data=switches, timeout=5)
    account = kavenegar.account()
    assert (account.debug_mode, account.resend_failed) == (True, True)


def test_every_delivery_status_has_one_word_and_a_strange_one_is_unknown() -> None:
    assert {delivery(status) for status in DELIVERY} == {
        *("queued", "delivered", "undelivered", "failed", "blocked", "cancelled", "unknown")
    }
    assert (delivery(100), delivery(50)) == ("unknown", "unknown")
