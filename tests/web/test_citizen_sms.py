"""The provider hands over what citizens write to our line."""

import pytest
from flask.testing import FlaskClient

from app.tools import Tools
from tests import make
from tests.app.database import count, one

HOOK = "/hooks/kavenegar/a-hook-secret-for-tests/inbound"
MOBILE = make.mobile(1234)


def form(tools: Tools, **changes: str) -> dict[str, str]:
    code = make.register(tools, citizen={"mobile": MOBILE})["tracking_code"]
    return {"messageid": "77", "from": MOBILE, "to": "10004346", "message": code} | changes


@pytest.mark.parametrize("way", ["get", "post"])
def test_a_message_is_taken_once_however_often_it_comes(
    client: FlaskClient, tools: Tools, way: str
) -> None:
    sent = form(tools)
    for _ in range(3):
        if way == "post":
            answer = client.post(HOOK, data=sent)
        else:
            answer = client.get(HOOK, query_string=sent)
        assert answer.json == {"ok": True}
    assert one(tools, "select state from messages where inbound_id = 77") == "pending"


def test_the_longest_message_of_a_citizen_is_taken(client: FlaskClient, tools: Tools) -> None:
    assert client.post(HOOK, data=form(tools, message="ی" * 900)).status_code == 200
    assert count(tools, "inbound_messages") == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"messageid": ""},
        {"messageid": "-1"},
        {"messageid": "9" * 19},
        {"from": "98300012345"},
        {"from": "\x00"},
    ],
)
def test_what_makes_no_sense_is_taken_and_forgotten(
    client: FlaskClient, tools: Tools, changes: dict[str, str]
) -> None:
    assert client.post(HOOK, data=form(tools, **changes)).json == {"ok": True}
    assert count(tools, "inbound_messages") == 0


def test_a_stranger_without_the_secret_hands_nothing_over(
    client: FlaskClient, tools: Tools
) -> None:
    wrong = HOOK.replace("a-hook", "b-hook")
    assert client.post(wrong, data=form(tools)).status_code == 404
    assert count(tools, "inbound_messages") == 0
