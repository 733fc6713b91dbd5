"""The local gateway answers as the second provider does, into the same inbox."""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from sms.fake.server import Server
from sms.fake.store import SCHEMA, Store

Admin = Callable[..., Any]
SEND = {
    "text": "سلام",
    "recipients": ["09121234567"],
    "line_number": "3000",
    "number_format": "english",
}


@pytest.fixture
def faraz_api(gateway: Server) -> Callable[..., tuple[int, Any]]:
    """Call the provider's API as any program may: the status of HTTP, and the JSON body."""

    def call(path: str, body: object = None, key: str = "dev") -> tuple[int, Any]:
        answer = requests.request(
            "GET" if body is None else "POST",
            f"{gateway.url}/ws/v1/{path}",
            json=body,
            headers={"Api-Key": key},
            timeout=5,
        )
        told = answer.json()
        assert set(told) == {"status", "data", "messages"}
        assert (told["status"] == "success") == (answer.status_code < 400)
        return answer.status_code, told

    return call


Call = Callable[..., tuple[int, Any]]


def test_a_send_is_answered_with_the_request_and_its_state(faraz_api: Call, admin: Admin) -> None:
    status, told = faraz_api("sms/simple", SEND)
    assert (status, told["data"]["status"]) == (201, "in-queue")
    number = told["data"]["id"]
    _, items = faraz_api(f"send_request/{number}/items")
    [item] = items["data"]["data"]
    assert (item["destination"], item["text"], item["status"]) == (
        "09121234567",
        "سلام",
        "in-queue",
    )
    admin("settings", {"faraz_state": ""})
    assert faraz_api("sms/simple", SEND)[1]["data"] == number + 1


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"recipients": []}, {"recipients"}),
        ({"recipients": "09121234567"}, {"recipients"}),
        ({"recipients": ["+989121234567"]}, {"recipients"}),
        ({"recipients": ["09121234567"] * 201}, {"recipients"}),
        ({"text": ""}, {"text"}),
        ({"text": None}, {"text"}),
        ({"text": "bell\x07"}, {"text"}),
        ({"line_number": "bank"}, {"line_number"}),
        ({"number_format": "roman"}, {"number_format"}),
        ({"text": 5, "line_number": None}, {"text", "line_number"}),
    ],
)
def test_objections_are_named_by_field(
    changed: dict[str, Any], fields: set[str], faraz_api: Call, admin: Admin
) -> None:
    status, told = faraz_api("sms/simple", {**SEND, **changed})
    assert (status, set(told["messages"])) == (422, fields)
    assert admin("summary.json")["messages"] == 0


def test_a_repeated_send_is_a_second_message(faraz_api: Call, admin: Admin) -> None:
    for _ in range(2):
        faraz_api("sms/simple", SEND)
    totals = admin("summary.json")
    assert (totals["messages"], totals["duplicates"]) == (2, 1)


def test_strange_calls_are_refused_in_the_providers_words(faraz_api: Call) -> None:
    assert faraz_api("account/balance", key="other")[0] == 401
    assert faraz_api("nothing")[0] == 404
    assert faraz_api("account/balance", {})[0] == 404
    assert faraz_api("send_request/5/items")[0] == 404
    assert faraz_api("sms/simple", [])[0] == 422
    assert faraz_api(f"send_request/{'9' * 30}/items")[0] == 404


def test_a_fault_can_be_asked_for_in_a_header(gateway: Server) -> None:
    url = f"{gateway.url}/ws/v1/account/balance"
    for fault, status in (("429", 429), ("nonsense", 400), ("html_503", 503)):
        headers = {"Api-Key": "dev", "X-Fake-Fault": fault}
        assert requests.get(url, headers=headers, timeout=5).status_code == status


def test_its_messages_are_not_reported_by_call_back(
    faraz_api: Call, admin: Admin, listener: Any, api: Callable[..., Any]
) -> None:
    admin("settings", {"callback_url": listener.url})
    faraz_api("sms/simple", SEND)
    theirs = api("sms/send", receptor="09121234567", message="سلام")["entries"][0]["messageid"]
    admin("clock", {"advance": 60})
    end = time.monotonic() + 5
    while not listener.heard and time.monotonic() < end:
        time.sleep(0.02)
    # The second provider's message was due first: had it been one to report, it would be here.
    assert [body for _, body in listener.heard] == [f"messageid={theirs}&status=10"]


def test_messages_are_shown_by_provider_and_page_by_page(
    faraz_api: Call, admin: Admin, api: Callable[..., Any]
) -> None:
    for number in range(3):
        api("sms/send", receptor="09121234567", message=f"یک {number}")
        faraz_api("sms/simple", {**SEND, "text": f"دو {number}"})
    assert admin("messages.json?provider=faraz")["total"] == 3
    assert {each["provider"] for each in admin("messages.json")["messages"]} == {
        *("kavenegar", "faraz")
    }
    for order in ("", "&newest=1"):
        texts, page = [], {"next": ""}
        while page["next"] is not None:
            after = f"&after={page['next']}" if page["next"] else ""
            page = admin(f"messages.json?limit=2{order}{after}")
            texts += [each["message"] for each in page["messages"]]
        assert len(texts) == len(set(texts)) == 6
    assert admin("messages.json?provider=faraz&receptor=09121234567&limit=1")["total"] == 3


def test_the_page_names_the_provider(gateway: Server) -> None:
    assert 'class="provider"' in requests.get(gateway.url, timeout=5).text
    script = requests.get(f"{gateway.url}/static/phone.js", timeout=5).text
    assert "کاوه‌نگار" in script
    assert "فراز اس‌ام‌اس" in script


def test_a_file_of_the_time_of_one_provider_is_read(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "gateway.sqlite3") as old:
        old.executescript(SCHEMA.replace(",\n    provider TEXT NOT NULL DEFAULT 'kavenegar'", ""))
        old.execute(
            "INSERT INTO messages (receptor, message, sender, accepted_at, sent_at, operator_at,"
            " final_at, final, cost, segments, twins, again, report_at)"
            " VALUES ('09121234567', 'سلام', '3000', 1, 1, 1, 1, 10, 120, 1, 0, 0, 1)"
        )
    old.close()
    for _ in range(2):
        store = Store(tmp_path)
        assert [each.provider for each in store.messages("1")] == ["kavenegar"]
        store.close()
