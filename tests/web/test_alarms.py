"""What a person is told at once: on every page of those who can act, and to machines."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.db import SessionFactory
from app.doorbell import SilentBell
from app.queries import alarms
from app.tools import Tools
from app.web.line import LOOKOUT, Lookout
from config import Settings
from tests import make
from tests.web.browser import send

STRIP = 'class="alarms"'
LINE = """
insert into sms_lines (provider, province, stopped_at, reason, probe_at, worries, unfit, credit,
                       quiet_until)
values ('kavenegar', 'kermanshah', :stopped_at, :reason, now() + interval '1 minute', :worries,
        :unfit, 1234567, :quiet_until)"""
NOTHING = dict.fromkeys(("stopped_at", "reason", "worries", "unfit", "quiet_until"))


@pytest.fixture
def app(app: Flask, tools: Tools) -> Flask:
    """Alarms are read anew for every page."""
    app.extensions[LOOKOUT] = Lookout(tools.sessions, seconds=0)
    return app


def write(tools: Tools, statement: str, **values: object) -> None:
    with tools.sessions.begin() as session:
        session.execute(text(statement), values)


def a_line(tools: Tools, **values: object) -> None:
    write(tools, "delete from sms_lines")
    write(tools, LINE, **(NOTHING | values))


def stop(tools: Tools) -> None:
    a_line(tools, stopped_at="2026-11-22T10:00Z", reason="418 اعتبار حساب شما کافی نیست")


def ringing(tools: Tools) -> list[str]:
    with tools.sessions() as session:
        return [alarm.kind for alarm in alarms.read(session)]


def test_all_is_well_and_nobody_is_troubled(client: FlaskClient, tools: Tools) -> None:
    make.register(tools)
    make.logged_in(client, tools, "operator")
    assert STRIP not in client.get("/operator").text
    assert ringing(tools) == []


def test_a_stopped_line_is_told_to_those_who_can_act_on_each_of_their_pages(
    app: Flask, tools: Tools
) -> None:
    stop(tools)
    pages = {
        "operator": ("/operator", "/operator/find", "/operator/callbacks", "/owed"),
        "supervisor": ("/supervisor", "/supervisor/returned", "/owed"),
        "admin": ("/supervisor",),
    }
    for role, addresses in pages.items():
        client = app.test_client()
        make.logged_in(client, tools, role)
        for address in addresses:
            page = client.get(address).text
            assert STRIP in page, address
            assert "خط پیامک ایستاده است" in page
            assert "اعتبار حساب پیامک تمام شده است (کد ۴۱۸)" in page
            assert "کوشش بعدی" in page


def test_others_and_strangers_are_left_in_peace(app: Flask, tools: Tools) -> None:
    stop(tools)
    for role, home in (("triage", "/triage"), ("auditor", "/supervisor")):
        client = app.test_client()
        make.logged_in(client, tools, role)
        assert STRIP not in client.get(home).text
    stranger = app.test_client()
    for address in ("/", "/login", "/nothing-here"):
        assert STRIP not in stranger.get(address).text


@pytest.mark.parametrize(
    ("worry", "words"),
    [
        ("blocked", "حساب پیامک بسته است"),
        ("debug_mode", "حالت آزمایشی"),
        ("resend_failed", "بازفرستِ خودکار"),
        ("expired", "به سر آمده"),
        ("expiry_near", "رو به پایان"),
        ("credit_low", "اعتبار حساب پیامک کم است"),
    ],
)
def test_each_worry_about_the_account_has_its_own_words(
    client: FlaskClient, tools: Tools, worry: str, words: str
) -> None:
    a_line(tools, worries=worry)
    make.logged_in(client, tools, "operator")
    assert words in client.get("/operator").text


def test_two_worries_are_two_alarms(tools: Tools) -> None:
    a_line(tools, worries="debug_mode, credit_low", unfit="debug_mode")
    assert ringing(tools) == ["account", "account"]


def test_receipts_that_stay_though_the_line_is_open_are_told_after_half_an_hour(
    tools: Tools,
) -> None:
    make.register(tools)
    late = "update receipts set not_before = now() - cast(:ago as interval)"
    write(tools, late, ago="29 minutes")
    assert ringing(tools) == []
    write(tools, late, ago="31 minutes")
    assert ringing(tools) == ["delayed"]


def test_while_the_line_is_shut_or_quiet_waiting_is_no_alarm_of_its_own(tools: Tools) -> None:
    make.register(tools)
    write(tools, "update receipts set not_before = now() - interval '5 hours'")
    stop(tools)
    assert ringing(tools) == ["line_stopped"]
    a_line(tools, unfit="debug_mode", worries="debug_mode")
    assert ringing(tools) == ["account"]
    a_line(tools, quiet_until="2100-01-01T00:00Z")
    assert ringing(tools) == []


def test_the_morning_begins_with_half_an_hour_to_send_what_the_night_kept(tools: Tools) -> None:
    make.register(tools)
    write(tools, "update receipts set not_before = now() - interval '5 hours'")
    a_line(tools)
    ended = "update sms_lines set quiet_until = now() - cast(:ago as interval)"
    write(tools, ended, ago="10 minutes")
    assert ringing(tools) == []
    write(tools, ended, ago="31 minutes")
    assert ringing(tools) == ["delayed"]


def test_half_an_hour_of_tries_in_vain_is_told_though_each_waits_for_its_next(
    tools: Tools,
) -> None:
    make.register(tools)
    tried = """
        update receipts set attempts = :n, reason = 'ConnectionRefusedError',
            not_before = now() + interval '10 minutes' where stage = 'registered'"""
    write(tools, tried, n=7)
    assert ringing(tools) == []
    write(tools, tried, n=8)
    assert ringing(tools) == ["in_vain"]


def test_a_strangers_job_is_told_for_a_day(tools: Tools) -> None:
    misused = """
        insert into events (at, province, kind, actor)
        values (now() - cast(:ago as interval), 'kermanshah', 'doorbell_misused', 'system')"""
    write(tools, misused, ago="25 hours")
    assert ringing(tools) == []
    write(tools, misused, ago="23 hours")
    write(tools, misused, ago="1 hour")
    assert ringing(tools) == ["doorbell_misused"]


def test_call_backs_that_nobody_finds_a_new_day_for_are_told(
    settings: Settings, client: FlaskClient
) -> None:
    tools = make.tools(settings.model_copy(update={"call_cap": 1}), SilentBell())
    for _ in range(2):
        make.register(tools, channel="call")
    moved = "update callbacks set due_on = (now() at time zone 'Asia/Tehran')::date - :days"
    write(tools, moved, days=0)
    assert ringing(tools) == []
    write(tools, moved, days=2)
    assert ringing(tools) == ["no_room"]
    make.logged_in(client, tools, "supervisor")
    assert "روز تازه‌ای ندارند" in client.get("/supervisor").text
    write(tools, "update callbacks set state = 'given_up'")
    assert ringing(tools) == []
    tools.sessions.kw["bind"].dispose()


def test_alarms_that_cannot_be_read_fail_no_page_and_the_known_ones_stay(
    client: FlaskClient, app: Flask, tools: Tools
) -> None:
    stop(tools)
    lookout = Lookout(tools.sessions, seconds=0)
    known = lookout.current()
    lookout._sessions = _away  # type: ignore[assignment]
    assert lookout.current() == known != ()
    app.extensions[LOOKOUT] = Lookout(_away, seconds=0)  # type: ignore[arg-type]
    make.logged_in(client, tools, "operator")
    assert client.get("/operator").status_code == 200


def _away() -> SessionFactory:
    raise OperationalError("select", {}, Exception("away"))


def test_a_process_reads_them_at_most_once_in_some_seconds(tools: Tools) -> None:
    lookout = Lookout(tools.sessions, seconds=60)
    assert lookout.current() == ()
    stop(tools)
    assert lookout.current() == ()


def test_machines_see_the_same(client: FlaskClient, tools: Tools) -> None:
    calm = client.get("/metrics").text
    assert 'samaneh_sms_line_stopped{of="kavenegar"} 0.0' in calm
    assert 'samaneh_alarms{of="line_stopped"} 0.0' in calm
    make.register(tools, text=make.UNCLEAR)
    write(tools, "update receipts set state = 'held'")
    a_line(tools, stopped_at="2026-11-22T10:00Z", worries="credit_low, expiry_near")
    loud = client.get("/metrics").text
    assert 'samaneh_sms_line_stopped{of="kavenegar"} 1.0' in loud
    assert 'samaneh_sms_account_worries{of="kavenegar"} 2.0' in loud
    assert 'samaneh_receipts_owed{of="held"} 1.0' in loud
    assert 'samaneh_receipts_owed{of="failed"} 0.0' in loud
    assert 'samaneh_alarms{of="line_stopped"} 1.0' in loud
    assert 'samaneh_alarms{of="account"} 2.0' in loud


def test_the_supervisor_sees_the_line_beside_the_balance(client: FlaskClient, tools: Tools) -> None:
    make.logged_in(client, tools, "supervisor")
    page = client.get("/supervisor").text
    assert "باز است" in page
    assert "نامعلوم" in page
    a_line(tools, unfit="debug_mode", worries="debug_mode")
    page = client.get("/supervisor").text
    assert "بسته است: حساب را درست کنید" in page
    assert "۱٬۲۳۴٬۵۶۷" in page


def test_a_registration_made_while_the_line_is_stopped_says_both(
    client: FlaskClient, tools: Tools
) -> None:
    stop(tools)
    make.logged_in(client, tools, "operator")
    whole = make.payload(channel="letter")
    fields = {"channel": "letter", "text": whole["text"], **whole["citizen"]}
    made = send(client, "/operator", **fields)
    assert made.status_code == 201
    assert STRIP in made.text
