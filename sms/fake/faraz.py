"""`/ws/v1/…`: the calls of FarazSMS that our client makes, into the same inbox.

Source: docs.iranpayamak.com. The answer of a send is what the service was seen to give, an object
with the request's state; with the setting `faraz_state` empty it is the documented number.
"""

import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, current_app, request

from sms.fake import answers, contract, faults, lifecycle, sending
from sms.fake.account import YEAR
from sms.fake.answers import Told
from sms.fake.contract import Wrong
from sms.fake.drafts import Draft
from sms.fake.faults import Asked, Fault
from sms.fake.room import Call, Room
from sms.fake.settings import BadSetting

faraz = Blueprint("faraz", __name__)
CREATED, OK = 201, 200
RIALS = 10
RECIPIENT = re.compile(r"09[0-9]{9}")
ITEMS = re.compile(r"send_request/([0-9]{1,18})/items")
WORDS: Mapping[int, str] = {
    1: "in-queue",
    2: "not-started",
    4: "sent",
    6: "send-failure",
    10: "delivered",
    11: "delivery-failure",
    13: "system-error",
    14: "blacklist",
    100: "delivery-undetermined",
}
# These spoil a record of Kavenegar's; here all of them leave the number of the request out.
RECORDS = frozenset({"empty_entries", "short_entries", "wrong_receptor", "wrong_message"})


class No(Exception):
    """The call is refused: a status of HTTP, and a sentence or the objections by field."""

    def __init__(self, status: int, messages: str | dict[str, list[str]]) -> None:
        super().__init__(status)
        self.status = status
        self.messages = messages


@faraz.route("/ws/v1/<path:name>", methods=["GET", "POST"])
def called(name: str) -> Response:
    """One call of the provider's API."""
    room: Room = current_app.extensions["room"]
    time.sleep(room.knobs.latency_ms / 1000)
    given = request.get_json(silent=True)
    params = given if isinstance(given, dict) else {}
    fault = faults.NONE
    try:
        _check(room)
        fault = _fault(room, name, params)
        status, data = _carry_out(room, name, Call(params, fault))
        told = Told(status, {"status": "success", "data": data, "messages": None}, params)
    except No as no:
        told = Told(no.status, {"status": "error", "data": None, "messages": no.messages}, params)
    room.calls.append(_noted(room, name, told, fault))
    time.sleep(fault.delay)
    return _answer(told, fault)


def _check(room: Room) -> None:
    if request.headers.get("Api-Key") != room.settings.key:
        raise No(401, "Unauthorized")
    if room.gauge.over(room.knobs.rate):
        raise No(429, "Too Many Attempts.")


def _fault(room: Room, name: str, params: Mapping[str, Any]) -> Fault:
    receptors = [str(each) for each in _list(params.get("recipients"))]
    try:
        asked = Asked("faraz", name, receptors)
        return room.faults.choose(request.headers.get("X-Fake-Fault"), asked)
    except (BadSetting, ValueError) as error:
        raise No(400, str(error)) from None


def _carry_out(room: Room, name: str, call: Call) -> tuple[int, Any]:
    if call.fault.reject is not None:
        raise No(call.fault.reject, "ordered")
    if not call.fault.accepts:
        return OK, None
    items = ITEMS.fullmatch(name)
    if items:
        return OK, _items(room, int(items[1]))
    method = METHODS.get((request.method, name))
    if method is None:
        raise No(404, "Not Found")
    return method(room, call)


def simple(room: Room, call: Call) -> tuple[int, Any]:
    """One text to some telephones; the number and the state of the request. Nothing of it is
    known by an id of the caller's, so that a repeated call sends twice."""
    given = call.params
    wrong = {name: ["نامعتبر است"] for name, fits in FIELDS.items() if not fits(room, given)}
    if wrong:
        raise No(422, wrong)
    line = str(given["line_number"])
    drafts = [
        Draft(str(each), str(given["text"]), line, provider="faraz")
        for each in _list(given["recipients"])
    ]
    try:
        entries = sending.accept(room, drafts, call)
    except Wrong:
        return CREATED, {"id": 1, "type": "simple", "status": "insufficient-balance"}
    number, state = entries[0]["messageid"], room.knobs.faraz_state
    return CREATED, {"id": number, "type": "simple", "status": state} if state else number


def balance(room: Room, _call: Call) -> tuple[int, Any]:
    """Tomans, written as text."""
    tomans = room.store.fact("credit", room.settings.credit) / RIALS
    return OK, {"balance_amount": f"{tomans:.2f}", "balance_count": f"{tomans / 184:.2f}"}


def profile(room: Room, _call: Call) -> tuple[int, Any]:
    """The account and the end of its plan, a year from now."""
    end = datetime.fromtimestamp(room.clock.now() + YEAR, UTC)
    plan = {"id": 1, "title": "local", "expiryDate": f"{end:%Y-%m-%dT%H:%M:%S.000000Z}"}
    return OK, {"displayName": "local", "verified": True, "blocked": False, "plan": plan}


def _items(room: Room, number: int) -> dict[str, Any]:
    found = room.store.messages("messageid = ? AND provider = 'faraz'", number)
    if not found:
        raise No(404, "Not Found")
    now = room.clock.now()
    items = [
        {
            "destination": each.receptor,
            "status": WORDS[lifecycle.status(each, now)],
            "text": each.message,
            "error": None,
            "pages": each.segments,
        }
        for each in found
    ]
    return {"current_page": 1, "last_page": 1, "total": len(items), "data": items}


def _answer(told: Told, fault: Fault) -> Response:
    if told.body["status"] == "error":
        return answers.plain(told)
    if fault.shape in RECORDS:
        return answers.plain(Told(told.status, {**told.body, "data": None}, told.params))
    return answers.SHAPES[fault.shape](told)


def _noted(room: Room, name: str, told: Told, fault: Fault) -> dict[str, Any]:
    return {
        "at": room.clock.now(),
        "provider": "faraz",
        "port": request.environ.get("REMOTE_PORT"),
        "verb": request.method,
        "path": f"/ws/v1/{name}",
        "params": dict(told.params),
        "status": told.status,
        "fault": fault.name,
    }


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _recipients(_room: Room, given: Mapping[str, Any]) -> bool:
    every = _list(given.get("recipients"))
    fit = all(RECIPIENT.fullmatch(str(each)) for each in every)
    return fit and 0 < len(every) <= contract.MOST_RECEPTORS


def _text(_room: Room, given: Mapping[str, Any]) -> bool:
    text = given.get("text")
    fits = isinstance(text, str) and bool(text.strip()) and len(text) <= contract.LONGEST
    return fits and not contract.CONTROL.search(str(text))


def _line(room: Room, given: Mapping[str, Any]) -> bool:
    line, lines = str(given.get("line_number", "")), room.knobs.lines
    return bool(re.fullmatch(r"[0-9]{4,20}", line)) and (not lines or line in lines)


def _format(_room: Room, given: Mapping[str, Any]) -> bool:
    return given.get("number_format") in {"english", "persian"}


FIELDS: Mapping[str, Callable[[Room, Mapping[str, Any]], bool]] = {
    "recipients": _recipients,
    "text": _text,
    "line_number": _line,
    "number_format": _format,
}
METHODS: Mapping[tuple[str, str], Callable[[Room, Call], tuple[int, Any]]] = {
    ("POST", "sms/simple"): simple,
    ("GET", "account/balance"): balance,
    ("GET", "account/profile"): profile,
}
