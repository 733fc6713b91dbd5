"""The answer of a call as a client sees it: whole, or spoilt in one of the ways answers are."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Response

from sms.fake.contract import STATUS_TEXTS, Params

Body = Mapping[str, Any]
# Read by our own server and taken off: how to end the connection instead of answering whole.
CUT = "X-Gateway-Cut"
STRANGER = "09000000000"
DEEP = 100_000


@dataclass(frozen=True, slots=True)
class Told:
    """What would be answered if nothing spoilt it, and what was asked."""

    status: int
    body: Body
    params: Params


Shape = Callable[[Told], Response]


def plain(told: Told) -> Response:
    return _json(json.dumps(told.body, ensure_ascii=False), told.status)


def html(status: int) -> Shape:
    page = f"<html><body><h1>{status}</h1></body></html>"
    return lambda _told: Response(page, status, content_type="text/html")


def cut(how: str) -> Shape:
    def shape(told: Told) -> Response:
        answer = plain(told)
        answer.headers[CUT] = how
        return answer

    return shape


def raw(text: str | bytes) -> Shape:
    return lambda _told: _json(text, 200)


def redirect(_told: Told) -> Response:
    return Response("", 302, {"Location": "/healthz"})


def entries(change: Callable[[list[Any]], list[Any]]) -> Shape:
    """The records of an accepted call, changed."""
    return lambda told: plain(
        replace(told, body={**told.body, "entries": change(told.body.get("entries") or [])})
    )


def other(**changed: str) -> Shape:
    """A 200 that shows somebody else's message: what a reused localid brings."""

    def shape(told: Told) -> Response:
        params = told.params
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
        return plain(replace(told, body={**told.body, "entries": [entry]}))

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
    "empty_entries": entries(lambda _all: []),
    "short_entries": entries(lambda every: every[:-1]),
    "double_entries": entries(lambda every: [*every, *every[:1]]),
    "turned_entries": entries(lambda every: every[::-1]),
    "same_messageid": entries(lambda every: [{**each, "messageid": 8_000_001} for each in every]),
    "wrong_receptor": other(receptor=STRANGER),
    "wrong_message": other(message="پیام دیگری"),
}
