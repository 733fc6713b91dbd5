from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.actions import pausing, refer
from app.codes import mint_tracking_code
from app.persian import jalali_day, persian_digits, spoken_code
from app.tools import Tools
from tests import make
from tests.app import database
from tests.web.browser import ORIGIN, hidden, send, value_of

FIND = "/operator/find"


def page_of(client: FlaskClient, code: str) -> str:
    return client.get(f"/operator/letters/{code}").text


def test_a_code_leads_straight_to_the_letter_with_a_sentence_to_read_out(
    client: FlaskClient, tools: Tools
) -> None:
    code = make.register(tools)["tracking_code"]
    make.logged_in(client, tools, "operator")
    answer = send(client, FIND, asked=spoken_code(code))
    assert answer.location == f"/operator/letters/{code}"
    page = page_of(client, code)
    assert "به بانک ملی رسیده و در نوبت بررسی است" in page
    assert "مهلت پاسخ تا" in page


def test_a_letter_past_its_deadline_is_said_to_be_so(client: FlaskClient, tools: Tools) -> None:
    code = make.register(tools)["tracking_code"]
    late = database.letter(tools, code).due_at - timedelta(days=40)
    database.force(tools, "update correspondences set due_at = :late", late=late)
    make.logged_in(client, tools, "operator")
    page = page_of(client, code)
    assert "گذشته است؛ بازرسی استانداری آن را می‌بیند" in page
    assert "مهلت پاسخ تا" not in page


@pytest.mark.parametrize("by", ["national_id", "mobile"])
def test_a_citizen_without_the_code_is_found_by_national_id_or_mobile(
    client: FlaskClient, tools: Tools, by: str
) -> None:
    citizen = make.payload()["citizen"] | {"mobile": "09090001234"}
    first = make.register(tools, citizen=citizen)["tracking_code"]
    second = make.register(tools, citizen=citizen, text=make.MEDICINE)["tracking_code"]
    others = make.register(tools, citizen={"mobile": "09090005678"})["tracking_code"]
    make.logged_in(client, tools, "operator")
    page = send(client, FIND, asked=persian_digits(citizen[by])).text
    assert first in page
    assert second in page
    assert others not in page
    assert citizen[by] not in send(client, FIND, asked=citizen[by]).headers.get("Location", "")


def test_what_waits_stands_before_what_is_answered(client: FlaskClient, tools: Tools) -> None:
    citizen = make.payload()["citizen"]
    waits = make.register(tools, citizen=citizen)["tracking_code"]
    over = make.register(tools, citizen=citizen, text=make.MEDICINE)["tracking_code"]
    database.force(
        tools,
        "update correspondences set status = 'answered', outcome = 'done', answer = 'x', "
        "answered_at = now() where tracking_code = :code",
        code=over,
    )
    make.logged_in(client, tools, "operator")
    page = send(client, FIND, asked=citizen["national_id"]).text
    assert page.index(waits) < page.index(over)


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ("12345", 422, "کد رهگیری ۱۴ رقم"),
        ("", 422, "کد رهگیری ۱۴ رقم"),
        ("09090009999", 404, "پیدا نشد"),
        pytest.param(mint_tracking_code(), 404, "پیدا نشد", id="a code of nobody"),
    ],
)
def test_what_is_not_found_stays_in_the_field_and_says_what_to_do(
    client: FlaskClient, tools: Tools, asked: str, status: int, said: str
) -> None:
    make.logged_in(client, tools, "operator")
    answer = send(client, FIND, asked=asked)
    assert answer.status_code == status
    assert said in answer.text
    assert value_of(answer.text, "asked") == asked


def test_a_note_of_a_call_is_seen_by_the_desk_that_holds_the_letter(
    client: FlaskClient, tools: Tools
) -> None:
    code = make.register(tools)["tracking_code"]
    make.logged_in(client, tools, "operator")
    at = f"/operator/letters/{code}"
    assert send(client, at, f"{at}/notes", text="زنگ زد: شعبه‌اش عوض شده").status_code == 303
    assert "شعبه‌اش عوض شده" in page_of(client, code)
    client.delete_cookie("samaneh-8111")
    make.logged_in(client, tools, "agency", "bank-melli")
    page = client.get(f"/desk/{code}").text
    assert "شعبه‌اش عوض شده" in page
    assert "یادداشت تماس پیگیری" in page


def test_triage_reads_the_notes_of_a_letter_that_came_back(
    client: FlaskClient, tools: Tools
) -> None:
    code = make.register(tools)["tracking_code"]
    make.logged_in(client, tools, "operator")
    at = f"/operator/letters/{code}"
    send(client, at, f"{at}/notes", text="می‌گوید حسابش در بانک ملت است")
    refer.claim(tools, make.staff("bank-melli"), code)
    refer.give_back(tools, make.staff("bank-melli"), code, "از ما نیست")
    client.delete_cookie("samaneh-8111")
    make.logged_in(client, tools, "triage")
    assert "حسابش در بانک ملت است" in client.get(f"/triage/{code}").text


def test_a_note_sent_twice_stands_there_once(client: FlaskClient, tools: Tools) -> None:
    code = make.register(tools)["tracking_code"]
    make.logged_in(client, tools, "operator")
    at = f"/operator/letters/{code}"
    form = hidden(client.get(at).text) | {"text": "دو بار فشرده شد"}
    for _ in range(2):
        assert client.post(f"{at}/notes", data=form, headers=ORIGIN).status_code == 303
    assert page_of(client, code).count("دو بار فشرده شد") == 1


def test_an_empty_note_is_asked_for_again_with_its_own_words(
    client: FlaskClient, tools: Tools
) -> None:
    code = make.register(tools)["tracking_code"]
    make.logged_in(client, tools, "operator")
    at = f"/operator/letters/{code}"
    answer = send(client, at, f"{at}/notes", text="   ")
    assert answer.status_code == 422
    assert "یادداشت خالی است" in answer.text


@pytest.mark.parametrize("role", ["triage", "supervisor", "admin"])
def test_only_operators_follow_up(client: FlaskClient, tools: Tools, role: str) -> None:
    code = make.register(tools)["tracking_code"]
    make.logged_in(client, tools, role)
    for at in (FIND, f"/operator/letters/{code}"):
        assert client.get(at).status_code == 403


def test_a_pause_is_read_out_with_its_end_and_its_reason(client: FlaskClient, tools: Tools) -> None:
    code, clerk = make.register(tools)["tracking_code"], make.staff("bank-melli")
    refer.claim(tools, clerk, code)
    wish = pausing.Pause("a-form-key", "document", "3", "سند ملک را بیاورید")
    pausing.pause(tools, clerk, code, wish)
    make.logged_in(client, tools, "operator")
    aloud = page_of(client, code).partition('"read-aloud"')[2].partition("</p>")[0]
    until = database.one(tools, "select until from notices")
    assert f"رسیدگی تا {jalali_day(until)} متوقف است" in aloud
    assert "سند ملک را بیاورید" in aloud
