"""The methods of the provider that receipts do not need, and the account that pays for all."""

import json
import time
from collections.abc import Callable
from typing import Any

Api = Callable[..., dict[str, Any]]
Admin = Callable[..., Any]
SEND = {"receptor": "09121234567", "message": "سلام"}


def send(api: Api, **more: object) -> dict[str, Any]:
    body = api("sms/send", **{**SEND, **more})
    assert body["return"]["status"] == 200
    entry: dict[str, Any] = body["entries"][0]
    return entry


def test_a_scheduled_message_waits_and_can_be_cancelled_for_its_price(
    api: Api, admin: Admin
) -> None:
    admin("settings", {"credit": 1000})
    later = send(api, date=int(time.time()) + 7200)
    assert later["status"] == 2
    now = send(api)
    entries = api("sms/cancel", messageid=f"{later['messageid']},{now['messageid']},5")["entries"]
    assert [each["status"] for each in entries] == [13, 1, 100]
    assert api("account/info")["entries"]["remaincredit"] == 880


def test_without_credit_nothing_is_stored(api: Api, admin: Admin) -> None:
    admin("settings", {"credit": 200})
    receptors = "09121234567,09121234568"
    assert api("sms/send", receptor=receptors, message="سلام")["return"]["status"] == 418
    assert admin("summary.json")["messages"] == 0
    assert admin("summary.json")["credit"] == 200


def test_more_calls_a_second_than_allowed_are_451(api: Api, admin: Admin) -> None:
    admin("settings", {"rate": 3})
    codes = [api("account/info")["return"]["status"] for _ in range(8)]
    assert 451 in codes
    assert codes[0] == 200


def test_with_partial_a_bad_receptor_is_left_out(api: Api, admin: Admin) -> None:
    admin("settings", {"partial": True})
    receptors = "09121234567,bad,09090000411"
    body = api("sms/send", receptor=receptors, message="سلام")
    assert [each["receptor"] for each in body["entries"]] == ["09121234567"]


def test_sendarray_takes_arrays_of_one_length(api: Api) -> None:
    arrays = {
        "receptor": json.dumps(["09121234567", "09121234568"]),
        "message": json.dumps(["یک", "دو"]),
        "sender": json.dumps(["10004346", "10004346"]),
    }
    assert len(api("sms/sendarray", **arrays, localmessageids="[41, 42]")["entries"]) == 2
    assert api("sms/sendarray", **{**arrays, "message": '["یک"]'})["return"]["status"] == 419


def test_debug_mode_sends_nothing_and_a_blocked_line_ends_as_14(api: Api, admin: Admin) -> None:
    blocked = {"linenumber": "10004346", "receptor": "09121234568"}
    api("line/blocked/add", **blocked)
    api("line/blocked/add", linenumber="10004346", receptor="09121234569")
    ids = [send(api, receptor="09121234568")["messageid"]]
    api("account/config", debugmode="enabled")
    ids.append(send(api)["messageid"])
    admin("clock", {"advance": 10})
    entries = api("sms/status", messageid=",".join(map(str, ids)))["entries"]
    assert [each["status"] for each in entries] == [14, 13]
    assert len(api("line/blocked/list", linenumber="10004346")["entries"]) == 2
    assert api("line/blocked/remove", "DELETE", **blocked)["return"]["status"] == 200
    assert api("line/blocked/exists", **blocked)["entries"][0]["exists"] is False


def test_the_outbox_shows_and_counts_what_was_sent(api: Api) -> None:
    start = int(time.time()) - 60
    first, second = send(api), send(api, receptor="09121234568", message="ش" * 71)
    asked = {"startdate": start}
    assert [each["messageid"] for each in api("sms/selectoutbox", **asked)["entries"]] == [
        *(first["messageid"], second["messageid"])
    ]
    assert api("sms/latestoutbox", pagesize=1)["entries"][0]["messageid"] == second["messageid"]
    [count] = api("sms/countoutbox", **asked)["entries"]
    assert (count["sumcount"], count["sumpart"], count["cost"]) == (2, 3, 360)
    assert api("sms/countoutbox", startdate=start, status=10)["entries"][0]["sumcount"] == 0
    by_receptor = api("sms/statusbyreceptor", receptor="9121234568", **asked)["entries"]
    assert [each["messageid"] for each in by_receptor] == [second["messageid"]]
    assert len(api("sms/select", messageid=f"{first['messageid']},5")["entries"]) == 1
    assert api("sms/selectoutbox", startdate=start, enddate=5)["return"]["status"] == 415
    assert api("sms/selectoutbox", startdate=5)["return"]["status"] == 417


def test_what_citizens_write_is_received_once(api: Api, admin: Admin) -> None:
    for text in ("متشکرم", "پیگیرم"):
        assert admin("inbound", {"from": "09121234567", "message": text})["http"] == 201
    unread = {"linenumber": "10004346", "isread": 0}
    page = api("sms/inboxpaged", **unread)
    assert page["metadata"]["totalcount"] == 2
    assert [each["message"] for each in api("sms/receive", **unread)["entries"]] == [
        *("متشکرم", "پیگیرم")
    ]
    assert api("sms/receive", **unread)["entries"] == []
    assert api("sms/countinbox", startdate=5)["entries"][0]["sumcount"] == 2


def test_lookup_has_no_localid_and_sends_twice(api: Api, admin: Admin) -> None:
    given = {"receptor": "09121234567", "template": "verify", "token": "123"}
    assert api("verify/lookup", **given)["entries"][0]["message"] == "verify 123"
    api("verify/lookup", **given)
    assert admin("summary.json")["duplicates"] == 1
    assert api("verify/lookup", **{**given, "token": "1 2"})["return"]["status"] == 431
    assert api("verify/lookup", **{**given, "template": "missing"})["return"]["status"] == 424
