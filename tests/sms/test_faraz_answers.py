"""Answers that only a strange second provider gives, word for word; and a key never told."""

import copy
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from sms.fake.factory import create_gateway
from sms.fake.server import Server
from sms.fake.settings import GatewaySettings
from sms.faraz import Client, Faraz
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
from sms.reading import ApiError
from sms.wire import WireTrouble
from tests.sms.speaker import Speaker

KEY = "5ecretKEY0123456789abcdef"
OURS = Message("09121234567", "نامهٔ شما\nرسید", 5)
Say = Callable[..., Faraz]


@pytest.fixture
def say() -> Iterator[Say]:
    """A client of a provider that answers every call with the same words."""
    with Speaker() as speaker:
        yield lambda body, status=200: Faraz(
            KEY, "3000", base_url=speaker.say(body, status), timeout=(1, 1)
        )


def ok(data: Any) -> dict[str, Any]:
    return {"status": "success", "data": data, "messages": None}


def no(**told: Any) -> dict[str, Any]:
    return {"status": "error", "data": None, **told}


@pytest.mark.parametrize(
    "data", [7, "7", 7.0, {"id": 7}, {"id": "7", "status": "sent"}, {"id": 7, "status": "init"}]
)
def test_the_number_of_a_request_is_read_in_every_shape_that_was_seen(data: Any, say: Say) -> None:
    outcome = say(ok(data), 201).send(OURS)
    assert isinstance(outcome, Accepted)
    assert outcome.message_id == 7


@pytest.mark.parametrize(
    "data", [None, 0, -1, 2**63, True, "x", [], [7], {}, {"id": None}, {"id": 0, "status": "sent"}]
)
def test_a_success_without_a_number_is_ambiguous(data: Any, say: Say) -> None:
    assert isinstance(say(ok(data), 201).send(OURS), Ambiguous)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 500),
        (b"", 201),
        (b"{}", 201),
        ({"status": "success"}, 500),
        (ok(7), 401),
        (ok(7), 302),
        ({"status": "fine", "data": 7}, 201),
        (no(messages="?"), 201),
        (no(messages={"recipients": ["?"]}), 200),
        (no(messages={"recipients": ["?"]}), 500),
        (no(messages=["?"]), 422),
        (no(messages={"other": ["?"]}), 422),
        (b"<h1>Forbidden</h1>", 403),
        (b"<h1>Not Found</h1>", 404),
        ([1], 401),
    ],
)
def test_what_is_neither_a_clear_yes_nor_a_clear_no_is_ambiguous(
    body: object, status: int, say: Say
) -> None:
    assert isinstance(say(body, status).send(OURS), Ambiguous)


@pytest.mark.parametrize(
    "told",
    [
        {"messages": {"recipients": ["نامعتبر"]}},
        {"messages": {"recipients.0": ["نامعتبر"]}},
        {"messages": None, "message": "نامعتبر", "errors": {"recipients": ["نامعتبر"]}},
    ],
)
def test_an_objection_to_the_receptor_refuses_the_message(told: Any, say: Say) -> None:
    assert say(no(**told), 422).send(OURS) == Refused(422, "recipients")


@pytest.mark.parametrize("field", ["line_number", "number_format", "schedule"])
def test_an_objection_to_the_line_stops_it(field: str, say: Say) -> None:
    both = no(messages={field: ["?"], "text": ["?"]})
    assert isinstance(say(both, 422).send(OURS), LineStopped)


def test_a_refusal_in_the_words_of_its_framework_is_understood(say: Say) -> None:
    assert say({"message": "Unauthenticated."}, 401).send(OURS) == LineStopped(
        401, "Unauthenticated."
    )


def test_a_reason_that_repeats_the_key_hides_it_and_is_short(say: Say) -> None:
    outcome = say(no(message=f"bad key {KEY} " + "x" * 5000), 401).send(OURS)
    assert isinstance(outcome, LineStopped)
    assert outcome.reason.startswith("bad key … xxx")
    assert len(outcome.reason) == 200


def test_an_answer_without_end_is_not_read_to_its_end(say: Say) -> None:
    assert isinstance(say(b" " * (3 << 20)).send(OURS), Ambiguous)


@pytest.mark.parametrize(
    "data",
    [
        {"data": [{"status": "delivered"}], "last_page": 1},
        {"items": [{"status": "delivered"}]},
        [{"status": "delivered"}],
    ],
)
def test_the_items_of_a_request_are_read_in_every_shape_that_was_seen(data: Any, say: Say) -> None:
    assert say(ok(data)).statuses([7, 8]) == {7: Report(7, 10), 8: Report(8, 10)}


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        [],
        {"data": {}},
        {"data": [{"status": "delivered"}] * 2},
        {"data": [{"status": None}]},
        {"data": [{"status": "delivery-undetermined"}]},
        {"data": ["delivered"]},
    ],
)
def test_items_that_cannot_be_read_are_left_out(data: Any, say: Say) -> None:
    assert say(ok(data)).statuses([7]) == {}


def test_many_questions_and_many_messages_end_when_the_time_is_up() -> None:
    with Speaker() as speaker:
        url = speaker.say(ok([{"status": "delivered"}]))
        hasty = Faraz(KEY, "3000", base_url=url, batch_seconds=0.05)
        asked = range(1, 2000)
        assert 0 < len(hasty.statuses(asked)) < len(asked)
        speaker.say(ok(7), 201)
        outcomes = hasty.send_many([OURS] * MOST_AT_ONCE)
        sent = sum(isinstance(each, Accepted) for each in outcomes)
        assert 0 < sent < len(outcomes) == MOST_AT_ONCE
        assert all(isinstance(each, NotSent) for each in outcomes[sent:])


@pytest.mark.parametrize(
    ("balance", "credit"),
    [({"balance_amount": "54230.57"}, 542_300), ({"balanceAmount": 5000}, 50_000)],
)
def test_a_balance_in_tomans_is_told_in_rials(balance: Any, credit: int, say: Say) -> None:
    plan = {"expiryDate": "2027-02-04T15:41:35.000000Z"}
    account = say(ok({**balance, "plan": plan, "blocked": True})).account()
    assert (account.credit, account.blocked) == (credit, True)
    assert account.expires == datetime(2027, 2, 4, 15, 41, 35, tzinfo=UTC)


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        {"balance_amount": "5"},
        *(
            {"balance_amount": amount, "plan": {"expiryDate": "2027-02-04T15:41:35Z"}}
            for amount in ("much", None, "-1", "NaN", "Infinity", "1E999999999")
        ),
        {"balance_amount": "5", "plan": {"expiryDate": "some day"}},
    ],
)
def test_an_account_of_another_shape_is_unavailable(data: Any, say: Say) -> None:
    with pytest.raises(Unavailable):
        say(ok(data)).account()


@pytest.mark.parametrize("sender", ["", "+983000", "bank", "۳۰۰۰", "3000\n"])
def test_a_sender_that_is_none_is_refused_at_the_start(sender: str) -> None:
    with pytest.raises(ValueError, match="sender"):
        Faraz(KEY, sender)


@pytest.mark.parametrize("key", ["", "a/b", "a b", "a\r\nb", "کلید"])
def test_a_key_that_is_none_is_refused_at_the_start(key: str) -> None:
    with pytest.raises(ValueError, match="key") as refusal:
        Faraz(key, "3000")
    assert not key or key not in str(refusal.value)


@pytest.mark.parametrize("url", ["", "api.example", "ftp://host", "http://u:p@host"])
def test_a_base_url_that_is_none_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ValueError, match="base URL"):
        Faraz(KEY, "3000", base_url=url)


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Server]:
    """A gateway that knows one key, and that key only."""
    with Server(create_gateway(GatewaySettings(tmp_path / "locked", key=KEY))) as server:
        yield server


@pytest.mark.parametrize(
    "fault", ["slow", "401", "html_500", "reset", "accept_then_truncate", "redirect"]
)
def test_the_key_is_in_no_log_outcome_or_traceback(
    fault: str, locked: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    gateway = Faraz(KEY, "3000", base_url=locked.url, timeout=(0.5, 0.4))
    client = Client(KEY, locked.url, (0.5, 0.4))
    seen = [repr(gateway), str(client), repr(client), repr(vars(client)), repr(vars(client.wire))]
    seen.append(repr(vars(gateway)))
    requests.post(f"{locked.url}/_gateway/faults", json={"fault": fault, "times": 3}, timeout=5)
    seen.append(repr(gateway.send(OURS)))
    for ask in (client.balance, gateway.account):
        with pytest.raises((ApiError, WireTrouble, Unavailable)) as trouble:
            ask()
        seen.append(_everything(trouble.value))
    calls = requests.get(f"{locked.url}/_gateway/requests.json", timeout=5).text
    assert "connectionpool" in caplog.text
    assert "account/balance" in calls
    assert KEY not in caplog.text + "".join(seen) + calls


def test_the_key_is_not_in_the_trouble_of_a_host_that_is_not_there(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    gateway = Faraz(KEY, "3000", base_url="http://nowhere.invalid")
    assert gateway.send(OURS) == NotSent("NameResolutionError")
    with pytest.raises(Unavailable) as trouble:
        gateway.account()
    assert KEY not in _everything(trouble.value) + caplog.text
    assert trouble.value.__cause__ is None
    assert trouble.value.__context__ is None


def _everything(error: BaseException) -> str:
    """All that a crash reporter could gather, local variables too."""
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(told.format()) + repr(error) + str(error) + repr(vars(error))


def test_the_client_has_no_other_way_out_and_cannot_be_written_down() -> None:
    client = Client(KEY, "http://127.0.0.1:1", (1, 1))
    assert not hasattr(client, "s")
    for write in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError):
            write(client)


def test_closing_leaves_a_client_that_still_works(say: Say) -> None:
    client = say(ok(7), 201)
    client.close()
    assert isinstance(client.send(OURS), Accepted)
    client.close()
