import re
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from app.actions import answer, refer
from app.persian import persian_digits
from app.tools import Tools
from app.web.gate import HEADERS
from tests import make
from tests.web.browser import ORIGIN, send, value_of

NOT_FOUND = "با این کد و شماره نامه‌ای پیدا نشد"
LAST4 = "4321"


@pytest.fixture
def client(client: FlaskClient) -> FlaskClient:
    """Each test comes from an address of its own: tries are counted by address."""
    client.environ_base["REMOTE_ADDR"] = f"2001:db8::{uuid4().hex[:4]}:{uuid4().hex[:4]}"
    return client


def letter(tools: Tools) -> str:
    citizen = {"mobile": "09090004321"}
    code: str = make.register(tools, citizen=citizen)["tracking_code"]
    return code


def current(page: str) -> str:
    """The step of the way at which the letter is."""
    found = re.search(r'aria-current="step">(.*?)</li>', page, re.DOTALL)
    assert found
    return found[1]


def test_the_first_page_says_what_111_is_and_asks_for_the_code(client: FlaskClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert '<html lang="fa" dir="rtl">' in page.text
    assert page.text.count("<main") == 1
    assert 'name="last4"' in page.text
    assert "ورود کارکنان" in page.text


def test_code_and_four_digits_show_stage_holder_and_deadline(
    client: FlaskClient, tools: Tools
) -> None:
    code = letter(tools)
    page = send(client, "/", "/track", code=persian_digits(code), last4=persian_digits(LAST4))
    assert page.status_code == 200
    assert "بانک ملی" in page.text
    assert "روز مانده" in page.text
    assert "به بانک ملی ارجاع شد" in current(page.text)
    assert "هم‌اکنون" in current(page.text)


def test_nothing_of_the_letter_or_the_citizen_is_shown(client: FlaskClient, tools: Tools) -> None:
    page = send(client, "/track", code=letter(tools), last4=LAST4).text
    assert make.LOAN[:20] not in page
    assert "کرمانی" not in page
    assert "0909000" not in page


def test_the_answer_stands_there_as_it_was_written(client: FlaskClient, tools: Tools) -> None:
    code, staff = letter(tools), make.staff("bank-melli")
    refer.claim(tools, staff, code)
    answer.answer(tools, staff, code, "partly", "نوبت شما رسید.\n<b>به شعبه بروید</b>")
    page = send(client, "/track", code=code, last4=LAST4).text
    assert "بخشی انجام شد" in page
    assert "نوبت شما رسید.\n&lt;b&gt;به شعبه بروید" in page


def test_a_wrong_code_and_a_wrong_number_get_the_same_page(
    client: FlaskClient, tools: Tools
) -> None:
    code = letter(tools)
    wrong_number = send(client, "/track", code=code, last4="0000")
    wrong_code = send(client, "/track", code="12345678901234", last4=LAST4)
    for page, typed in ((wrong_number, code), (wrong_code, "12345678901234")):
        assert page.status_code == 404
        assert NOT_FOUND in page.text
        assert value_of(page.text, "code") == typed


def test_guessing_is_stopped_after_ten_tries_and_the_form_is_kept(client: FlaskClient) -> None:
    token = make.csrf(client.get("/").text)
    form = {"code": "12345678901234", "last4": "0000", "csrf_token": token}
    said = [client.post("/track", data=form, headers=ORIGIN) for _ in range(11)]
    assert {answer.status_code for answer in said[:10]} == {404}
    assert said[10].status_code == 429
    assert 'value="12345678901234"' in said[10].text


def test_every_page_carries_the_headers_and_no_script_of_its_own(
    client: FlaskClient, tools: Tools
) -> None:
    for address in ("/", "/track", "/login", "/nothing-here"):
        page = client.get(address)
        assert page.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]
        assert not re.search(r"<script(?![^>]*src=)|\sstyle=|\son\w+=", page.text)


def test_an_address_that_is_not_ours_says_so_in_persian(client: FlaskClient) -> None:
    page = client.get("/nothing-here")
    assert page.status_code == 404
    assert "چنین چیزی نداریم" in page.text
