"""The pages of a citizen's own letter: nothing written is lost, whatever is refused."""

import re
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from app.codes import proof_code
from app.persian import persian_digits, spoken_code
from app.tools import Tools
from sms.phone import Phone
from tests import make
from tests.app import database
from tests.app.database import assert_healthy, count, one
from tests.web.browser import ORIGIN, hidden, value_of

MOBILE = make.mobile(1234)
WRITTEN = {
    "national_id": "0013542419",
    "first_name": "مریم",
    "last_name": "کرمانی",
    "text": make.LOAN,
}
STOP = "insert into sms_lines (provider, province, stopped_at) values ('kavenegar', 'k', now())"


@pytest.fixture
def client(client: FlaskClient) -> FlaskClient:
    """Each test comes from a network of its own: codes are counted by network."""
    client.environ_base["REMOTE_ADDR"] = f"2001:db8:{uuid4().hex[:4]}:{uuid4().hex[:4]}::1"
    return client


def ask(client: FlaskClient, mobile: str = MOBILE) -> TestResponse:
    form = hidden(client.get("/letter").text)
    data = form | {"mobile": mobile}
    return client.post("/letter", data=data, headers=ORIGIN, follow_redirects=True)


def again(client: FlaskClient, page: TestResponse, to: str, **fields: str) -> TestResponse:
    """The form of this page, sent with these fields."""
    form = hidden(page.text) | WRITTEN | fields
    return client.post(to, data=form, headers=ORIGIN)


def code(tools: Tools, page: TestResponse) -> str:
    check = UUID(hidden(page.text)["check"])
    return proof_code(tools.vault, check, Phone.parse(MOBILE).e164)


def keeps(page: TestResponse) -> bool:
    """Whether all that was written stands on the page, in its fields or kept in hidden ones."""
    shown = {name: value_of(page.text, name) for name in WRITTEN}
    kept = shown | {n: v for n, v in hidden(page.text).items() if n in WRITTEN}
    text = re.search(r'<textarea id="text"[^>]*>\n(.*?)</textarea>', page.text, re.DOTALL)
    return (kept | ({"text": text[1]} if text else {})) == WRITTEN


def tracking(page: TestResponse) -> str:
    found = re.search(r'id="code"[^>]*>(\d{14})<', page.text)
    assert found, page.text
    return found[1]


def test_a_citizen_writes_a_letter_without_an_account(client: FlaskClient, tools: Tools) -> None:
    assert 'href="/letter"' in client.get("/").text
    page = ask(client)
    assert page.status_code == 200
    assert persian_digits(MOBILE) in page.text
    sent = again(client, page, "/letter/send", code=code(tools, page))
    assert sent.status_code == 201
    letter = database.letter(tools, tracking(sent))
    assert (letter.source, letter.text) == ("citizen", make.LOAN)
    for words in ("بانک ملی", "مهلت پاسخ", "روز مانده"):
        assert words in sent.text
    tracked = client.post("/track", data=hidden(sent.text), headers=ORIGIN)
    assert tracked.status_code == 200
    assert "به بانک ملی ارجاع شد" in tracked.text
    assert_healthy(tools)


def test_a_letter_that_nobody_can_place_goes_to_a_person(client: FlaskClient, tools: Tools) -> None:
    page = ask(client)
    sent = again(client, page, "/letter/send", code=code(tools, page), text=make.UNCLEAR)
    assert "مهلت تعیین دستگاه" in sent.text
    assert "پس از تعیین دستگاه" in sent.text


def test_sent_twice_and_after_going_back_it_is_one_letter(
    client: FlaskClient, tools: Tools
) -> None:
    page = ask(client)
    right = code(tools, page)
    codes = {tracking(again(client, page, "/letter/send", code=right)) for _ in range(3)}
    assert len(codes) == 1
    changed = again(client, page, "/letter/send", code=right, text=make.MEDICINE)
    assert changed.status_code == 409
    assert "یک نامه ثبت کرده‌اید" in changed.text
    assert make.MEDICINE in changed.text
    assert count(tools, "correspondences") == 1


def test_every_refusal_keeps_what_was_written_and_says_what_to_do(
    client: FlaskClient, tools: Tools
) -> None:
    page = ask(client)
    right = code(tools, page)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for typed, words in ((wrong, "این کد درست نیست"), ("12", "کد شش رقم است")):
        refused = again(client, page, "/letter/send", code=typed)
        assert refused.status_code == 422
        assert words in refused.text
        assert keeps(refused)
        assert 'aria-invalid="true" aria-describedby="code-fault" autofocus' in refused.text
    person = again(client, page, "/letter/send", code=right, national_id="0000000001")
    assert "کد ملی درست نیست" in person.text
    assert value_of(person.text, "code") == right
    assert "ثبت نشده است" in person.text
    assert again(client, refused, "/letter/send", code=right).status_code == 201


def test_after_ten_minutes_a_new_code_is_asked_for_and_the_letter_stays(
    client: FlaskClient, tools: Tools
) -> None:
    page = ask(client)
    old = "update phone_checks set asked_at = asked_at - interval '11 minutes', expires_at = now()"
    database.change(tools, old)
    late = again(client, page, "/letter/send", code=code(tools, page))
    assert late.status_code == 422
    assert "کد تازه" in late.text
    assert keeps(late)
    fresh = again(client, late, "/letter")
    assert fresh.status_code == 200
    assert keeps(fresh)
    assert hidden(fresh.text)["check"] != hidden(page.text)["check"]
    assert again(client, fresh, "/letter/send", code=code(tools, fresh)).status_code == 201


def test_the_number_can_be_changed_and_the_letter_stays(client: FlaskClient, tools: Tools) -> None:
    number = again(client, ask(client), "/letter/number", code="1")
    assert value_of(number.text, "mobile") == MOBILE
    assert keeps(number)
    bad = again(client, number, "/letter", mobile="0912")
    assert bad.status_code == 422
    assert "شمارهٔ همراه درست نیست" in bad.text
    assert keeps(bad)
    other = again(client, bad, "/letter", mobile=make.mobile(4321))
    assert keeps(other)
    assert persian_digits(make.mobile(4321)) in other.text


def test_a_fourth_code_within_the_hour_is_refused_with_the_time(
    client: FlaskClient, tools: Tools
) -> None:
    for _ in range(3):
        page = ask(client)
    refused = again(client, page, "/letter")
    assert refused.status_code == 429
    assert "۱ ساعت دیگر کد تازه بخواهید" in refused.text
    assert keeps(refused)
    assert again(client, refused, "/letter/send", code=code(tools, page)).status_code == 201


def test_one_network_gets_so_many_codes_a_minute_and_keeps_what_was_written(
    client: FlaskClient,
) -> None:
    page = ask(client)
    form = hidden(page.text)
    said = [
        client.post("/letter", data=form | WRITTEN | {"mobile": "0912"}, headers=ORIGIN)
        for _ in range(20)
    ]
    assert {answer.status_code for answer in said[:19]} == {422}
    assert said[19].status_code == 429
    told = re.search(
        "از این شبکه درخواست زیاد بود؛ [۱۲] دقیقهٔ دیگر دوباره بیازمایید", said[19].text
    )
    assert told
    assert keeps(said[19])
    # Another number of the same subscriber's addresses is the same network.
    client.environ_base["REMOTE_ADDR"] = client.environ_base["REMOTE_ADDR"][:-1] + "2"
    assert ask(client).status_code == 429


def test_a_stopped_line_is_told_at_once(client: FlaskClient, tools: Tools) -> None:
    database.change(tools, STOP)
    page = ask(client)
    assert page.status_code == 503
    assert "کد نمی‌رود" in page.text
    assert value_of(page.text, "mobile") == MOBILE
    assert count(tools, "messages") == 0


def test_a_code_that_was_refused_or_waits_is_told_with_the_next_answer(
    client: FlaskClient, tools: Tools
) -> None:
    page = ask(client)
    assert "فرستادیم" in client.get("/letter/write").text
    for state, words in (("pending", "هنوز نرفته است"), ("refused", "به این شماره نرفت")):
        database.change(tools, "update messages set state = :state", state=state)
        assert words in again(client, page, "/letter/send", code="").text
    assert "فرستادیم" not in client.get("/letter/write").text


def test_back_after_a_lost_answer_the_letter_is_found_again(
    client: FlaskClient, tools: Tools
) -> None:
    page = ask(client)
    right = code(tools, page)
    first = tracking(again(client, page, "/letter/send", code=right))
    back = client.get("/letter/write")
    assert "دو بار ثبت نمی‌شود" in back.text
    assert persian_digits(MOBILE) not in back.text
    assert tracking(again(client, back, "/letter/send", code=right)) == first
    told = again(client, back, "/letter/send", code=right, text="", national_id="")
    assert told.status_code == 409
    assert spoken_code(first) in told.text


def test_another_browser_has_no_form(app: Flask, client: FlaskClient) -> None:
    ask(client)
    assert app.test_client().get("/letter/write").headers["Location"] == "/letter"


def test_an_address_of_what_was_sent_leads_to_the_beginning(client: FlaskClient) -> None:
    for address in ("/letter/send", "/letter/number"):
        assert client.get(address).headers["Location"] == "/letter"


def test_a_page_that_is_too_old_comes_back_with_everything(client: FlaskClient) -> None:
    page = ask(client)
    form = hidden(page.text) | WRITTEN | {"code": "123456", "csrf_token": "old"}
    expired = client.post("/letter/send", data=form, headers=ORIGIN)
    assert expired.status_code == 400
    for value in (*WRITTEN.values(), hidden(page.text)["check"]):
        assert value in expired.text


def test_neither_code_nor_number_is_in_an_address_or_a_cookie(
    client: FlaskClient, tools: Tools
) -> None:
    page = ask(client)
    sent = again(client, page, "/letter/send", code=code(tools, page))
    for answer in (page, sent):
        said = str(answer.headers)
        assert MOBILE not in said
        assert code(tools, page) not in said
        assert answer.headers["Cache-Control"] == "no-store"
    assert one(tools, "select count(*) from events where data::text like '%0909%'") == 0


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    fields=st.dictionaries(
        st.sampled_from(["check", "code", "mobile", "next", "county", *WRITTEN]),
        st.text(max_size=60),
    ),
    to=st.sampled_from(["/letter/send", "/letter", "/letter/number"]),
)
def test_no_form_breaks_the_page(client: FlaskClient, fields: dict[str, str], to: str) -> None:
    client.environ_base["REMOTE_ADDR"] = f"2001:db8:{uuid4().hex[:4]}:{uuid4().hex[:4]}::1"
    token = make.csrf(client.get("/letter").text)
    form = {name: value.encode("utf-8", "replace").decode() for name, value in fields.items()}
    answer = client.post(to, data=form | {"csrf_token": token}, headers=ORIGIN)
    assert answer.status_code in (200, 303, 422)
