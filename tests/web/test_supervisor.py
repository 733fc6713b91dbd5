from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.tools import Tools
from tests import make
from tests.web.browser import send
from tests.web.test_triage import returned


def test_the_balance_counts_every_letter_once(client: FlaskClient, tools: Tools) -> None:
    make.register(tools)
    make.register(tools, text=make.UNCLEAR)
    make.logged_in(client, tools, "auditor")
    page = client.get("/supervisor").text
    assert page.count("تراز ✓") == 2
    assert "ناتراز" not in page
    assert "<td>۲</td><td>۲</td>" in page
    assert "بانک ملی" in page


def test_what_is_late_is_seen_by_agency(client: FlaskClient, tools: Tools) -> None:
    make.register(tools)
    with tools.sessions.begin() as session:
        session.execute(text("update correspondences set due_at = now() - interval '1 day'"))
    make.logged_in(client, tools, "supervisor")
    assert '<span class="late">۱</span>' in client.get("/supervisor").text


def test_the_supervisor_decides_finally_after_the_third_return(
    client: FlaskClient, tools: Tools
) -> None:
    code, page = returned(tools, times=3), "/supervisor/returned"
    make.logged_in(client, tools, "supervisor")
    assert code in client.get(page).text
    unsaid = send(client, f"{page}/{code}", agency="bank-mellat", reason="")
    assert unsaid.status_code == 422
    sent = send(client, f"{page}/{code}", agency="bank-mellat", reason="پرونده نزد بانک ملت است")
    assert sent.location == page
    after = client.get(page).text
    assert "به بانک ملت ارجاع شد" in after
    assert code not in after


def test_what_is_decided_already_is_not_decided_twice(client: FlaskClient, tools: Tools) -> None:
    code, page = make.register(tools)["tracking_code"], "/supervisor/returned"
    make.logged_in(client, tools, "supervisor")
    assert "اکنون نزد بانک ملی است" in client.get(f"{page}/{code}").text
    sent = send(client, page, f"{page}/{code}", agency="welfare", reason="x")
    assert sent.location == page
    assert "دیگر در پایش نیست" in client.get(page).text


def test_watchers_see_numbers_and_no_letter(app: Flask, tools: Tools) -> None:
    code = returned(tools, times=3)
    for role in ("admin", "auditor"):
        client = app.test_client()
        make.logged_in(client, tools, role)
        page = client.get("/supervisor").text
        assert "سه بار عودت" not in page
        assert client.get(f"/supervisor/returned/{code}").status_code == 403
