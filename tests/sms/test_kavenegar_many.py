"""Many messages in one call: each is accepted by its own record, or nobody says that it was."""

from collections.abc import Callable
from typing import Any

import pytest

from sms.fake.server import Server
from sms.gateway import (
    MOST_AT_ONCE,
    Accepted,
    Ambiguous,
    LineStopped,
    Message,
    Mismatch,
    NotSent,
    Outcome,
    Refused,
    Singly,
)
from sms.kavenegar import Kavenegar

Make = Callable[..., Message]
Admin = Callable[..., Any]


@pytest.fixture
def trusted(gateway: Server, make_message: Make, admin: Admin) -> Kavenegar:
    """A client that has seen the provider keep a local id; its trial is forgotten."""
    client = Kavenegar("dev", "10004346", base_url=gateway.url, timeout=(0.5, 0.4))
    assert [type(each) for each in client.send_many([make_message()])] == [Accepted]
    admin("messages", verb="DELETE")
    return client


@pytest.fixture
def three(make_message: Make) -> list[Message]:
    return [make_message(f"0912123456{number}", f"پیام {number}") for number in range(3)]


def kinds(outcomes: list[Outcome | Singly]) -> list[type]:
    return [type(each) for each in outcomes]


def test_all_of_a_call_are_accepted_in_order_and_known_by_their_local_ids(
    trusted: Kavenegar, three: list[Message], admin: Admin
) -> None:
    outcomes = trusted.send_many(three)
    stored = admin("messages.json")["messages"]
    assert [(each["receptor"], each["message"], each["localid"]) for each in stored] == [
        (message.receptor, message.text, message.local_id) for message in three
    ]
    assert outcomes == [Accepted(each["messageid"], 1, 120) for each in stored]
    assert len(trusted.look_up([message.local_id for message in three])) == 3
    [call] = [each for each in admin("requests.json")["requests"] if "localmessageids" in str(each)]
    assert call["path"] == "/v1/***/sms/sendarray.json"


def test_a_call_of_as_many_as_the_provider_takes(
    trusted: Kavenegar, make_message: Make, admin: Admin
) -> None:
    many = [make_message("09121234567", f"پیام {number}") for number in range(MOST_AT_ONCE)]
    assert set(kinds(trusted.send_many(many))) == {Accepted}
    assert admin("summary.json")["messages"] == MOST_AT_ONCE
    with pytest.raises(ValueError, match="at most 200"):
        trusted.send_many([*many, make_message()])
    assert trusted.send_many([]) == []


def test_the_first_call_carries_one_message_and_the_others_are_sent_singly(
    gateway: Server, three: list[Message], admin: Admin
) -> None:
    client = Kavenegar("dev", "10004346", base_url=gateway.url)
    assert kinds(client.send_many(three)) == [Accepted, Singly, Singly]
    assert admin("summary.json")["messages"] == 1
    assert kinds(client.send_many(three[1:])) == [Accepted, Accepted]


def test_a_provider_that_drops_our_ids_is_never_sent_many(
    gateway: Server, make_message: Make, admin: Admin
) -> None:
    admin("settings", {"array_ids": False})
    client = Kavenegar("dev", "10004346", base_url=gateway.url)
    for _ in range(3):
        assert kinds(client.send_many([make_message(), make_message()])) == [Accepted, Singly]
    assert admin("summary.json")["messages"] == 3


def test_a_trial_that_cannot_be_looked_up_proves_nothing(
    gateway: Server, three: list[Message], admin: Admin
) -> None:
    client = Kavenegar("dev", "10004346", base_url=gateway.url)
    admin("faults", {"match": {"method": "sms/statuslocalmessageid"}, "fault": "html_500"})
    assert kinds(client.send_many(three[:1])) == [Accepted]
    assert kinds(client.send_many(three[1:])) == [Accepted, Singly]


def test_a_trial_that_fails_proves_nothing(
    gateway: Server, three: list[Message], admin: Admin
) -> None:
    client = Kavenegar("dev", "10004346", base_url=gateway.url)
    admin("faults", {"fault": "418"})
    assert kinds(client.send_many(three)) == [LineStopped, Singly, Singly]
    assert kinds(client.send_many(three)) == [Accepted, Singly, Singly]


def test_without_a_sender_nothing_is_sent_in_one_call(
    kavenegar: Kavenegar, three: list[Message], admin: Admin
) -> None:
    assert kinds(kavenegar.send_many(three)) == [Singly, Singly, Singly]
    assert admin("summary.json")["messages"] == 0


@pytest.mark.parametrize(
    "code", [400, 404, 405, 406, 411, 412, 413, 414, 417, 419, 420, 422, 424, 431, 432, 501, 607]
)
def test_a_refusal_that_is_of_one_message_sends_all_of_them_singly(
    code: int, trusted: Kavenegar, three: list[Message], admin: Admin
) -> None:
    admin("faults", {"fault": str(code)})
    outcomes = trusted.send_many(three)
    assert kinds(outcomes) == [Singly, Singly, Singly]
    assert {each.code for each in outcomes if isinstance(each, Singly)} == {code}
    assert admin("summary.json")["messages"] == 0


def test_one_bad_receptor_refuses_the_call_and_singly_only_itself(
    trusted: Kavenegar, three: list[Message], make_message: Make, admin: Admin
) -> None:
    mixed = [*three, make_message("09090000411")]
    assert set(kinds(trusted.send_many(mixed))) == {Singly}
    assert admin("summary.json")["messages"] == 0
    singly = [trusted.send(message) for message in mixed]
    assert [type(each) for each in singly] == [Accepted, Accepted, Accepted, Refused]


@pytest.mark.parametrize("code", [401, 403, 407, 416, 418, 426, 427, 429, 430, 451])
def test_what_concerns_all_messages_stops_the_line(
    code: int, trusted: Kavenegar, three: list[Message], admin: Admin
) -> None:
    admin("faults", {"fault": str(code)})
    assert kinds(trusted.send_many(three)) == [LineStopped] * 3


@pytest.mark.parametrize(
    "fault",
    [
        *("402", "409", "500", "999", "html_500", "html_200", "accept_then_504", "not_utf8"),
        *("json_list", "json_null", "redirect", "reset", "accept_then_reset"),
        *("accept_then_truncate", "accept_then_timeout", "empty_entries", "same_messageid"),
    ],
)
def test_an_answer_that_proves_nothing_is_ambiguous_for_all(
    fault: str, trusted: Kavenegar, three: list[Message], admin: Admin
) -> None:
    admin("faults", {"fault": fault})
    assert kinds(trusted.send_many(three)) == [Ambiguous] * 3


def test_asking_settles_all_of_a_call_without_an_answer(
    trusted: Kavenegar, three: list[Message], admin: Admin
) -> None:
    admin("faults", {"fault": "accept_then_reset"})
    trusted.send_many(three)
    reports = trusted.look_up([message.local_id for message in three])
    assert all(report.message_id for report in reports.values())
    assert kinds([trusted.send(message) for message in three]) == [Accepted] * 3
    totals = admin("summary.json")
    assert (totals["messages"], totals["duplicates"]) == (3, 0)


def test_who_is_left_out_of_the_answer_is_ambiguous(
    trusted: Kavenegar, three: list[Message], admin: Admin
) -> None:
    admin("faults", {"fault": "short_entries"})
    assert kinds(trusted.send_many(three)) == [Accepted, Accepted, Ambiguous]


def test_a_receptor_that_was_dropped_moves_nobody_elses_record(
    trusted: Kavenegar, three: list[Message], make_message: Make, admin: Admin
) -> None:
    admin("settings", {"partial": True})
    outcomes = trusted.send_many([three[0], make_message("09090000411"), *three[1:]])
    assert kinds(outcomes) == [Accepted, Ambiguous, Accepted, Accepted]
    ids = [each.message_id for each in outcomes if isinstance(each, Accepted)]
    assert ids == [each["messageid"] for each in admin("messages.json")["messages"]]


def test_twins_cannot_be_told_apart_when_one_is_left_out(
    trusted: Kavenegar, three: list[Message], make_message: Make, admin: Admin
) -> None:
    admin("faults", {"fault": "short_entries"})
    outcomes = trusted.send_many([make_message(), three[0], make_message()])
    assert kinds(outcomes) == [Ambiguous, Accepted, Ambiguous]


def test_two_records_of_one_message_are_ambiguous(
    trusted: Kavenegar, three: list[Message], admin: Admin
) -> None:
    admin("faults", {"fault": "double_entries"})
    assert kinds(trusted.send_many(three)) == [Ambiguous, Accepted, Accepted]


def test_records_out_of_order_are_ambiguous_for_those_who_moved(
    trusted: Kavenegar, three: list[Message], admin: Admin
) -> None:
    admin("faults", {"fault": "turned_entries"})
    assert kinds(trusted.send_many(three)) == [Ambiguous, Accepted, Ambiguous]


def test_a_local_id_used_before_is_a_mismatch_for_that_one_only(
    trusted: Kavenegar, three: list[Message]
) -> None:
    used = three[1]
    trusted.send(used)
    other = Message(used.receptor, "دیگری", used.local_id)
    assert kinds(trusted.send_many([three[0], other, three[2]])) == [Accepted, Mismatch, Accepted]


def test_a_closed_port_means_that_none_was_sent(three: list[Message]) -> None:
    client = Kavenegar("dev", "10004346", base_url="http://127.0.0.1:1")
    assert kinds(client.send_many(three)) == [NotSent, Singly, Singly]
