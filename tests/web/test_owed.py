import re
from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.actions import owed as action
from app.actions.owed import Decision
from app.persian import persian_digits, spoken_code
from app.tools import Tools
from tests import make
from tests.web.browser import ORIGIN, hidden, send

LIST = "/owed"
Owing = Callable[..., UUID]


@pytest.fixture
def owing(tools: Tools) -> Owing:
    """`owing("held", reason)`: a letter whose first receipt is owed; the receipt's id."""

    def owe(state: str, reason: str | None = None, mobile: str = "09090001234") -> UUID:
        body = make.register(tools, text=make.UNCLEAR, citizen={"mobile": mobile})
        with tools.sessions.begin() as session:
            found: UUID = session.execute(
                text("""
                    update receipts set state = :state, reason = :reason, attempts = 3,
                        message_id = (random() * 1e9)::bigint
                    where correspondence_id = (
                        select id from correspondences where tracking_code = :code)
                    returning id"""),
                {"state": state, "reason": reason, "code": body["tracking_code"]},
            ).scalar_one()
        return found

    return owe


def state_of(tools: Tools, receipt: UUID) -> str:
    with tools.sessions() as session:
        found = session.execute(text("select state from receipts where id = :i"), {"i": receipt})
        return str(found.scalar_one())


def code_of(tools: Tools, receipt: UUID) -> str:
    which = """
        select tracking_code from correspondences
        where id = (select correspondence_id from receipts where id = :id)"""
    with tools.sessions() as session:
        return str(session.scalar(text(which), {"id": receipt}))


def at(receipt: UUID) -> str:
    return f"{LIST}/{receipt}"


def test_whom_to_ring_what_to_read_out_and_why_stand_together(
    client: FlaskClient, tools: Tools, owing: Owing
) -> None:
    receipt = owing("rejected", "411 دریافت کننده نامعتبر است")
    make.logged_in(client, tools, "operator")
    page = client.get(LIST).text
    assert "مریم کرمانی" in page
    assert 'href="tel:09090001234"' in page
    assert spoken_code(code_of(tools, receipt)) in page
    assert "درخواست شما ثبت شد" in page
    assert "شمارهٔ گیرنده درست نیست (کد ۴۱۱)" in page
    assert "۳ بار کوشش" in page


def test_every_state_that_is_owed_is_there_with_its_own_reason_and_no_other_is(
    client: FlaskClient, tools: Tools, owing: Owing
) -> None:
    for state in ("held", "undelivered", "failed", "blocked", "rejected", "suppressed"):
        owing(state)
    for state in ("pending", "accepted", "delivered", "told", "waived"):
        owing(state, mobile="09090009999")
    make.logged_in(client, tools, "supervisor")
    page = client.get(LIST).text
    assert page.count("<article") == 6
    assert "09090009999" not in page
    assert client.get(f"{LIST}?state=held").text.count("<article") == 1


def test_the_citizen_was_told_and_it_leaves_the_list(
    client: FlaskClient, tools: Tools, owing: Owing
) -> None:
    receipt = owing("undelivered")
    make.logged_in(client, tools, "operator")
    sent = send(client, LIST, at(receipt), decision="told")
    assert (sent.status_code, sent.location) == (303, LIST)
    page = client.get(LIST).text
    assert "به شهروند گفته شد" in page
    assert "پیامک نرسیده‌ای نمانده است" in page
    assert state_of(tools, receipt) == "told"


def test_who_will_not_tell_has_to_say_why(client: FlaskClient, tools: Tools, owing: Owing) -> None:
    receipt = owing("blocked")
    make.logged_in(client, tools, "operator")
    unsaid = send(client, LIST, at(receipt), decision="waived", note="  ")
    assert unsaid.status_code == 422
    assert 'id="note-fault"' in unsaid.text
    assert state_of(tools, receipt) == "blocked"
    said = send(client, LIST, at(receipt), decision="waived", note="شماره از آنِ دیگری است")
    assert said.status_code == 303
    assert state_of(tools, receipt) == "waived"


def test_a_note_that_is_too_long_comes_back_whole(
    client: FlaskClient, tools: Tools, owing: Owing
) -> None:
    receipt, words = owing("blocked"), "الف" * 200
    make.logged_in(client, tools, "operator")
    answer = send(client, LIST, at(receipt), decision="waived", note=words)
    assert answer.status_code == 422
    assert words in answer.text


def test_only_the_supervisor_sends_again_and_only_what_the_provider_never_took(
    app: Flask, tools: Tools, owing: Owing
) -> None:
    held, undelivered = owing("held"), owing("undelivered")
    operator, supervisor = app.test_client(), app.test_client()
    make.logged_in(operator, tools, "operator")
    assert 'value="again"' not in operator.get(LIST).text
    assert send(operator, LIST, at(held), decision="again").status_code == 403
    make.logged_in(supervisor, tools, "supervisor")
    page = supervisor.get(LIST).text
    assert page.count('value="again"') == 1
    assert "شاید شهروند این پیامک را گرفته باشد" in page
    assert send(supervisor, LIST, at(undelivered), decision="again").status_code == 409
    assert state_of(tools, undelivered) == "undelivered"
    assert send(supervisor, LIST, at(held), decision="again").status_code == 303
    assert state_of(tools, held) == "pending"


def test_the_same_form_sent_twice_is_one_decision(
    client: FlaskClient, tools: Tools, owing: Owing
) -> None:
    receipt = owing("failed")
    make.logged_in(client, tools, "operator")
    form = hidden(client.get(LIST).text) | {"decision": "told"}
    for _ in range(2):
        answer = client.post(at(receipt), data=form, headers=ORIGIN)
        assert answer.status_code == 303
    with tools.sessions() as session:
        told = session.scalar(text("select count(*) from events where kind = 'receipt_settled'"))
    assert told == 1


def test_what_a_colleague_settled_is_said_and_the_note_is_not_lost(
    client: FlaskClient, tools: Tools, owing: Owing
) -> None:
    receipt = owing("failed")
    make.logged_in(client, tools, "operator")
    form = hidden(client.get(LIST).text) | {"decision": "waived", "note": "سه بار زنگ زدم"}
    action.settle(tools, make.OPERATOR, receipt, Decision.TOLD)
    answer = client.post(at(receipt), data=form, headers=ORIGIN)
    assert answer.status_code == 409
    assert "اکنون: «به شهروند گفته شد»" in answer.text
    assert "سه بار زنگ زدم" in answer.text
    assert state_of(tools, receipt) == "told"


def test_the_oldest_come_first_and_pages_go_on_where_they_ended(
    client: FlaskClient, tools: Tools, owing: Owing
) -> None:
    numbers = [make.mobile(2000 + n) for n in range(15)]
    for number in numbers:
        owing("held", mobile=number)
    make.logged_in(client, tools, "operator")
    first = client.get(LIST).text
    onward = re.search(r'href="(/owed\?[^"]+)" rel="next"', first)
    assert onward
    second = client.get(onward[1].replace("&amp;", "&")).text
    shown = [re.findall(r'href="tel:(\d+)"', page) for page in (first, second)]
    assert shown == [numbers[:12], numbers[12:]]
    assert client.get(f"{LIST}?cursor=nonsense").status_code == 422
    assert client.get(f"{LIST}?state=delivered").status_code == 422


def test_after_a_decision_one_is_where_one_was(
    client: FlaskClient, tools: Tools, owing: Owing
) -> None:
    receipts = [owing("held") for _ in range(14)]
    make.logged_in(client, tools, "operator")
    onward = re.search(r'href="(/owed\?[^"]+)" rel="next"', client.get(f"{LIST}?state=held").text)
    assert onward
    place = onward[1].replace("&amp;", "&")
    sent = send(client, place, at(receipts[-1]), decision="told")
    assert sent.location == place


def test_a_call_that_was_taken_note_of_is_told_without_a_code(
    client: FlaskClient, tools: Tools
) -> None:
    with tools.sessions.begin() as session:
        full = "values ('kermanshah', (now() at time zone 'Asia/Tehran')::date, 1, 1)"
        session.execute(text(f"insert into call_days (province, day, cap, used) {full}"))
    body = make.register(tools, channel="call")
    assert "callback" in body
    with tools.sessions.begin() as session:
        session.execute(text("delete from receipts where callback_id is not null"))
        session.execute(
            text("""
                insert into receipts (id, province, callback_id, stage, local_id, text, state,
                                      not_before, created_at)
                select gen_random_uuid(), province, id, 'noted', 123456789012345,
                       'تماستان یادداشت شد.', 'suppressed', now(), now() from callbacks""")
        )
    make.logged_in(client, tools, "operator")
    page = client.get(LIST).text
    assert "تماس نوبت‌گرفته" in page
    assert "مریم کرمانی" in page
    assert "تماستان یادداشت شد." in page


def test_a_number_that_cannot_be_opened_hides_nobody_else(
    client: FlaskClient, tools: Tools, owing: Owing
) -> None:
    owing("held", "the mobile number can't be opened")
    with tools.sessions.begin() as session:
        session.execute(text("update correspondences set mobile_sealed = '\\x00'"))
    owing("held", mobile="09090005555")
    make.logged_in(client, tools, "operator")
    page = client.get(LIST).text
    assert "نام و شماره باز نمی‌شود" in page
    assert 'href="tel:09090005555"' in page


def test_others_have_no_business_there(app: Flask, tools: Tools, owing: Owing) -> None:
    receipt = owing("held")
    for role in ("triage", "admin", "auditor"):
        client = app.test_client()
        make.logged_in(client, tools, role)
        assert client.get(LIST).status_code == 403
    agency = app.test_client()
    make.logged_in(agency, tools, "agency", "bank-melli")
    assert agency.get(LIST).status_code == 403
    form = {"csrf_token": make.csrf(agency.get("/desk").text), "decision": "told"}
    assert agency.post(at(receipt), data=form, headers=ORIGIN).status_code == 403
    assert state_of(tools, receipt) == "held"


def test_the_balance_leads_to_what_is_owed_by_state(
    client: FlaskClient, tools: Tools, owing: Owing
) -> None:
    owing("held")
    owing("held")
    make.logged_in(client, tools, "supervisor")
    page = client.get("/supervisor").text
    assert 'href="/owed?state=held"' in page
    assert f"<b>{persian_digits(2)}</b>" in page[page.index("/owed?state=held") :][:120]
