"""The local gateway answers as the provider's documentation says."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from sms.fake.server import Server
from sms.fake.v1 import METHODS

Api = Callable[..., dict[str, Any]]
Admin = Callable[..., Any]
SEND = {"receptor": "09121234567", "message": "سلام"}


def send(api: Api, **more: object) -> dict[str, Any]:
    body = api("sms/send", **{**SEND, **more})
    assert body["return"]["status"] == 200
    entry: dict[str, Any] = body["entries"][0]
    return entry


def test_an_accepted_message_has_the_documented_record(api: Api) -> None:
    entry = send(api, localid=5)
    assert set(entry) == {
        *("messageid", "message", "status", "statustext", "sender", "receptor", "date", "cost")
    }
    assert (entry["messageid"], entry["status"], entry["cost"]) == (8792343, 1, 120)
    assert send(api)["messageid"] == 8792344
    assert send(api, message="hello")["cost"] == 240


@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_both_verbs_are_taken(verb: str, api: Api) -> None:
    assert api("sms/send", verb, **SEND)["return"] == {"status": 200, "message": "تایید شد"}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"receptor": None}, 400),
        ({"message": None}, 400),
        ({"receptor": ""}, 406),
        ({"message": " "}, 406),
        ({"sender": "bank"}, 412),
        ({"receptor": "02188776655"}, 411),
        ({"receptor": "09121234567,x"}, 411),
        ({"message": "ش" * 901}, 413),
        ({"message": "bell\x07"}, 422),
        ({"receptor": ",".join(["09121234567"] * 201)}, 414),
        ({"date": "tomorrow"}, 417),
        ({"date": "99999999999"}, 417),
        ({"localid": "1,2"}, 419),
        ({"localid": "x"}, 400),
        ({"localid": str(2**63)}, 400),
        ({"message": "ببینید https://example.org"}, 420),
        ({"tag": "نه"}, 607),
        # The order of the checks decides between two mistakes.
        ({"receptor": "x", "sender": "bank"}, 412),
        ({"receptor": "x", "message": "ش" * 901}, 411),
    ],
)
def test_a_bad_parameter_has_its_own_code(
    changed: dict[str, str | None], code: int, api: Api, admin: Admin
) -> None:
    given = {name: value for name, value in {**SEND, **changed}.items() if value is not None}
    body = api("sms/send", **given)
    assert body["return"]["status"] == code
    assert body["return"]["message"]
    assert body["entries"] is None
    assert admin("summary.json")["messages"] == 0


def test_the_key_the_method_and_the_verb_are_checked_first(api: Api, gateway: Server) -> None:
    assert api("sms/send", key="other")["return"]["status"] == 403
    assert api("sms/send", key="disabled")["return"]["status"] == 401
    assert api("sms/nothing")["return"]["status"] == 404
    assert api("sms/sendarray", "GET")["return"]["status"] == 405
    assert api("sms/send", "PUT")["return"]["status"] == 405
    assert api("utils/getdate", key="0")["entries"]["unixtime"] > 1_700_000_000
    assert requests.get(f"{gateway.url}/v1/dev/sms/send.xml", timeout=5).status_code == 404


@pytest.mark.parametrize("method", sorted(METHODS))
def test_no_method_fails_on_nothing_or_on_rubbish(method: str, api: Api) -> None:
    verb = "DELETE" if method.endswith("remove") else "POST"
    names = [
        *("receptor", "message", "sender", "messageid", "localid", "startdate", "enddate"),
        *("linenumber", "isread", "pagesize", "template", "token", "date", "status"),
    ]
    for rubbish in (
        "",
        "\x00",
        "-1",
        "9" * 30,
        "[",
        "[1]",
        "{}",
        "NaN",
        "🙂",
        "'; DROP TABLE messages",
    ):
        assert api(method, verb, **dict.fromkeys(names, rubbish))["return"]["status"] < 500
    api(method, verb)


def test_a_used_localid_gives_the_old_record_and_no_new_message(api: Api, admin: Admin) -> None:
    first = send(api, localid=9)
    again = send(api, localid=9, receptor="09121234568", message="دیگر")
    assert (again["messageid"], again["message"]) == (first["messageid"], first["message"])
    [stored] = admin("messages.json")["messages"]
    assert (stored["accepts"], stored["dedupe_hits"], stored["localid"]) == (1, 1, 9)


def test_after_the_window_a_localid_is_new_again_and_the_totals_show_it(
    api: Api, admin: Admin
) -> None:
    admin("settings", {"dedupe_window": 3600})
    send(api, localid=9)
    admin("clock", {"advance": 3601})
    send(api, localid=9)
    assert [each["accepts"] for each in admin("messages.json")["messages"]] == [2, 2]
    totals = admin("summary.json")
    assert (totals["messages"], totals["localids"], totals["duplicates"]) == (2, 1, 1)


def test_localids_of_one_call_belong_to_its_receptors_in_order(api: Api) -> None:
    api("sms/send", receptor="09121234567,09121234568", message="سلام", localid="21,22")
    entries = api("sms/statuslocalmessageid", localid="22,21,23")["entries"]
    assert [(each["localid"], each["status"]) for each in entries] == [
        *(("22", 1), ("21", 1), ("23", 100))
    ]


def test_a_message_is_queued_handed_over_and_delivered_by_the_clock(api: Api, admin: Admin) -> None:
    messageid = send(api)["messageid"]

    def status() -> int:
        state: int = api("sms/status", messageid=messageid)["entries"][0]["status"]
        return state

    seen = [status()]
    for seconds in (0.6, 3):
        admin("clock", {"advance": seconds})
        seen.append(status())
    assert seen == [1, 4, 10]


@pytest.mark.parametrize("end", [6, 11, 13, 14, 100])
def test_magic_telephones_end_as_their_number_says(end: int, api: Api, admin: Admin) -> None:
    messageid = send(api, receptor=f"0909000{end:04d}")["messageid"]
    admin("clock", {"advance": 10})
    assert api("sms/status", messageid=messageid)["entries"][0]["status"] == end


@pytest.mark.parametrize("code", [402, 409, 411, 418, 420, 429, 451, 501])
def test_magic_telephones_are_refused_as_their_number_says(code: int, api: Api) -> None:
    assert api("sms/send", receptor=f"0909000{code:04d}", message="x")["return"]["status"] == code


def test_the_provider_forgets_localids_after_12_hours_and_messages_after_48(
    api: Api, admin: Admin
) -> None:
    messageid = send(api, localid=31)["messageid"]

    def known() -> tuple[bool, bool]:
        ours = api("sms/statuslocalmessageid", localid=31)["entries"][0]["status"]
        theirs = api("sms/status", messageid=messageid)["entries"][0]["status"]
        return ours != 100, theirs != 100

    seen = [known()]
    for hours in (12, 36):
        admin("clock", {"advance": hours * 3600 + 1})
        seen.append(known())
    assert seen == [(True, True), (False, True), (False, False)]


def test_one_localid_from_many_threads_at_once_is_one_message(api: Api, admin: Admin) -> None:
    with ThreadPoolExecutor(12) as pool:
        entries = list(pool.map(lambda _: send(api, localid=51), range(48)))
    assert len({each["messageid"] for each in entries}) == 1
    totals = admin("summary.json")
    assert (totals["messages"], totals["dedupe_hits"]) == (1, 47)
