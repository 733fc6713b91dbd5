import json

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.persian import spoken_code
from app.tools import Tools
from config import Settings
from tests import make
from tests.app import database
from tests.web.browser import ORIGIN, hidden, send
from tests.web.test_operator import FORM, code_in, filled

ANY_BANK = "متقاضی وام ازدواج هستم و ضامن ندارم."
VIOLENCE = "شوهرم من و بچه‌ها را کتک می‌زند و تهدید به مرگ کرده است. کمک می‌خواهم."


def preview(client: FlaskClient, **fields: str) -> TestResponse:
    return send(client, FORM, f"{FORM}/preview", **fields)


def test_the_preview_says_where_it_would_go_and_because_of_which_words(
    client: FlaskClient, tools: Tools
) -> None:
    make.logged_in(client, tools, "operator")
    answer = preview(client, text=make.LOAN)
    assert "می‌رود به" in answer.text
    assert "بانک ملی" in answer.text
    assert "<q><bdi>وام ازدواج</bdi></q>" in answer.text


def test_the_preview_agrees_with_the_registration_that_follows(
    client: FlaskClient, tools: Tools
) -> None:
    make.logged_in(client, tools, "operator")
    names = {row.code: row.name for row in database.rows(tools, "select code, name from agencies")}
    for text in (make.LOAN, make.MEDICINE, ANY_BANK):
        typed = filled(text=text)
        shown = preview(client, text=text, national_id=typed["national_id"], channel="letter").text
        code = code_in(send(client, FORM, **typed).text)
        assert f"<b>{names[database.letter(tools, code).owner_code]}</b>" in shown


def test_without_a_national_id_an_unnamed_bank_is_any_of_the_five(
    client: FlaskClient, tools: Tools
) -> None:
    make.logged_in(client, tools, "operator")
    assert "یکی از پنج بانک عامل" in preview(client, text=ANY_BANK).text
    named = preview(client, text=ANY_BANK, bank="bank-mellat").text
    assert "بانک ملت" in named
    assert "یکی از پنج" not in named


def test_what_is_unclear_is_said_to_go_to_a_person_and_why(
    client: FlaskClient, tools: Tools
) -> None:
    make.logged_in(client, tools, "operator")
    answer = preview(client, text=make.UNCLEAR).text
    assert "کارشناس پایش تصمیم می‌گیرد" in answer
    assert "می‌رود به" not in answer
    assert 'class="soft doubt"' in answer


def test_danger_to_life_is_marked_while_typing(client: FlaskClient, tools: Tools) -> None:
    make.logged_in(client, tools, "operator")
    assert 'class="urgent"' in preview(client, text=VIOLENCE).text
    assert 'class="urgent"' not in preview(client, text=make.LOAN).text


def test_a_preview_leaves_no_trace(
    client: FlaskClient, tools: Tools, caplog: pytest.LogCaptureFixture
) -> None:
    make.logged_in(client, tools, "operator")
    tables = ("correspondences", "citizens", "events", "idempotency_keys", "notes", "receipts")
    before = [database.count(tools, table) for table in tables]
    caplog.clear()
    preview(client, text=make.LOAN, national_id=make.national_id(3))
    assert [database.count(tools, table) for table in tables] == before
    assert caplog.text == ""


def test_a_preview_needs_the_forms_own_token(client: FlaskClient, tools: Tools) -> None:
    make.logged_in(client, tools, "operator")
    assert client.post(f"{FORM}/preview", data={"text": make.LOAN}).status_code == 400


def test_markup_in_the_text_stays_words_in_the_preview(client: FlaskClient, tools: Tools) -> None:
    make.logged_in(client, tools, "operator")
    assert "<script>" not in preview(client, text="<script>وام ازدواج بانک ملی</script>").text


def test_the_operator_sees_what_the_citizen_wrote_before(client: FlaskClient, tools: Tools) -> None:
    make.logged_in(client, tools, "operator")
    typed = filled()
    before = code_in(send(client, FORM, **typed).text)
    asked = send(client, FORM, f"{FORM}/earlier", national_id=typed["national_id"])
    assert spoken_code(before) in asked.text
    assert "ارجاع شده" in asked.text
    other = send(client, FORM, **typed | {"text": make.MEDICINE})
    assert spoken_code(before) in other.text
    assert send(client, FORM, f"{FORM}/earlier", national_id=make.national_id(1)).text.strip() == ""
    assert send(client, FORM, f"{FORM}/earlier", national_id="12").text == ""


def test_what_waits_stands_before_newer_letters_that_are_answered(
    client: FlaskClient, tools: Tools
) -> None:
    citizen = make.payload()["citizen"]
    waits = make.register(tools, citizen=citizen)["tracking_code"]
    for _ in range(5):
        make.register(tools, citizen=citizen, text=make.MEDICINE)
    database.force(
        tools,
        "update correspondences set status = 'answered', outcome = 'done', answer = 'x', "
        "answered_at = now() where tracking_code <> :waits",
        waits=waits,
    )
    make.logged_in(client, tools, "operator")
    page = send(client, FORM, f"{FORM}/earlier", national_id=citizen["national_id"]).text
    assert 0 < page.index(spoken_code(waits)) < page.index("پاسخ داده شده")


AGAIN = "وام ازدواجم چی شد؟ بانک ملی هنوز نوبت نداده است."


def letters(tools: Tools) -> int:
    return database.count(tools, "correspondences")


def test_the_same_matter_is_asked_about_before_a_second_letter_is_registered(
    client: FlaskClient, tools: Tools
) -> None:
    make.logged_in(client, tools, "operator")
    typed = filled()
    before = code_in(send(client, FORM, **typed).text)
    asked = send(client, FORM, **typed | {"text": AGAIN})
    assert asked.status_code == 409
    assert "همین موضوع؟" in asked.text
    assert AGAIN in asked.text
    assert letters(tools) == 1
    form = hidden(asked.text)
    assert form["seen"] == before
    anyway = client.post(FORM, data=typed | form | {"text": AGAIN}, headers=ORIGIN)
    assert anyway.status_code == 201
    assert letters(tools) == 2


def test_what_is_said_goes_to_the_letter_that_waits_and_no_second_one_is_made(
    client: FlaskClient, tools: Tools
) -> None:
    make.logged_in(client, tools, "operator")
    typed = filled(channel="call")
    before = code_in(send(client, FORM, **typed).text)
    form = typed | hidden(client.get(FORM).text) | {"text": AGAIN, "to": before}
    first = client.post(f"{FORM}/attach", data=form, headers=ORIGIN)
    second = client.post(f"{FORM}/attach", data=form, headers=ORIGIN)
    assert [first.status_code, second.status_code] == [201, 200]
    assert "به همان نامه افزوده شد" in first.text
    assert letters(tools) == 1
    assert [row.text for row in database.rows(tools, "select text from notes")] == [AGAIN]
    assert database.one(tools, "select used from call_days") == 1


def test_nothing_is_attached_to_a_letter_of_somebody_else(
    client: FlaskClient, tools: Tools
) -> None:
    others = make.register(tools)["tracking_code"]
    make.logged_in(client, tools, "operator")
    form = hidden(client.get(FORM).text) | filled(text=AGAIN, to=others)
    answer = client.post(f"{FORM}/attach", data=form, headers=ORIGIN)
    assert answer.status_code == 422
    assert "از این کد ملی نیست" in answer.text
    assert AGAIN in answer.text
    assert database.count(tools, "notes") == 0


def test_another_matter_of_the_same_citizen_is_registered_at_once(
    client: FlaskClient, tools: Tools
) -> None:
    make.logged_in(client, tools, "operator")
    typed = filled()
    send(client, FORM, **typed)
    assert send(client, FORM, **typed | {"text": make.MEDICINE}).status_code == 201


def test_an_answered_letter_is_no_longer_offered(client: FlaskClient, tools: Tools) -> None:
    make.logged_in(client, tools, "operator")
    typed = filled()
    send(client, FORM, **typed)
    database.force(
        tools,
        "update correspondences set status = 'answered', outcome = 'done', answer = 'x', "
        "answered_at = now()",
    )
    assert send(client, FORM, **typed | {"text": AGAIN}).status_code == 201


def test_a_form_sent_twice_is_never_taken_for_its_own_twin(
    client: FlaskClient, tools: Tools
) -> None:
    make.logged_in(client, tools, "operator")
    form = hidden(client.get(FORM).text) | filled()
    codes = {code_in(client.post(FORM, data=form, headers=ORIGIN).text) for _ in range(3)}
    assert len(codes) == 1


def test_remaining_capacity_is_sent_only_when_it_has_changed(
    client: FlaskClient, tools: Tools
) -> None:
    make.logged_in(client, tools, "operator")
    first = client.get(f"{FORM}/capacity")
    assert "۱۰۰۰" in first.text
    tag = {"If-None-Match": first.headers["ETag"]}
    same = client.get(f"{FORM}/capacity", headers=tag)
    assert (same.status_code, same.text) == (304, "")
    make.register(tools, channel="call")
    changed = client.get(f"{FORM}/capacity", headers=tag)
    assert changed.status_code == 200
    assert "۹۹۹" in changed.text


class TestFullDay:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"call_cap": 1, "callback_share": 1.0})

    def test_over_the_cap_the_form_says_that_it_goes_to_the_call_back_list(
        self, client: FlaskClient, tools: Tools
    ) -> None:
        make.logged_in(client, tools, "operator")
        assert ">ثبت در فهرست تماس مجدد</button>" not in client.get(FORM).text
        make.register(tools, channel="call")
        assert ">ثبت در فهرست تماس مجدد</button>" in client.get(FORM).text
        assert ">ثبت در فهرست تماس مجدد</button>" not in client.get(f"{FORM}?channel=letter").text
        assert 'data-full="yes"' in client.get(f"{FORM}/capacity").text


def test_the_seal_of_drafts_is_everybodys_own(client: FlaskClient, tools: Tools) -> None:
    seals = set()
    for _ in range(2):
        make.logged_in(client, tools, "operator")
        page = client.get(FORM).text
        seals.add(page.partition('data-seal="')[2].partition('"')[0])
        assert json.dumps(make.KEY) not in page
        client.delete_cookie("samaneh-8111")
    assert len(seals) == 2
    assert all(len(seal) == 44 for seal in seals)
