import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.actions import refer, seeding
from app.actors import Actor, Role
from app.tools import Tools
from tests import make
from tests.web.browser import ORIGIN, hidden, send

BANK = "bank-melli"
COLLEAGUE = make.staff(BANK, "two")
WORDS = "نوبت شما رسیده است؛ با کارت ملی به شعبه بروید."


@pytest.fixture
def code(client: FlaskClient, tools: Tools) -> str:
    """A letter at the bank, and somebody of the bank at the page."""
    make.logged_in(client, tools, "agency", BANK)
    made: str = make.register(tools, county="پاوه")["tracking_code"]
    return made


def at(code: str, verb: str = "") -> str:
    return f"/desk/{code}/{verb}".rstrip("/")


def test_the_queue_is_the_own_one(client: FlaskClient, tools: Tools, code: str) -> None:
    other = make.register(tools, text=make.MEDICINE)["tracking_code"]
    page = client.get("/desk").text
    assert code in page
    assert other not in page
    assert client.get(at(other)).status_code == 404


def test_the_queue_is_filtered_by_status(client: FlaskClient, code: str) -> None:
    assert code in client.get("/desk?show=new").text
    assert code not in client.get("/desk?show=answered").text
    assert client.get("/desk?show=nonsense").status_code == 422


def test_the_owner_sees_whom_to_call(client: FlaskClient, code: str) -> None:
    page = client.get(at(code)).text
    assert "مریم کرمانی" in page
    assert 'href="tel:0909000' in page


def test_a_letter_is_claimed_then_answered_and_the_citizen_is_told(
    client: FlaskClient, code: str
) -> None:
    assert send(client, at(code), at(code, "claim")).location == at(code)
    assert "این نامه را برداشتید" in client.get(at(code)).text
    answer = send(client, at(code), at(code, "answer"), outcome="done", text=WORDS)
    assert answer.location == "/desk"
    assert code in client.get("/desk?show=answered").text
    assert WORDS in client.get(at(code)).text


def test_an_answer_without_an_outcome_comes_back_with_its_words(
    client: FlaskClient, code: str
) -> None:
    send(client, at(code), at(code, "claim"))
    answer = send(client, at(code), at(code, "answer"), text=WORDS)
    assert answer.status_code == 422
    assert 'id="outcome-fault"' in answer.text
    assert WORDS in answer.text


def test_what_a_colleague_took_is_said_and_the_written_answer_stays(
    client: FlaskClient, tools: Tools, code: str
) -> None:
    refer.claim(tools, COLLEAGUE, code)
    answer = send(client, at(code), at(code, "answer"), outcome="done", text=WORDS)
    assert answer.status_code == 409
    assert "همکار دیگری این نامه را برداشته است" in answer.text
    assert WORDS in answer.text
    taken = send(client, at(code), at(code, "claim"))
    assert taken.status_code == 409


def test_what_left_the_desk_meanwhile_gives_the_written_answer_back(
    client: FlaskClient, tools: Tools, code: str
) -> None:
    send(client, at(code), at(code, "claim"))
    form = hidden(client.get(at(code)).text) | {"outcome": "done", "text": WORDS}
    manager = Actor("user:manager", Role.MANAGER, BANK)
    refer.give_back(tools, manager, code, "پرونده نزد بانک دیگری است")
    answer = client.post(at(code, "answer"), data=form, headers=ORIGIN)
    assert answer.status_code == 409
    assert WORDS in answer.text


def test_a_letter_is_forwarded_to_an_own_branch_only(
    client: FlaskClient, tools: Tools, code: str
) -> None:
    seeding.seed_demo(tools, make.PASSWORD)
    page = client.get(at(code)).text
    assert "بانک ملی، پاوه" in page
    assert "بانک ملت، پاوه" not in page
    sent = send(client, at(code), at(code, "forward"), branch="بانک ملی، پاوه")
    assert sent.location == at(code)
    assert "شعبه: <bdi>بانک ملی، پاوه" in client.get(at(code)).text
    wrong = send(client, at(code), at(code, "forward"), branch="بانک ملت، پاوه")
    assert wrong.status_code == 422
    assert 'id="branch-fault"' in wrong.text


def test_a_wrong_referral_goes_back_with_its_reason(client: FlaskClient, code: str) -> None:
    unsaid = send(client, at(code), at(code, "return"), reason="")
    assert unsaid.status_code == 422
    assert 'id="reason-fault"' in unsaid.text
    sent = send(client, at(code), at(code, "return"), reason="پرونده نزد ما نیست")
    assert sent.location == "/desk"
    assert client.get(at(code)).status_code == 410


def test_what_the_supervisor_decided_cannot_go_back(
    client: FlaskClient, tools: Tools, code: str
) -> None:
    for _ in range(3):
        refer.give_back(tools, COLLEAGUE, code, "نزد ما نیست")
        refer.refer(tools, make.SUPERVISOR, code, BANK, "نزد شماست")
    assert "قطعی است" in client.get(at(code)).text
    answer = send(client, at(code), at(code, "return"), reason="باز هم نیست")
    assert answer.status_code == 409


def test_a_manager_may_answer_what_a_colleague_claimed(app: Flask, tools: Tools, code: str) -> None:
    refer.claim(tools, COLLEAGUE, code)
    client = app.test_client()
    make.logged_in(client, tools, "manager", BANK)
    answer = send(client, at(code), at(code, "answer"), outcome="partly", text=WORDS)
    assert answer.location == "/desk"


def test_a_letter_past_its_deadline_is_marked(client: FlaskClient, tools: Tools, code: str) -> None:
    with tools.sessions.begin() as session:
        session.execute(text("update correspondences set due_at = now() - interval '3 days'"))
    page = client.get("/desk").text
    assert 'class="overdue"' in page
    assert "روز دیر شده" in page
