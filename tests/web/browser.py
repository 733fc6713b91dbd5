"""A browser's few habits: forms carry their hidden fields, and say where they come from."""

import re
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

ORIGIN = {"Origin": "http://localhost"}
_INPUT = re.compile(r"<input[^>]*>")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the last form on a page that has each of them."""
    fields = [dict(_ATTRIBUTE.findall(tag)) for tag in _INPUT.findall(page)]
    return {f["name"]: unescape(f["value"]) for f in fields if f.get("type") == "hidden"}


def send(client: FlaskClient, at: str, to: str | None = None, **fields: str) -> TestResponse:
    """Open the page `at`, fill its form in and send it (to another address than the page's own)."""
    form = hidden(client.get(at).text) | fields
    return client.post(to or at, data=form, headers=ORIGIN)


def value_of(page: str, name: str) -> str | None:
    """What stands in the field of this name."""
    for tag in _INPUT.findall(page):
        attributes = dict(_ATTRIBUTE.findall(tag))
        if attributes.get("name") == name and attributes.get("type") not in ("hidden", "radio"):
            return unescape(attributes.get("value", ""))
    return None
