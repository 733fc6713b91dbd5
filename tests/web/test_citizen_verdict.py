"""What citizens may say to an answer, on the page, and what the supervisor sees of it."""

from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.actions import answer, refer
from app.persian import persian_digits, spoken_code
from app.tools import Tools
from tests import make
from tests.app import database
from tests.web.browser import ORIGIN, send

MELLI = make.staff("bank-melli")
LAST4 = "4321"
WORDS = "هنوز هیچ پولی به حساب من نیامده است."
SAID_NOTHING = "با این کد و شماره نامه‌ای پیدا نشد"


@pytest.fixture
def client(client: FlaskClient) -> FlaskClient:
    """Each test comes from an address of its own: tries are counted by address."""
    client.environ_base["REMOTE_ADDR"] = f"2001:db8::{uuid4().hex[:4]}:{uuid4().hex[:4]}"
    return client


def letter(tools: Tools) -> str:
    code: str = make.register(tools, citizen={"mobile": "09090004321"})["tracking_code"]
    return code


def answered(tools: Tools) -> str:
    code = letter(tools)
    refer.claim(tools, MELLI, code)
    answer.answer(tools, MELLI, code, "done", "وام پرداخت شد.")
    return code


def say(client: FlaskClient, what: str, code: str, last4: str = LAST4, **fields: str) -> str:
    return send(client, "/track", f"/track/{what}", code=code, last4=last4, **fields).text


def test_the_way_of_a_letter_is_told_step_by_step(client: FlaskClient, tools: Tools) -> None:
    code = letter(tools)
    page = send(client, "/track", code=code, last4=LAST4).text
    assert page.index("ثبت شد</b>") < page.index("به بانک ملی ارجاع شد") < page.index("to-come")
    assert "مهلت پاسخ تا" in page
    refer.claim(tools, MELLI, code)
    page = send(client, "/track", code=code, last4=LAST4).text
    assert "کارشناس دستگاه بررسی را آغاز کرد" in page
    assert page.count("to-come") == 1


def test_a_letter_in_triage_says_that_its_office_is_being_found(
    client: FlaskClient, tools: Tools
) -> None:
    citizen = {"mobile": "09090004321"}
    code = make.register(tools, text=make.UNCLEAR, citizen=citizen)["tracking_code"]
    page = send(client, "/track", code=code, last4=LAST4).text
    assert "مهلت تعیین دستگاه تا" in page
    assert page.count("to-come") == 3


def test_a_late_letter_says_who_knows_of_it(client: FlaskClient, tools: Tools) -> None:
    code = letter(tools)
    database.change(tools, "update correspondences set due_at = now() - interval '2 days'")
    page = send(client, "/track", code=code, last4=LAST4).text
    assert "مهلت گذشته است و به بازرسی گزارش شده" in page


def test_the_code_is_understood_as_people_write_it(client: FlaskClient, tools: Tools) -> None:
    code = letter(tools)
    for spelt in (spoken_code(code), persian_digits(code), f" {code[:7]}-{code[7:]} "):
        assert send(client, "/track", code=spelt, last4="۴۳ ۲۱").status_code == 200


def test_a_satisfied_citizen_is_thanked(client: FlaskClient, tools: Tools) -> None:
    code = answered(tools)
    assert "قانع شدم" in send(client, "/track", code=code, last4=LAST4).text
    page = say(client, "satisfied", code)
    assert "سپاس" in page
    assert ">قانع شدم</button>" not in page
    assert database.letter(tools, code).satisfied is True


def test_an_objection_is_registered_and_the_page_says_what_happens_now(
    client: FlaskClient, tools: Tools
) -> None:
    code = answered(tools)
    page = say(client, "objection", code, objection=WORDS)
    assert "اعتراض شما نزد بازرسی استانداری است" in page
    assert "پیامک تازه‌ای فرستاده نمی‌شود" in page
    assert "وام پرداخت شد." in page
    assert WORDS not in page
    assert say(client, "objection", code, objection=WORDS) != ""
    assert database.count(tools, "notes") == 1


def test_an_objection_that_is_too_short_comes_back_with_its_words(
    client: FlaskClient, tools: Tools
) -> None:
    code = answered(tools)
    page = say(client, "objection", code, objection="نه خیر")
    assert "دست‌کم ۱۰ نویسه" in page
    assert "نه خیر</textarea>" in page
    assert database.letter(tools, code).status == "answered"


def test_too_late_is_said_and_the_letter_shown(client: FlaskClient, tools: Tools) -> None:
    code = answered(tools)
    old = "update correspondences set answered_at = now() - interval '16 days'"
    database.change(tools, old)
    assert ">قانع شدم</button>" not in send(client, "/track", code=code, last4=LAST4).text
    page = say(client, "objection", code, objection=WORDS)
    assert "این کار دیگر شدنی نیست" in page
    assert database.count(tools, "notes") == 0


def test_without_the_right_digits_every_answer_is_the_same(
    client: FlaskClient, tools: Tools
) -> None:
    code = answered(tools)
    for what in ("satisfied", "objection"):
        assert SAID_NOTHING in say(client, what, code, "0000", objection=WORDS)
        assert SAID_NOTHING in say(client, what, "12345678901234", objection="کوتاه")
    assert database.letter(tools, code).satisfied is None


def test_a_page_elsewhere_can_say_nothing_for_a_citizen(client: FlaskClient, tools: Tools) -> None:
    code = answered(tools)
    form = {"code": code, "last4": LAST4, "objection": WORDS}
    assert client.post("/track/objection", data=form, headers=ORIGIN).status_code == 400
    assert database.letter(tools, code).status == "answered"


def test_all_ways_of_guessing_are_counted_together(client: FlaskClient) -> None:
    token = make.csrf(client.get("/").text)
    form = {"code": "12345678901234", "last4": "0000", "csrf_token": token}
    ways = ("/track", "/track/satisfied", "/track/objection")
    said = [client.post(ways[n % 3], data=form, headers=ORIGIN).status_code for n in range(11)]
    assert said == [404] * 10 + [429]


def test_neither_address_nor_cookie_knows_the_code(client: FlaskClient, tools: Tools) -> None:
    code = answered(tools)
    answer_ = send(client, "/track", "/track/satisfied", code=code, last4=LAST4)
    assert answer_.status_code == 200
    assert code not in str(answer_.headers)
    assert client.get("/track/satisfied").location == "/track"


def test_the_supervisor_sees_answer_and_objection_and_decides(
    app: Flask, client: FlaskClient, tools: Tools
) -> None:
    code = answered(tools)
    say(client, "objection", code, objection=WORDS)
    office = app.test_client()
    make.logged_in(office, tools, "supervisor")
    for address in ("/supervisor/returned", f"/supervisor/returned/{code}"):
        page = office.get(address).text
        assert spoken_code(code) in page
        assert page.index("وام پرداخت شد.") < page.index(WORDS)
    assert page.count(WORDS) == 1
    assert 'value="bank-melli" checked' in page
    assert "دوباره بررسی شود" in page
    sent = send(office, f"/supervisor/returned/{code}", agency="bank-melli", reason="پاسخ ناقص بود")
    assert sent.location == "/supervisor/returned"
    assert code not in office.get("/supervisor/returned").text
    page = send(client, "/track", code=code, last4=LAST4).text
    assert "به بانک ملی ارجاع شد" in page
    assert "پاسخی که به آن اعتراض کردید" in page
