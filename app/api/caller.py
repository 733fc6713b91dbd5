"""Who is calling the API, and the tools that answer."""

from flask import current_app, g, request
from werkzeug.exceptions import BadRequest

from app.actions import people
from app.actors import Actor
from app.errors import Malformed, NotJson, Unauthenticated
from app.tools import Tools

EXTENSION = "samaneh"


def tools() -> Tools:
    found: Tools = current_app.extensions[EXTENSION]
    return found


def caller() -> Actor:
    """The actor of the bearer token; raises Unauthenticated."""
    if "caller" not in g:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secret.isascii():
            raise Unauthenticated
        actor = people.whose_token(tools(), secret.strip())
        if actor is None:
            raise Unauthenticated
        g.caller = actor
    found: Actor = g.caller
    return found


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
