"""The second provider over a real connection: what was taken, what was not, what nobody knows."""

import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from sms.fake.server import Server
from sms.faraz import Faraz
from sms.gateway import (
    MOST_AT_ONCE,
    Accepted,
    Ambiguous,
    LineStopped,
    Message,
    NotSent,
    Refused,
    Report,
    Unavailable,
)
from sms.kavenegar import Kavenegar

Make = Callable[..., Message]
Admin = Callable[..., Any]


def order(admin: Admin, fault: str, **more: object) -> None:
    assert admin("faults", {"fault": fault, **more})["http"] == 201


def test_an_accepted_message_is_stored_once_as_it_was_written_under_its_provider(
    faraz: Faraz, make_message: Make, admin: Admin
) -> None:
    text = "نامهٔ «می‌رود» — ۱۲۳ 123 ي ك 🙂👩‍🌾\nخط دوم"
    outcome = faraz.send(make_message(text=text))
    assert isinstance(outcome, Accepted)
    assert (outcome.status, outcome.cost) == (1, None)
    [stored] = admin("messages.json")["messages"]
    assert (stored["messageid"], stored["message"]) == (outcome.message_id, text)
    assert (stored["provider"], stored["receptor"]) == ("faraz", "09121234567")
    assert (stored["sender"], stored["localid"]) == ("10004346", None)


@pytest.mark.parametrize(("state", "status"), [("", 1), ("init", 1), ("in-queue", 1), ("sent", 4)])
def test_the_number_of_the_request_is_the_proof_with_or_without_its_state(
    state: str, status: int, faraz: Faraz, make_message: Make, admin: Admin
) -> None:
    admin("settings", {"faraz_state": state})
    outcome = faraz.send(make_message())
    assert isinstance(outcome, Accepted)
    assert outcome.status == status


def test_what_waits_for_the_providers_approval_is_accepted_and_not_sent_elsewhere(
    faraz: Faraz, make_message: Make, admin: Admin
) -> None:
    admin("settings", {"faraz_state": "pending-approval"})
    outcome = faraz.send(make_message())
    assert isinstance(outcome, Accepted)
    assert outcome.status == 2


@pytest.mark.parametrize("state", ["insufficient-balance", "rejected", "cancelled", "new-word"])
def test_what_was_taken_and_is_not_being_sent_is_for_a_person(
    state: str, faraz: Faraz, make_message: Make, admin: Admin
) -> None:
    admin("settings", {"faraz_state": state})
    outcome = faraz.send(make_message())
    assert isinstance(outcome, Ambiguous)
    assert state in outcome.reason


def test_without_credit_nobody_knows_whether_it_goes_out_once_there_is(
    faraz: Faraz, make_message: Make, admin: Admin
) -> None:
    admin("settings", {"credit": 5})
    assert isinstance(faraz.send(make_message()), Ambiguous)
    assert admin("summary.json")["messages"] == 0


@pytest.mark.parametrize(
    ("receptor", "text", "kind"),
    [
        ("02188776655", "سلام", Refused),
        ("+989121234567", "سلام", Refused),
        ("09121234567", " ", Refused),
        ("09121234567", "ش" * 901, Refused),
    ],
)
def test_a_message_it_objects_to_is_refused(
    receptor: str, text: str, kind: type, faraz: Faraz, make_message: Make, admin: Admin
) -> None:
    outcome = faraz.send(make_message(receptor, text))
    assert isinstance(outcome, Refused)
    assert outcome.code == 422
    assert outcome.reason in {"recipients", "text"}
    assert admin("summary.json")["messages"] == 0


def test_a_line_that_is_not_ours_stops_the_line(
    faraz: Faraz, make_message: Make, admin: Admin
) -> None:
    admin("settings", {"lines": ["3000"]})
    assert faraz.send(make_message()) == LineStopped(422, "line_number")
    assert faraz.send(make_message("02188776655")) == LineStopped(422, "line_number, recipients")


@pytest.mark.parametrize("code", [401, 403, 404, 405, 429])
def test_what_concerns_all_messages_stops_the_line(
    code: int, faraz: Faraz, make_message: Make, admin: Admin
) -> None:
    order(admin, str(code))
    assert faraz.send(make_message()) == LineStopped(code, "ordered")


def test_a_wrong_key_and_too_many_calls_stop_the_line(
    gateway: Server, faraz: Faraz, make_message: Make, admin: Admin
) -> None:
    stranger = Faraz("other", "10004346", base_url=gateway.url)
    assert stranger.send(make_message()) == LineStopped(401, "Unauthorized")
    admin("settings", {"rate": 1})
    assert LineStopped(429, "Too Many Attempts.") in [faraz.send(make_message()) for _ in range(4)]


AMBIGUOUS = {
    **dict.fromkeys(["400", "402", "409", "418", "422", "500", "503", "999"], 0),
    **dict.fromkeys(["html_500", "html_503", "html_200", "not_utf8", "json_list", "json_null"], 0),
    **dict.fromkeys(["json_deep", "redirect", "reset", "hang_then_reject"], 0),
    **dict.fromkeys(["accept_then_504", "accept_then_reset", "accept_then_truncate"], 1),
    **dict.fromkeys(["accept_then_timeout", "drip", "empty_entries"], 1),
}


@pytest.mark.parametrize(("fault", "stored"), AMBIGUOUS.items())
def test_an_answer_that_proves_nothing_is_ambiguous(
    fault: str, stored: int, faraz: Faraz, make_message: Make, admin: Admin
) -> None:
    order(admin, fault)
    assert isinstance(faraz.send(make_message()), Ambiguous)
    assert admin("summary.json")["messages"] == stored


def test_a_redirect_is_not_followed(faraz: Faraz, make_message: Make, admin: Admin) -> None:
    order(admin, "redirect")
    assert faraz.send(make_message()) == Ambiguous("HTTP 302 with an unreadable body")


def test_a_closed_port_or_an_unknown_host_means_that_nothing_was_sent(make_message: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for base_url, reason in (
        (f"http://127.0.0.1:{port}", "NewConnectionError"),
        ("http://nowhere.invalid", "NameResolutionError"),
    ):
        assert Faraz("k", "3000", base_url=base_url).send(make_message()) == NotSent(reason)


def test_it_cannot_be_asked_by_our_ids_and_says_so(faraz: Faraz, make_message: Make) -> None:
    message = make_message()
    faraz.send(message)
    assert (faraz.name, faraz.remembers) == ("faraz", False)
    assert (Kavenegar.name, Kavenegar.remembers) == ("kavenegar", True)
    with pytest.raises(Unavailable):
        faraz.look_up([message.local_id])


def test_many_are_sent_one_after_another_until_the_line_stops(
    faraz: Faraz, make_message: Make, admin: Admin
) -> None:
    many = [make_message(f"0912123456{number}") for number in range(3)]
    assert [type(each) for each in faraz.send_many(many)] == [Accepted] * 3
    order(admin, "429", match={"receptor": many[1].receptor})
    outcomes = faraz.send_many([make_message(each.receptor, "دوم") for each in many])
    assert [type(each) for each in outcomes] == [Accepted, LineStopped, NotSent]
    refused = [make_message("02188776655"), make_message()]
    assert [type(each) for each in faraz.send_many(refused)] == [Refused, Accepted]
    assert admin("summary.json")["messages"] == 5
    with pytest.raises(ValueError, match="at most 200"):
        faraz.send_many(many * MOST_AT_ONCE)
    assert faraz.send_many([]) == []


@pytest.mark.parametrize("end", [6, 11, 14])
def test_what_became_of_a_message_is_told_in_the_numbers_of_the_first_provider(
    end: int, faraz: Faraz, make_message: Make, admin: Admin
) -> None:
    sent = [faraz.send(make_message(f"0909000{end:04d}")), faraz.send(make_message())]
    ids = [each.message_id for each in sent if isinstance(each, Accepted)]
    assert [each.status for each in faraz.statuses(ids).values()] == [1, 1]
    admin("clock", {"advance": 60})
    assert faraz.statuses([*ids, 5]) == {
        ids[0]: Report(ids[0], end),
        ids[1]: Report(ids[1], 10),
        5: Report(0, 100),
    }


def test_an_end_that_nobody_knows_is_left_out(
    faraz: Faraz, make_message: Make, admin: Admin
) -> None:
    sent = faraz.send(make_message("09090000100"))
    assert isinstance(sent, Accepted)
    admin("clock", {"advance": 60})
    assert faraz.statuses([sent.message_id]) == {}


@pytest.mark.parametrize("fault", ["401", "html_500", "reset", "json_null", "accept_then_timeout"])
def test_a_question_without_an_answer_is_unavailable(
    fault: str, faraz: Faraz, admin: Admin
) -> None:
    for ask in (lambda: faraz.statuses([1]), faraz.account):
        order(admin, fault)
        with pytest.raises(Unavailable) as trouble:
            ask()
        assert trouble.value.code == (401 if fault == "401" else None)


def test_the_account_is_told_in_rials(faraz: Faraz, admin: Admin) -> None:
    admin("settings", {"credit": 123_450})
    account = faraz.account()
    assert account.credit == 123_450
    assert account.expires > datetime.now(UTC) + timedelta(days=300)
    assert (account.debug_mode, account.resend_failed, account.blocked) == (False, False, False)


def test_the_two_providers_know_nothing_of_each_other(
    faraz: Faraz, kavenegar: Kavenegar, make_message: Make, admin: Admin, gateway: Server
) -> None:
    by_first, by_second = kavenegar.send(make_message()), faraz.send(make_message("09121234568"))
    assert isinstance(by_first, Accepted)
    assert isinstance(by_second, Accepted)
    assert kavenegar.statuses([by_second.message_id])[by_second.message_id].status == 100
    assert faraz.statuses([by_first.message_id])[by_first.message_id].status == 100
    outbox = requests.get(f"{gateway.url}/v1/dev/sms/latestoutbox.json", timeout=5).json()
    assert [each["messageid"] for each in outbox["entries"]] == [by_first.message_id]


def test_a_message_that_both_have_taken_is_counted_as_a_duplicate(
    faraz: Faraz, kavenegar: Kavenegar, make_message: Make, admin: Admin
) -> None:
    message = make_message()
    kavenegar.send(message)
    faraz.send(message)
    assert admin("summary.json")["duplicates"] == 1


def test_a_fault_can_be_for_one_of_the_providers(
    faraz: Faraz, kavenegar: Kavenegar, make_message: Make, admin: Admin
) -> None:
    order(admin, "reset", match={"provider": "kavenegar"}, times=None)
    assert isinstance(faraz.send(make_message()), Accepted)
    assert isinstance(kavenegar.send(make_message()), Ambiguous)
    admin("faults", verb="DELETE")
    order(admin, "403", match={"provider": "faraz"})
    assert isinstance(kavenegar.send(make_message()), Accepted)
    assert isinstance(faraz.send(make_message()), LineStopped)


def test_the_misfortunes_of_telephones_are_the_first_providers_alone(
    faraz: Faraz, kavenegar: Kavenegar, make_message: Make
) -> None:
    assert isinstance(kavenegar.send(make_message("09090000418")), LineStopped)
    assert isinstance(faraz.send(make_message("09090000418")), Accepted)
