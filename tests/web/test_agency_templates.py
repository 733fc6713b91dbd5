"""The pages of an agency's own texts, and the warning before everybody's answer is sent."""

import re

import pytest
from flask.testing import FlaskClient

from app.actions import refer, templates
from app.tools import Tools
from tests import make
from tests.app import database
from tests.app.test_templates import WORDS, answered
from tests.web.browser import send

BANK = make.staff("bank-melli")


@pytest.fixture
def client(client: FlaskClient, tools: Tools) -> FlaskClient:
    make.logged_in(client, tools, "agency", BANK.agency)
    return client


@pytest.fixture
def code(client: FlaskClient, tools: Tools) -> str:
    """A letter that the person at the page has claimed."""
    made: str = make.register(tools)["tracking_code"]
    send(client, f"/desk/{made}", f"/desk/{made}/claim")
    return made


def test_a_text_is_made_and_retired_on_its_page(client: FlaskClient) -> None:
    assert "هنوز متنی نیست" in client.get("/desk/templates").text
    assert send(client, "/desk/templates", title="در نوبت", text=WORDS).status_code == 303
    page = client.get("/desk/templates").text
    assert WORDS in page
    retire = re.search(r'action="(/desk/templates/[^"]+/retire)"', page)
    assert retire
    assert send(client, "/desk/templates", retire[1]).status_code == 303
    assert WORDS not in client.get("/desk/templates").text


def test_a_text_without_a_name_comes_back_with_its_words(client: FlaskClient) -> None:
    answer = send(client, "/desk/templates", title="", text=WORDS)
    assert answer.status_code == 422
    assert 'id="title-fault"' in answer.text
    assert WORDS in answer.text


def test_a_prepared_text_fills_the_answer_without_a_script(
    client: FlaskClient, tools: Tools, code: str
) -> None:
    made = templates.create(tools, BANK, "در نوبت", WORDS)
    foreign = templates.create(tools, make.staff("welfare"), "بیگانه", "متن بیگانه")
    page = client.get(f"/desk/{code}").text
    assert f'href="/desk/{code}?template={made}#answer"' in page
    assert "بیگانه" not in page
    filled = re.search(
        r"<textarea[^>]*>\n([^<]*)", client.get(f"/desk/{code}?template={made}").text
    )
    assert filled
    assert filled[1].strip() == WORDS
    assert "متن بیگانه" not in client.get(f"/desk/{code}?template={foreign}").text


def test_everybodys_answer_is_sent_only_when_it_is_meant(
    client: FlaskClient, tools: Tools, code: str
) -> None:
    answered(tools, WORDS, 3)
    form = {"outcome": "done", "text": WORDS}
    warned = send(client, f"/desk/{code}", f"/desk/{code}/answer", **form)
    assert warned.status_code == 422
    assert "۳ تا از ۲۰ پاسخ آخر" in warned.text
    assert WORDS in warned.text
    assert 'value="done" checked' in warned.text
    assert database.letter(tools, code).status == "in_progress"
    sent = send(client, f"/desk/{code}", f"/desk/{code}/answer", **form, anyway="yes")
    assert sent.status_code == 303
    assert database.letter(tools, code).status == "answered"


def test_the_warning_lets_nobody_answer_what_a_colleague_holds(
    client: FlaskClient, tools: Tools
) -> None:
    taken = make.register(tools)["tracking_code"]
    refer.claim(tools, BANK, taken)
    answered(tools, WORDS, 3)
    form = {"outcome": "done", "text": WORDS, "anyway": "yes"}
    assert send(client, f"/desk/{taken}", f"/desk/{taken}/answer", **form).status_code == 409
