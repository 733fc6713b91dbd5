"""What the holder of a letter does besides answering: asks, pauses, hands on; and stale forms."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.actions import asking, pausing, refer
from app.actions.objection import Key
from app.actors import Actor, Role
from app.tools import Tools
from tests import make
from tests.app import database
from tests.web.browser import ORIGIN, hidden, send

BANK = "bank-melli"
MANAGER = Actor("user:manager", Role.MANAGER, BANK)
WORDS = "شمارهٔ پروندهٔ خود را بنویسید."
ANSWER = {"outcome": "done", "text": "نوبت شما رسیده است؛ به شعبه بروید."}


@pytest.fixture
def code(client: FlaskClient, tools: Tools) -> str:
    """A letter that somebody of the bank, at the page, has claimed."""
    make.logged_in(client, tools, "agency", BANK)
    made: str = make.register(tools, citizen={"mobile": "09090004321"})["tracking_code"]
    send(client, at(made), at(made, "claim"))
    return made


def at(code: str, verb: str = "") -> str:
    return f"/desk/{code}/{verb}".rstrip("/")


def me(tools: Tools) -> Actor:
    """Who is at the page."""
    found = database.rows(tools, "select id from users order by created_at limit 1")
    return Actor(f"user:{found[0].id}", Role.AGENCY, BANK)


def colleague(app: Flask, tools: Tools, role: str = "agency") -> tuple[FlaskClient, str]:
    before = {row.id for row in database.rows(tools, "select id from users")}
    client = app.test_client()
    make.logged_in(client, tools, role, BANK)
    (new,) = {row.id for row in database.rows(tools, "select id from users")} - before
    return client, f"user:{new}"


def question(tools: Tools) -> str:
    return str(database.one(tools, "select id from notices where kind = 'question'"))


def test_a_question_is_asked_and_the_reply_comes_to_the_page_and_the_queue(
    client: FlaskClient, tools: Tools, code: str
) -> None:
    sent = send(client, at(code), at(code, "ask"), question=WORDS)
    assert sent.location == at(code)
    assert "هنوز پاسخی نیامده است" in client.get(at(code)).text
    assert "در انتظار پاسخ شهروند" in client.get("/desk?show=mine").text
    number = database.one(tools, "select id from notices")
    asking.reply(tools, Key(code, "4321", 15), number, "پروندهٔ ۱۲۳")
    assert "پروندهٔ ۱۲۳" in client.get(at(code)).text
    assert "شهروند پاسخ داد" in client.get("/desk?show=mine").text


def test_the_same_form_sent_twice_asks_once(client: FlaskClient, tools: Tools, code: str) -> None:
    form = hidden(client.get(at(code)).text) | {"question": WORDS}
    for _ in range(2):
        assert client.post(at(code, "ask"), data=form, headers=ORIGIN).status_code == 303
    assert database.count(tools, "notices") == 1


def test_a_question_too_many_is_refused_with_why(
    client: FlaskClient, tools: Tools, code: str
) -> None:
    form = hidden(client.get(at(code)).text)
    for n in range(3):
        form |= hidden(client.get(at(code)).text)
        send(client, at(code), at(code, "ask"), question=f"پرسش {n}؟")
    assert "سه بار پرسیده شده است" in client.get(at(code)).text
    late = client.post(at(code, "ask"), data=form | {"question": "باز هم؟"}, headers=ORIGIN)
    assert late.status_code == 422
    assert "باز هم؟</textarea>" in late.text
    assert 'id="question-fault"' in late.text


def test_a_pause_is_said_to_staff_and_citizen_in_plain_words(
    client: FlaskClient, tools: Tools, code: str
) -> None:
    wish = {"cause": "document", "days": "2", "words": "رونوشت سند"}
    assert send(client, at(code), at(code, "pause"), **wish).location == at(code)
    page = client.get(at(code)).text
    assert "متوقف است: منتظر مدرک" in page
    assert "رسیدگی هم‌اکنون متوقف است" in page
    assert "مهلت متوقف است" in client.get("/desk?show=mine").text
    citizen = send(client, "/track", code=code, last4="4321").text
    assert "متوقف است</h2>" in citizen
    assert "رونوشت سند" in citizen
    assert "۲ روز کاری دیرتر شد" in citizen


def test_a_pause_without_a_cause_comes_back_with_its_words(
    client: FlaskClient, tools: Tools, code: str
) -> None:
    answer = send(client, at(code), at(code, "pause"), cause="", days="9", words="رونوشت سند")
    assert answer.status_code == 422
    assert 'value="رونوشت سند"' in answer.text
    assert "منتظر چه هستید" in answer.text
    assert database.count(tools, "notices") == 0


def test_it_is_handed_to_a_colleague_who_finds_it_among_the_own(
    client: FlaskClient, app: Flask, tools: Tools, code: str
) -> None:
    other, ref = colleague(app, tools)
    page = client.get(at(code)).text
    assert f'<option value="{ref}">یک همکار (۰)</option>' in page
    assert sent(client, code, "assign", opened(client, code) | {"to": ref})[0] == 303
    assert code in other.get("/desk?show=mine").text
    assert code not in client.get("/desk?show=mine").text
    assert "به همکار سپرده شد" in other.get(at(code)).text
    status, page = sent(other, code, "assign", opened(other, code) | {"to": "user:nobody"})
    assert status == 422
    assert 'id="to-fault"' in page


def test_a_manager_hands_the_chosen_letters_to_one_colleague(
    client: FlaskClient, app: Flask, tools: Tools, code: str
) -> None:
    free = make.register(tools)["tracking_code"]
    manager, _ = colleague(app, tools, "manager")
    other, ref = colleague(app, tools)
    form = hidden(manager.get("/desk").text) | {"code": [code, free], "to": ref}
    manager.post("/desk/assign", data=form, headers=ORIGIN)
    assert "۲ نامه سپرده شد" in manager.get("/desk").text
    found = other.get("/desk?show=mine").text
    assert code in found
    assert free in found
    for wrong, said in (({"code": []}, "برگزیده نشد"), ({"to": ""}, "همین دستگاه برگزینید")):
        manager.post("/desk/assign", data=form | wrong, headers=ORIGIN)
        assert said in manager.get("/desk").text
    assert client.post("/desk/assign", data=form, headers=ORIGIN).status_code in (400, 403)
    assert "formaction" not in client.get("/desk").text


def branch(tools: Tools) -> None:
    database.change(
        tools,
        "insert into branches (id, province, agency_code, name, county) values "
        "(gen_random_uuid(), 'kermanshah', 'bank-melli', 'بانک ملی، پاوه', 'پاوه')",
    )


def opened(client: FlaskClient, code: str) -> dict[str, str]:
    return hidden(client.get(at(code)).text)


def sent(client: FlaskClient, code: str, verb: str, form: dict[str, str]) -> tuple[int, str]:
    answer = client.post(at(code, verb), data=form, headers=ORIGIN)
    return answer.status_code, answer.text


def test_a_stale_claim_says_who_was_quicker(
    client: FlaskClient, app: Flask, tools: Tools, code: str
) -> None:
    free: str = make.register(tools)["tracking_code"]
    form = opened(client, free)
    other, ref = colleague(app, tools)
    send(other, at(free), at(free, "claim"))
    status, page = sent(client, free, "claim", form)
    assert status == 409
    said = page[page.index('id="changed"') :]
    assert re.search(r"یک همکار</bdi> <time[^>]*>هم‌اکنون</time>: کارشناس برداشت", said)
    assert database.letter(tools, free).claimed_by == ref


def test_a_stale_answer_says_what_changed_and_keeps_what_was_written(
    client: FlaskClient, app: Flask, tools: Tools, code: str
) -> None:
    branch(tools)
    form = opened(client, code) | ANSWER
    refer.forward(tools, MANAGER, code, "پاوه")
    status, page = sent(client, code, "answer", form)
    assert status == 409
    assert "به شعبه رفت <bdi>بانک ملی، پاوه" in page
    assert ANSWER["text"] in page
    assert 'value="done" checked' in page
    assert database.letter(tools, code).status == "in_progress"
    assert sent(client, code, "answer", hidden(page) | ANSWER)[0] == 303


def test_an_answer_does_not_pass_the_citizens_reply_unseen(
    client: FlaskClient, tools: Tools, code: str
) -> None:
    send(client, at(code), at(code, "ask"), question=WORDS)
    form = opened(client, code) | ANSWER
    asking.reply(tools, Key(code, "4321", 15), database.one(tools, "select id from notices"), "۱۲۳")
    status, page = sent(client, code, "answer", form)
    assert status == 409
    assert "شهروند پاسخ پرسش را داد" in page


def test_what_one_did_oneself_in_another_window_is_not_stale(
    client: FlaskClient, tools: Tools, code: str
) -> None:
    form = opened(client, code) | ANSWER
    send(client, at(code), at(code, "ask"), question=WORDS)
    pausing.pause(tools, me(tools), code, pausing.Pause("a-form", "visit", "1", "بازدید"))
    assert sent(client, code, "answer", form)[0] == 303


def test_every_form_of_a_letter_is_refused_when_it_is_stale(
    client: FlaskClient, app: Flask, tools: Tools, code: str
) -> None:
    _, ref = colleague(app, tools)
    branch(tools)
    form = opened(client, code)
    forms = {
        "answer": ANSWER,
        "forward": {"branch": "بانک ملی، پاوه"},
        "return": {"reason": "پرونده نزد ما نیست"},
        "ask": {"question": WORDS},
        "pause": {"cause": "visit", "days": "2", "words": "بازدید می‌شود"},
        "assign": {"to": ref},
        "claim": {},
    }
    database.change(tools, "update correspondences set version = version + 1")
    with tools.sessions.begin() as session:
        letter = database.letter(tools, code)
        session.execute(
            database.text(
                "insert into events (at, province, correspondence_id, kind, actor, data) "
                "values (now(), 'kermanshah', :id, 'joined', 'user:triage', '{}')"
            ),
            {"id": letter.id},
        )
    for verb, typed in forms.items():
        status, page = sent(client, code, verb, form | typed)
        assert status == 409, verb
        assert "نامهٔ دیگری از همین شهروند با آن یکی شد" in page, verb
        for value in typed.values():
            assert value in page, verb
    assert database.letter(tools, code).status == "in_progress"
    assert database.count(tools, "notices") == 0


def test_a_letter_that_left_says_so_with_what_the_agency_did_itself(
    client: FlaskClient, tools: Tools, code: str
) -> None:
    form = opened(client, code) | ANSWER
    refer.give_back(tools, me(tools), code, "پرونده نزد ما نیست")
    refer.refer(tools, make.TRIAGE, code, "bank-mellat", "آقای فلانی مشتری آنجاست")
    answer = client.get(at(code))
    assert answer.status_code == 410
    assert "دیگر نزد دستگاه شما نیست" in answer.text
    assert "پرونده نزد ما نیست" in answer.text
    status, page = sent(client, code, "answer", form)
    assert status == 409
    assert ANSWER["text"] in page
    for secret in (make.LOAN[:20], "مریم", "فلانی", "بانک ملت", "4321"):
        assert secret not in answer.text + page, secret
    assert client.get(at("12345678901234")).status_code == 404


def test_a_letter_never_had_is_not_found(client: FlaskClient, tools: Tools, code: str) -> None:
    other = make.register(tools, text=make.MEDICINE)["tracking_code"]
    assert client.get(at(other)).status_code == 404
    assert sent(client, other, "claim", opened(client, code))[0] == 404


@pytest.mark.parametrize("seen", ["x", "1", "1.", ".2", "-1.2", "٣.٤", "9" * 40 + ".1", "1.2.3"])
def test_a_form_that_says_nonsense_of_what_it_saw_is_judged_as_it_stands(
    client: FlaskClient, tools: Tools, code: str, seen: str
) -> None:
    form = opened(client, code) | ANSWER | {"seen": seen}
    assert sent(client, code, "answer", form)[0] == 303
