"""The answer of a call as a client sees it: whole, or spoilt in one of the ways answers are."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from flask import Response

from sms.fake.contract import STATUS_TEXTS, Params

Body = Mapping[str, Any]
Shape = Callable[[Body, Params], Response]
# Read by our own server and taken off: how to end the connection instead of answering whole.
CUT = "X-Gateway-Cut"
STRANGER = "09000000000"
DEEP = 100_000


def plain(body: Body, _params: Params) -> Response:
    """The provider repeats its own status as the status of HTTP."""
    return _json(json.dumps(body, ensure_ascii=False), body["return"]["status"])


def html(status: int) -> Shape:
    page = f"<html><body><h1>{status}</h1></body></html>"
    return lambda _body, _params: Response(page, status, content_type="text/html")


def cut(how: str) -> Shape:
    def shape(body: Body, params: Params) -> Response:
        answer = plain(body, params)
        answer.headers[CUT] = how
        return answer

    return shape


def raw(text: str | bytes) -> Shape:
    return lambda _body, _params: _json(text, 200)


def redirect(_body: Body, _params: Params) -> Response:
    return Response("", 302, {"Location": "/healthz"})


def empty_entries(body: Body, params: Params) -> Response:
    return plain({**body, "entries": []}, params)


def other(**changed: str) -> Shape:
    """A 200 that shows somebody else's message: what a reused localid brings."""

    def shape(body: Body, params: Params) -> Response:
        entry = {
            "messageid": 8_000_001,
            "message": params.get("message", ""),
            "status": 10,
            "statustext": STATUS_TEXTS[10],
            "sender": params.get("sender", "10004346"),
            "receptor": params.get("receptor", ""),
            "date": 1_700_000_000,
            "cost": 120,
            **changed,
        }
        return plain({**body, "entries": [entry]}, params)

    return shape


def _json(text: str | bytes, status: int) -> Response:
    return Response(text, status, content_type="application/json; charset=utf-8")


SHAPES: Mapping[str, Shape] = {
    "plain": plain,
    "html_200": html(200),
    "html_500": html(500),
    "html_503": html(503),
    "html_504": html(504),
    "reset": cut("reset"),
    "truncated": cut("truncate"),
    "drip": cut("drip"),
    "redirect": redirect,
    "not_utf8": raw('{"return":{"status":200,"message":"سلام"},"entries":null}'.encode("cp1256")),
    "json_list": raw("[1,2,3]"),
    "json_null": raw("null"),
    "json_deep": raw("[" * DEEP),
    "empty_entries": empty_entries,
    "wrong_receptor": other(receptor=STRANGER),
    "wrong_message": other(message="پیام دیگری"),
}
