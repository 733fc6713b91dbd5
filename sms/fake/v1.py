"""`/v1/{key}/{scope}/{method}.json`: who calls what, what goes wrong, what is answered."""

import time
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, current_app, request

from sms.fake import account, answers, contract, faults, inbox, messenger, reports, sending
from sms.fake.answers import Told
from sms.fake.contract import OK, Wrong
from sms.fake.faults import Asked, Fault
from sms.fake.room import Call, Methods, Page, Room
from sms.fake.settings import BadSetting

METHODS: Methods = {**sending.METHODS, **reports.METHODS, **inbox.METHODS, **account.METHODS}
VERBS: Mapping[str, frozenset[str]] = {
    "sms/sendarray": frozenset({"POST"}),
    "line/blocked/remove": frozenset({"DELETE"}),
}
USUAL = frozenset({"GET", "POST"})
KEYLESS = frozenset({"utils/getdate"})
SENDS = frozenset({"sms/send", "sms/sendarray", "verify/lookup"})

v1 = Blueprint("v1", __name__)


@v1.route("/v1/<key>/<path:name>", methods=["GET", "POST", "PUT", "DELETE", "PATCH"])
def called(key: str, name: str) -> Response:
    """One call of the provider's API."""
    room: Room = current_app.extensions["room"]
    time.sleep(room.knobs.latency_ms / 1000)
    params = request.values.to_dict()
    method = name.removesuffix(".json") if name.endswith(".json") else ""
    fault, code, entries = faults.NONE, OK, None
    try:
        _check(room, key, method)
        fault = _fault(room, method, params)
        entries = _carry_out(room, method, Call(params, fault))
    except Wrong as wrong:
        code = wrong.code
    room.calls.append(_noted(room, name, params, code, fault))
    time.sleep(fault.delay)
    return _answer(code, entries, fault, params)


def _check(room: Room, key: str, method: str) -> None:
    """The provider's order: key, method, verb; then whether we call too often."""
    if method not in KEYLESS and key != room.settings.key:
        raise Wrong(401 if key == "disabled" else 403)
    if method not in METHODS:
        raise Wrong(404)
    if request.method not in VERBS.get(method, USUAL):
        raise Wrong(405)
    if room.gauge.over(room.knobs.rate):
        raise Wrong(451)


def _fault(room: Room, method: str, params: Mapping[str, str]) -> Fault:
    header = request.headers.get("X-Fake-Fault")
    try:
        asked = Asked("kavenegar", method, _telephones(room, method, params))
        return room.faults.choose(header, asked)
    except (BadSetting, ValueError):
        raise Wrong(400) from None


def _telephones(room: Room, method: str, params: Mapping[str, str]) -> list[str]:
    """Whom a sending call is for, as `09…`; what cannot be read is left to the checks."""
    if method not in SENDS:
        return []
    texts = contract.parts(params.get("receptor", "").strip("[]").replace('"', ""))
    if room.knobs.partial and len(texts) > 1:
        return []
    found = (contract.RECEPTOR.fullmatch(text) for text in texts)
    return ["0" + match[1] for match in found if match]


def _carry_out(room: Room, method: str, call: Call) -> Any:
    """The entries of an accepted call; Wrong if it is refused, by the fault or by the checks."""
    if call.fault.reject is not None:
        raise Wrong(call.fault.reject)
    if not call.fault.accepts:
        return None
    entries = METHODS[method](room, call)
    if method in SENDS:
        messenger.early(room, [entry["messageid"] for entry in entries])
    return entries


def _answer(code: int, entries: Any, fault: Fault, params: Mapping[str, str]) -> Response:
    """The answer, spoilt as ordered. A refusal is told plainly, except after a hang."""
    metadata = entries.metadata if isinstance(entries, Page) else None
    body = contract.envelope(
        code, entries.entries if isinstance(entries, Page) else entries, metadata
    )
    # The provider repeats its own status as the status of HTTP.
    told = Told(code, body, params)
    return answers.SHAPES[fault.shape if code == OK else "plain"](told)


def _noted(
    room: Room, name: str, params: Mapping[str, str], code: int, fault: Fault
) -> dict[str, Any]:
    """What is remembered of a call: everything but the key."""
    return {
        "at": room.clock.now(),
        "provider": "kavenegar",
        "port": request.environ.get("REMOTE_PORT"),
        "verb": request.method,
        "path": f"/v1/***/{name}",
        "params": dict(params),
        "status": code,
        "fault": fault.name,
    }
