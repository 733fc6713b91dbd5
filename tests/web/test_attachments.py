"""Files of letters over HTTP: given out safely, brought with an answer."""

from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.actions import attaching, refer
from app.tools import Tools
from tests import make
from tests.app import database, files
from tests.web.browser import hidden, send
from tests.web.form_files import post

MELLI = "bank-melli"
LAST4 = "1234"


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser at an address of its own: the limit of tries is counted by address."""
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = f"2001:db8::{uuid4().hex[:4]}:{uuid4().hex[:4]}"
    return client


@pytest.fixture
def code(tools: Tools) -> str:
    made = make.register(tools, citizen={"mobile": make.mobile(int(LAST4))})
    return str(made["tracking_code"])


@pytest.fixture
def desk(app: Flask, tools: Tools) -> FlaskClient:
    client = app.test_client()
    make.logged_in(client, tools, "agency", MELLI)
    return client


def claimed(desk: FlaskClient, code: str) -> dict[str, str]:
    send(desk, f"/desk/{code}", f"/desk/{code}/claim")
    return hidden(desk.get(f"/desk/{code}").text) | {"outcome": "done", "text": "وام پرداخت شد."}


def link(page: str) -> str:
    start = page.index("/files/")
    return page[start : page.index('"', start)]


def track(client: FlaskClient, code: str) -> TestResponse:
    return send(client, "/track", code=code, last4=LAST4)


def test_a_scan_is_saved_and_never_shown_by_the_browser(
    client: FlaskClient, tools: Tools, code: str
) -> None:
    scan = files.file("<script>.png")
    attaching.attach_scans(tools, make.OPERATOR, code, [scan])
    make.logged_in(client, tools, "operator")
    page = client.get(f"/operator/letters/{code}").text
    assert "<script>.png" not in page
    assert "&lt;script&gt;.png" in page
    out = client.get(link(page))
    assert out.data == scan.content
    assert out.mimetype == "image/png"
    disposition = out.headers["Content-Disposition"]
    assert disposition.startswith(f'attachment; filename="111-{code}-')
    assert "script" not in disposition
    assert out.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in out.headers["Content-Security-Policy"]
    assert out.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("role", "agency", "status"),
    [
        ("operator", None, 200),
        ("supervisor", None, 200),
        ("agency", MELLI, 200),
        ("manager", MELLI, 200),
        ("agency", "welfare", 404),
        ("triage", None, 404),
        ("admin", None, 403),
        ("auditor", None, 403),
    ],
)
def test_who_may_read_the_letter_gets_its_files(
    client: FlaskClient, tools: Tools, code: str, role: str, agency: str | None, status: int
) -> None:
    attaching.attach_scans(tools, make.OPERATOR, code, [files.file()])
    number = database.one(tools, "select id from attachments")
    address = f"/files/{code}/{number}"
    assert client.get(address).status_code == 302
    make.logged_in(client, tools, role, agency)
    assert client.get(address).status_code == status
    assert client.get(f"/files/{code}/nothing").status_code == 404


def test_files_go_with_the_answer_and_the_citizen_saves_them(
    desk: FlaskClient, client: FlaskClient, tools: Tools, code: str
) -> None:
    gift = files.scans(2)
    form = claimed(desk, code)
    assert post(desk, f"/desk/{code}/answer", form, [("a.pdf", gift)]).status_code == 303
    page = track(client, code).text
    assert "فایل‌های پاسخ" in page
    assert "۲ صفحه" in page
    number = str(database.one(tools, "select id from attachments"))
    asked = hidden(page) | {"code": code, "last4": LAST4, "file": number}
    out = client.post("/track/file", data=asked)
    assert out.data == gift
    assert out.headers["Content-Disposition"].startswith(f'attachment; filename="111-{code}-')
    assert client.post("/track/file", data=asked | {"last4": "0000"}).status_code == 404
    assert client.post("/track/file", data=asked | {"file": "x"}).status_code == 404


def test_files_attached_before_the_answer_leave_what_was_typed_on_the_page(
    desk: FlaskClient, client: FlaskClient, code: str
) -> None:
    form = claimed(desk, code)
    attached = post(desk, f"/desk/{code}/files", form, [("گواهی.png", files.picture())])
    assert attached.status_code == 201
    assert form["text"] in attached.text
    assert "گواهی.png" in attached.text
    assert "هیچ فایلی نگه داشته نشد" not in attached.text
    assert "فایل‌های پاسخ" not in track(client, code).text


def test_a_refused_file_answers_nothing_and_keeps_the_text(
    desk: FlaskClient, tools: Tools, code: str
) -> None:
    form = claimed(desk, code)
    answer = post(desk, f"/desk/{code}/answer", form, [("بد.pdf", b"MZ")])
    assert answer.status_code == 422
    assert form["text"] in answer.text
    assert "بد.pdf" in answer.text
    assert database.letter(tools, code).status == "in_progress"
    assert post(desk, f"/desk/{code}/files", form).status_code == 422


def test_an_answer_without_its_outcome_keeps_the_file_for_the_next_try(
    desk: FlaskClient, tools: Tools, code: str
) -> None:
    form = claimed(desk, code) | {"outcome": ""}
    answer = post(desk, f"/desk/{code}/answer", form, [("گواهی.png", files.picture())])
    assert answer.status_code == 422
    assert "گواهی.png" in answer.text
    assert "هیچ فایلی نگه داشته نشد" not in answer.text
    again = hidden(answer.text) | form | {"outcome": "done"}
    assert post(desk, f"/desk/{code}/answer", again).status_code == 303
    assert database.count(tools, "attachments") == 1


def test_who_does_not_hold_the_letter_attaches_nothing(
    desk: FlaskClient, tools: Tools, code: str
) -> None:
    form = hidden(desk.get(f"/desk/{code}").text)
    refer.claim(tools, make.staff(MELLI, "colleague"), code)
    answer = post(desk, f"/desk/{code}/files", form, [("a.png", files.picture())])
    assert answer.status_code == 409
    assert database.count(tools, "attachments") == 0


def test_guessing_files_is_limited_with_tracking(client: FlaskClient, code: str) -> None:
    form = hidden(client.get("/track").text) | {"code": code, "last4": "0000", "file": "x"}
    answers = [client.post("/track/file", data=form).status_code for _ in range(11)]
    assert answers == [404] * 10 + [429]
    assert track(client, code).status_code == 429


def test_a_follow_up_call_brings_scans_with_or_without_a_note(
    client: FlaskClient, tools: Tools, code: str
) -> None:
    make.logged_in(client, tools, "operator")
    at = f"/operator/letters/{code}"
    form = hidden(client.get(at).text) | {"text": ""}
    assert post(client, f"{at}/notes", form, [("a.png", files.picture())]).status_code == 303
    assert database.count(tools, "notes") == 0
    both = form | {"text": "مدرک آورد"}
    assert post(client, f"{at}/notes", both, [("b.png", files.picture())]).status_code == 303
    assert database.count(tools, "notes") == 1
    assert database.count(tools, "attachments") == 2
    bad = post(client, f"{at}/notes", both, [("c.png", b"")])
    assert bad.status_code == 422
    assert "مدرک آورد" in bad.text
