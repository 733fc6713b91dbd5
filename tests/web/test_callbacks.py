from datetime import datetime
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from app.persian import TEHRAN, jalali_day
from app.tools import Tools
from config import Settings
from tests import make
from tests.web.browser import send
from tests.web.test_operator import code_in, filled

LIST = "/operator/callbacks"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A line that takes a single call a day."""
    return settings.model_copy(update={"call_cap": 1, "callback_share": 1.0})


def promised(tools: Tools) -> UUID:
    """A call over the cap, promised for today as if it had come yesterday."""
    make.register(tools, channel="call")
    body = make.register(tools, channel="call", text=make.MEDICINE)
    with tools.sessions.begin() as session:
        today = datetime.now(TEHRAN).date()
        session.execute(text("update callbacks set due_on = :d, state = 'offered'"), {"d": today})
        session.execute(text("update call_days set cap = 2, held = 1, promised = 1"))
    return UUID(body["callback"]["id"])


def test_a_call_over_the_cap_is_promised_a_day(client: FlaskClient, tools: Tools) -> None:
    make.register(tools, channel="call")
    make.logged_in(client, tools, "operator")
    answer = send(client, "/operator", **filled(channel="call"))
    assert answer.status_code == 202
    with tools.sessions() as session:
        due_on = session.scalar(text("select due_on from callbacks"))
    assert jalali_day(due_on) in answer.text


def test_the_list_of_today_says_whom_to_ask_for(client: FlaskClient, tools: Tools) -> None:
    promised(tools)
    make.logged_in(client, tools, "operator")
    page = client.get(LIST).text
    assert "مریم کرمانی" in page
    assert 'href="tel:0909000' in page
    assert make.MEDICINE in page


def test_a_citizen_who_was_reached_gets_a_tracking_code_once(
    client: FlaskClient, tools: Tools
) -> None:
    callback = promised(tools)
    make.logged_in(client, tools, "operator")
    first = send(client, LIST, f"{LIST}/{callback}/reached")
    assert first.status_code == 201
    second = send(client, LIST.replace("callbacks", "find"), f"{LIST}/{callback}/reached")
    assert second.status_code == 200
    assert code_in(first.text) == code_in(second.text)


def test_who_does_not_answer_stays_on_the_list_until_the_fifth_time(
    client: FlaskClient, tools: Tools
) -> None:
    callback = promised(tools)
    make.logged_in(client, tools, "operator")
    for _ in range(4):
        assert send(client, LIST, f"{LIST}/{callback}/not-reached").location == LIST
    assert "۴ بار پاسخ نداد" in client.get(LIST).text
    send(client, LIST, f"{LIST}/{callback}/not-reached")
    page = client.get(LIST).text
    assert "کنار گذاشته شد" in page
    assert make.MEDICINE not in page


def test_a_call_back_of_another_day_is_left_alone(client: FlaskClient, tools: Tools) -> None:
    callback = promised(tools)
    with tools.sessions.begin() as session:
        session.execute(text("update callbacks set due_on = due_on + 1"))
    make.logged_in(client, tools, "operator")
    for verb in ("reached", "not-reached"):
        assert send(client, "/operator", f"{LIST}/{callback}/{verb}").location == LIST
    assert "در نوبت امروز نیست" in client.get(LIST).text
