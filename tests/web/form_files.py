"""Sending forms with files, as a browser does."""

from collections.abc import Sequence
from io import BytesIO

from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from tests import make
from tests.web.browser import ORIGIN, hidden

FORM = "/operator"
Chosen = Sequence[tuple[str, bytes]]


def letter(**changes: str) -> dict[str, str]:
    whole = make.payload(channel="letter")
    return {"channel": "letter", "text": whole["text"], **whole["citizen"]} | changes


def post(client: FlaskClient, to: str, form: dict[str, str], chosen: Chosen = ()) -> TestResponse:
    files = [FileStorage(BytesIO(content), name) for name, content in chosen]
    fields = MultiDict([*form.items(), *(("files", file) for file in files or [FileStorage()])])
    boundary, body = encode_multipart(fields)
    sort = f'multipart/form-data; boundary="{boundary}"'
    return client.post(to, data=body, headers=ORIGIN, content_type=sort)


def register(client: FlaskClient, chosen: Chosen = (), **typed: str) -> TestResponse:
    return post(client, FORM, hidden(client.get(FORM).text) | letter(**typed), chosen)
