"""Objections by telephone: who wished for one by SMS is rung, and the words are written down."""

import pytest
from flask.testing import FlaskClient

from app.actions import answer, inbound, objection, refer
from app.actions.inbound import Sms
from app.actions.objection import NotOpen
from app.actors import Forbidden
from app.tools import Tools
from tests import make
from tests.app import database
from tests.app.database import assert_healthy
from tests.web.browser import send

MELLI = make.staff("bank-melli")
MOBILE = "09090004321"
WORDS = "هنوز هیچ پولی به حساب من نیامده است."


@pytest.fixture
def code(tools: Tools) -> str:
    """An answered letter."""
    made: str = make.register(tools, citizen={"mobile": MOBILE})["tracking_code"]
    refer.claim(tools, MELLI, made)
    answer.answer(tools, MELLI, made, "done", "وام پرداخت شد.")
    return made


def wish(tools: Tools, number: int = 1) -> None:
    inbound.receive(tools, Sms(number, MOBILE, "۲"), 15)


def test_who_wishes_to_object_by_sms_is_listed_with_the_telephone(
    client: FlaskClient, tools: Tools, code: str
) -> None:
    make.logged_in(client, tools, "operator")
    assert "کسی منتظر تماس" in client.get("/operator/wished").text
    wish(tools)
    page = client.get("/operator/wished").text
    assert code in page
    assert f"tel:{MOBILE}" in page
    assert '<b class="count">۱</b>' in client.get("/operator").text


def test_the_words_said_by_telephone_go_to_the_supervisor_and_the_list_is_empty(
    client: FlaskClient, tools: Tools, code: str
) -> None:
    wish(tools)
    make.logged_in(client, tools, "operator")
    at = f"/operator/letters/{code}"
    assert send(client, at, f"{at}/objection", objection=WORDS).location == at
    assert "اعتراض ثبت شد" in client.get(at).text
    assert database.letter(tools, code).status == "triage"
    actor = database.one(tools, "select actor from events where kind = 'objected'")
    assert actor.startswith("user:")
    assert "کسی منتظر تماس" in client.get("/operator/wished").text
    assert_healthy(tools)


def test_sent_twice_it_counts_once_and_short_words_come_back(
    client: FlaskClient, tools: Tools, code: str
) -> None:
    make.logged_in(client, tools, "operator")
    at = f"/operator/letters/{code}"
    short = send(client, at, f"{at}/objection", objection="نه")
    assert short.status_code == 422
    assert "نه</textarea>" in short.text
    assert "دست‌کم ۱۰ نویسه" in short.text
    for _ in range(2):
        assert send(client, at, f"{at}/objection", objection=WORDS).status_code == 303
    assert database.count(tools, "notes") == 1


def test_too_late_is_said_and_the_words_stay(client: FlaskClient, tools: Tools, code: str) -> None:
    wish(tools)
    old = "update correspondences set answered_at = now() - interval '16 days'"
    database.change(tools, old)
    make.logged_in(client, tools, "operator")
    at = f"/operator/letters/{code}"
    late = send(client, at, f"{at}/objection", objection=WORDS)
    assert late.status_code == 409
    assert "زمان اعتراض" in late.text
    assert WORDS in late.text
    assert "کسی منتظر تماس" in client.get("/operator/wished").text
    assert database.letter(tools, code).status == "answered"


def test_a_letter_that_was_not_answered_has_no_form(client: FlaskClient, tools: Tools) -> None:
    open_ = make.register(tools)["tracking_code"]
    make.logged_in(client, tools, "operator")
    assert "ثبت اعتراض شهروند" not in client.get(f"/operator/letters/{open_}").text


def test_only_operators_object_for_a_citizen(tools: Tools, code: str) -> None:
    for actor in (MELLI, make.TRIAGE, make.SUPERVISOR):
        with pytest.raises(Forbidden):
            objection.object_by_phone(tools, actor, code, WORDS, 15)
    with pytest.raises(NotOpen):
        objection.object_by_phone(tools, make.OPERATOR, code, WORDS, 0)


def test_a_second_answer_may_be_wished_against_anew(
    client: FlaskClient, tools: Tools, code: str
) -> None:
    wish(tools)
    objection.object_by_phone(tools, make.OPERATOR, code, WORDS, 15)
    refer.refer(tools, make.SUPERVISOR, code, "bank-melli", "پاسخ ناقص بود")
    refer.claim(tools, MELLI, code)
    answer.answer(tools, MELLI, code, "partly", "نیمی پرداخت شد.")
    make.logged_in(client, tools, "operator")
    assert code not in client.get("/operator/wished").text
    wish(tools, 2)
    assert code in client.get("/operator/wished").text
