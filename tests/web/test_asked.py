"""An agency's question on the citizen's page: shown to who has the code, replied to once."""

from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from app.actions import answer, asking, refer
from app.actions.asking import Question
from app.actors import Forbidden
from app.tools import Tools
from tests import make
from tests.app import database
from tests.web.browser import ORIGIN, hidden, send

MELLI = make.staff("bank-melli")
LAST4 = "4321"
WORDS = "شمارهٔ پروندهٔ خود را بنویسید."
SAID = "پروندهٔ ۱۲۳"


@pytest.fixture
def client(client: FlaskClient) -> FlaskClient:
    """Each test comes from an address of its own: tries are counted by address."""
    client.environ_base["REMOTE_ADDR"] = f"2001:db8::{uuid4().hex[:4]}:{uuid4().hex[:4]}"
    return client


@pytest.fixture
def code(tools: Tools) -> str:
    made: str = make.register(tools, citizen={"mobile": "09090004321"})["tracking_code"]
    refer.claim(tools, MELLI, made)
    asking.ask(tools, MELLI, made, Question("a-form-key", WORDS))
    return made


def number(tools: Tools) -> str:
    return str(database.one(tools, "select id from notices"))


def say(client: FlaskClient, code: str, question: str, words: str) -> tuple[int, str]:
    fields = {"code": code, "last4": LAST4, "question": question, "reply": words}
    sent = send(client, "/track", "/track/reply", **fields)
    return sent.status_code, sent.text


def test_the_question_waits_on_the_page_and_is_replied_to_once(
    client: FlaskClient, tools: Tools, code: str
) -> None:
    page = send(client, "/track", code=code, last4=LAST4).text
    assert "از شما پرسیده‌اند" in page
    assert WORDS in page
    status, page = say(client, code, number(tools), "پروندهٔ ۱۲۳")
    assert status == 200
    assert "پروندهٔ ۱۲۳" in page
    assert "/track/reply" not in page
    assert say(client, code, number(tools), "پروندهٔ ۱۲۳")[0] == 200
    status, page = say(client, code, number(tools), "چیز دیگر")
    assert status == 409
    assert "دیگر شدنی نیست" in page


def test_an_empty_reply_says_what_to_do(client: FlaskClient, tools: Tools, code: str) -> None:
    status, page = say(client, code, number(tools), "  ")
    assert status == 422
    assert "پاسخ خود را بنویسید" in page
    long = "ا" * 2001
    status, page = say(client, code, number(tools), long)
    assert status == 422
    assert long in page


def test_after_the_answer_the_question_is_closed(
    client: FlaskClient, tools: Tools, code: str
) -> None:
    answer.answer(tools, MELLI, code, "done", "پرداخت شد.")
    page = send(client, "/track", code=code, last4=LAST4).text
    assert "زمان پاسخ به این پرسش گذشته است" in page
    assert say(client, code, number(tools), "۱۲۳")[0] == 409


@pytest.mark.parametrize("question", ["", "nonsense", f"{0:032}"])
def test_a_reply_to_no_question_finds_nothing(
    client: FlaskClient, code: str, question: str
) -> None:
    assert say(client, code, question, "۱۲۳")[0] == 404


def test_without_the_digits_nothing_is_shown_and_a_page_elsewhere_says_nothing(
    client: FlaskClient, tools: Tools, code: str
) -> None:
    form = {"code": code, "last4": "0000", "question": number(tools), "reply": "۱۲۳"}
    refused = send(client, "/track", "/track/reply", **form)
    assert refused.status_code == 404
    assert WORDS not in refused.text
    right = form | {"last4": LAST4}
    assert client.post("/track/reply", data=right, headers=ORIGIN).status_code == 400
    assert client.get("/track/reply").location == "/track"


def test_an_operator_reads_the_question_out_and_writes_the_reply_down(
    client: FlaskClient, tools: Tools, code: str
) -> None:
    make.logged_in(client, tools, "operator")
    at = f"/operator/letters/{code}"
    page = client.get(at).text
    aloud = page.partition('class="read-aloud"')[2].partition("</p>")[0]
    assert WORDS in aloud
    assert send(client, at, f"{at}/reply", reply="").status_code == 422
    form = hidden(page) | {"question": number(tools), "reply": SAID}
    for _ in range(2):  # sent twice it counts once
        assert client.post(f"{at}/reply", data=form).location == at
    told = "select actor from events where kind = 'reply_taken_down'"
    assert database.one(tools, told).startswith("user:")
    assert database.one(tools, "select reply from notices") == SAID
    assert WORDS not in client.get(at).text.partition('read-aloud"')[2].partition("</p>")[0]
    database.assert_healthy(tools)


def test_another_reply_by_telephone_does_not_take_the_place_of_the_first(
    client: FlaskClient, tools: Tools, code: str
) -> None:
    make.logged_in(client, tools, "operator")
    at, question = f"/operator/letters/{code}", UUID(number(tools))
    asking.reply_by_phone(tools, make.OPERATOR, code, question, SAID)
    form = hidden(client.get(at).text) | {"question": str(question), "reply": "چیز دیگری"}
    assert client.post(f"{at}/reply", data=form).status_code == 303
    assert "پاسخ گرفته" in client.get(at).text
    assert database.one(tools, "select reply from notices") == SAID
    for actor in (make.TRIAGE, make.SUPERVISOR, make.staff("bank-melli")):
        with pytest.raises(Forbidden):
            asking.reply_by_phone(tools, actor, code, question, SAID)
