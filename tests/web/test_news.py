"""What is new while a page is open: told by counts and by who did what, to whom it concerns."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.actions import asking, refer
from app.actions.objection import Key
from app.actors import Actor, Role
from app.tools import Tools
from tests import make
from tests.app import database
from tests.web.browser import send

BANK = "bank-melli"
COLLEAGUE = make.staff(BANK, "two")


def asked_by(client: FlaskClient, page: str) -> str:
    """The address that the page asks for news."""
    found = re.search(r'data-news="([^"]+)"', client.get(page).text)
    assert found is not None
    return unescape(found[1])


def news(client: FlaskClient, address: str, **headers: str) -> TestResponse:
    return client.get(address, headers=headers)


def me(tools: Tools) -> Actor:
    found = database.rows(tools, "select id from users order by created_at limit 1")
    return Actor(f"user:{found[0].id}", Role.AGENCY, BANK)


def letter(tools: Tools, **changes: object) -> str:
    code: str = make.register(tools, citizen={"mobile": "09090004321"}, **changes)["tracking_code"]
    return code


def test_referrals_that_came_since_are_counted_for_their_agency(
    client: FlaskClient, tools: Tools
) -> None:
    letter(tools)
    make.logged_in(client, tools, "agency", BANK)
    address = asked_by(client, "/desk")
    assert news(client, address).text.strip() == ""
    for _ in range(3):
        letter(tools)
    letter(tools, text=make.MEDICINE)
    said = news(client, address).text
    assert "<b>۳</b> ارجاع تازه" in said
    assert news(client, asked_by(client, "/desk")).text.strip() == ""


def test_what_has_not_changed_is_not_sent_again(client: FlaskClient, tools: Tools) -> None:
    make.logged_in(client, tools, "agency", BANK)
    address = asked_by(client, "/desk")
    tag = news(client, address).headers["ETag"]
    again = news(client, address, **{"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    letter(tools)
    assert news(client, address, **{"If-None-Match": tag}).status_code == 200


def test_a_citizens_reply_is_told_to_who_holds_the_letter(
    client: FlaskClient, tools: Tools
) -> None:
    make.logged_in(client, tools, "agency", BANK)
    codes = letter(tools), letter(tools)
    for actor, code in zip((me(tools), COLLEAGUE), codes, strict=True):
        refer.claim(tools, actor, code)
        asking.ask(tools, actor, code, asking.Question("a-form-key", "کدام شعبه؟"))
    address = asked_by(client, "/desk")
    for question, code in database.rows(
        tools, "select n.id, c.tracking_code from notices n "
        "join correspondences c on c.id = n.correspondence_id",
    ):  # fmt: skip
        asking.reply(tools, Key(code, "4321", 15), question, "شعبهٔ پاوه")
    assert "شهروند پاسخ داد: <b>۱</b> پرسش" in news(client, address).text


def test_the_queue_of_triage_tells_what_came(client: FlaskClient, tools: Tools) -> None:
    make.logged_in(client, tools, "triage")
    address = asked_by(client, "/triage")
    letter(tools)
    assert news(client, address).text.strip() == ""
    returned = letter(tools)
    letter(tools, text=make.UNCLEAR)
    refer.give_back(tools, COLLEAGUE, returned, "نزد ما نیست")
    assert "<b>۲</b> نامهٔ تازه در صف" in news(client, address).text


def test_a_letter_tells_who_changed_it_and_that_it_left(client: FlaskClient, tools: Tools) -> None:
    make.logged_in(client, tools, "agency", BANK)
    code = letter(tools)
    address = asked_by(client, f"/desk/{code}")
    assert news(client, address).text.strip() == ""
    refer.claim(tools, COLLEAGUE, code)
    assert "تغییر کرد: همکار: کارشناس برداشت" in news(client, address).text
    refer.give_back(tools, COLLEAGUE, code, "آقای فلانی")
    said = news(client, address).text
    assert "از کارتابل شما رفت" in said
    assert "فلانی" not in said


def test_what_one_does_oneself_is_no_news(client: FlaskClient, tools: Tools) -> None:
    make.logged_in(client, tools, "agency", BANK)
    code = letter(tools)
    address = asked_by(client, f"/desk/{code}")
    send(client, f"/desk/{code}", f"/desk/{code}/claim")
    assert news(client, address).text.strip() == ""


@pytest.mark.parametrize(
    "address",
    ["/news/desk", "/news/desk?since=x", "/news/desk?since=2026-11-22T10:00:00", "/news/letter/1",
     "/news/letter/1?seen=x"],
)  # fmt: skip
def test_a_question_that_cannot_be_answered_is_refused(
    client: FlaskClient, tools: Tools, address: str
) -> None:
    make.logged_in(client, tools, "agency", BANK)
    assert client.get(address).status_code == 422


def test_nobody_hears_news_of_others(client: FlaskClient, tools: Tools) -> None:
    code = letter(tools)
    since = "since=2026-01-01T00:00:00%2B00:00"
    assert client.get(f"/news/desk?{since}").status_code == 302
    make.logged_in(client, tools, "agency", "welfare")
    assert client.get(f"/news/desk?{since}").text.strip() == ""
    assert client.get(f"/news/triage?{since}").status_code == 403
    assert "رفت" in client.get(f"/news/letter/{code}?seen=1.1").text
