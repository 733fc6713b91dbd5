from flask import Flask
from flask.testing import FlaskClient

from app.tools import Tools
from app.web.account import onward
from tests import make
from tests.web.browser import send

HOMES = {
    "operator": "/operator",
    "triage": "/triage",
    "supervisor": "/supervisor",
    "admin": "/supervisor",
    "auditor": "/supervisor",
}


def test_everybody_begins_at_the_own_desk(app: Flask, tools: Tools) -> None:
    for role, home in HOMES.items():
        client = app.test_client()
        username, password = make.user(tools, role)
        answer = send(client, "/login", username=username, password=password)
        assert answer.location == home
        assert client.get(home).status_code == 200
        assert client.get("/login").location == home


def test_agency_staff_and_managers_begin_at_their_queue(app: Flask, tools: Tools) -> None:
    for role in ("agency", "manager"):
        client = app.test_client()
        make.logged_in(client, tools, role, "bank-melli")
        assert client.get("/home").location == "/desk"
        assert client.get("/desk").status_code == 200


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    client: FlaskClient, tools: Tools
) -> None:
    username, password = make.user(tools, "operator")
    answer = send(client, "/login", username=username, password=password)
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if "samaneh" in c)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


def test_a_wrong_password_says_neither_what_was_wrong_nor_what_was_typed(
    client: FlaskClient, tools: Tools
) -> None:
    username, _ = make.user(tools, "operator")
    wrong = send(client, "/login", username=username, password="not-this-one-1405")
    stranger = send(client, "/login", username="nobody", password="not-this-one-1405")
    assert wrong.status_code == stranger.status_code == 401
    assert "نام کاربری یا گذرواژه درست نیست" in wrong.text
    assert "not-this-one-1405" not in wrong.text
    assert username in wrong.text


def test_a_stranger_is_sent_to_the_log_in_and_then_where_he_wanted_to_go(
    client: FlaskClient, tools: Tools
) -> None:
    asked = client.get("/operator/callbacks")
    assert asked.location == "/login?next=/operator/callbacks"
    username, password = make.user(tools, "operator")
    answer = send(client, asked.location, "/login", username=username, password=password)
    assert answer.location == "/operator/callbacks"


def test_who_was_logged_out_at_a_page_of_two_roles_comes_back_to_it_with_its_question(
    client: FlaskClient, tools: Tools
) -> None:
    asked = client.get("/owed?state=held")
    username, password = make.user(tools, "operator")
    answer = send(client, asked.location, "/login", username=username, password=password)
    assert answer.location == "/owed?state=held"
    assert client.get("/login?next=/owed").location == "/owed"
    assert client.get("/login?next=/triage").location == "/operator"


def test_no_address_leads_out_of_the_own_pages(app: Flask) -> None:
    bad = (
        "/owed//evil.example",
        "/nowhere",
        "/desk/search",
        "/static/css/page.css",
        "/logout",
        "owed",
        "?/owed",
        "\\owed",
        "javascript:alert(1)",
        "http:owed",
        "//evil.example/operator",
        "/\\evil.example",
        "https://evil.example/operator",
        "/operator//evil.example",
        "/operator/\\evil",
        "/operator/\t/evil",
        "/triage/next",
        "/operatorium/x",
        "",
    )
    with app.app_context():
        for wanted in bad:
            assert onward(wanted, make.OPERATOR) == "/operator", wanted
        for right in ("/operator/find", "/owed", "/owed?state=held", "/operator"):
            assert onward(right, make.OPERATOR) == right


def test_nobody_sees_the_page_of_another_role(app: Flask, tools: Tools) -> None:
    for role in HOMES:
        client = app.test_client()
        make.logged_in(client, tools, role)
        for home in {*HOMES.values(), "/desk"} - {HOMES[role]}:
            assert client.get(home).status_code == 403, (role, home)


def test_only_the_supervisor_among_the_watchers_reads_letters(app: Flask, tools: Tools) -> None:
    for role in ("admin", "auditor"):
        client = app.test_client()
        make.logged_in(client, tools, role)
        assert client.get("/supervisor/returned").status_code == 403


def test_logging_out_ends_it(client: FlaskClient, tools: Tools) -> None:
    make.logged_in(client, tools, "operator")
    secret = client.get_cookie("samaneh-8111")
    assert send(client, "/operator", "/logout").location == "/login"
    assert client.get_cookie("samaneh-8111") is None
    assert secret is not None
    client.set_cookie("samaneh-8111", secret.value)
    assert client.get("/operator").location == "/login?next=/operator"
