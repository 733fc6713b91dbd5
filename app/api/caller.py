"""Who is calling the API, and the tools that answer."""

import time

from flask import Flask, current_app, g, request
from werkzeug.exceptions import BadRequest

from app.actions import people
from app.actors import Actor
from app.errors import Malformed, NotJson, Unauthenticated
from app.tools import Tools

EXTENSION = "samaneh"
_SEEN = "samaneh-callers"
_SEEN_SECONDS = 1.0
_SEEN_AT_MOST = 1000


def equip(app: Flask, made: Tools) -> None:
    """Give an application its tools."""
    app.extensions[EXTENSION] = made
    app.extensions[_SEEN] = {}


def tools() -> Tools:
    found: Tools = current_app.extensions[EXTENSION]
    return found


def caller() -> Actor:
    """The actor of the bearer token; raises Unauthenticated."""
    if "caller" not in g:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secret.isascii():
            raise Unauthenticated
        g.caller = _known(secret.strip())
    found: Actor = g.caller
    return found


def _known(secret: str) -> Actor:
    """Looked up at most once a second and process: a revoked token dies within a second."""
    digest, now = people.digest(secret), time.monotonic()
    seen: dict[bytes, tuple[float, Actor]] = current_app.extensions[_SEEN]
    if digest in seen and now - seen[digest][0] < _SEEN_SECONDS:
        return seen[digest][1]
    actor = people.whose_token(tools(), secret)
    if actor is None:
        raise Unauthenticated
    if len(seen) >= _SEEN_AT_MOST:
        seen.clear()
    seen[digest] = (now, actor)
    return actor


def require_caller() -> None:
    caller()


def require_json_object() -> None:
    """A body must be a JSON object; checked before any field is."""
    if request.method != "POST" or request.content_length in (None, 0):
        return
    if not request.is_json:
        raise NotJson
    try:
        body = request.get_json()
    except (BadRequest, RecursionError):
        raise Malformed from None
    if not isinstance(body, dict):
        raise Malformed
