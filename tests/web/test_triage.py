import json
import re

from flask import Flask
from flask.testing import FlaskClient

from app.actions import refer, turns
from app.actors import Actor, Role
from app.tools import Tools
from app.web.evidence import pieces
from routing.explain import why_not
from routing.facts import Letter
from tests import make
from tests.app import database
from tests.web.browser import send

BANK = make.staff("bank-melli")


def waiting(tools: Tools) -> str:
    code: str = make.register(tools, text=make.UNCLEAR)["tracking_code"]
    return code


def returned(tools: Tools, times: int = 1) -> str:
    code: str = make.register(tools)["tracking_code"]
    for turn in range(times):
        refer.give_back(tools, BANK, code, "پروندهٔ شهروند نزد بانک ملت است")
        if turn < times - 1:
            refer.refer(tools, make.TRIAGE, code, "bank-melli", "نام بانک در نامه است")
    return code


def test_the_queue_holds_what_the_router_would_not_decide(
    client: FlaskClient, tools: Tools
) -> None:
    code = waiting(tools)
    decided = make.register(tools)["tracking_code"]
    make.logged_in(client, tools, "triage")
    page = client.get("/triage").text
    assert code in page
    assert decided not in page


def test_the_page_says_why_a_person_decides(client: FlaskClient, tools: Tools) -> None:
    code = waiting(tools)
    make.logged_in(client, tools, "triage")
    assert why_not(Letter(make.UNCLEAR), tools.rules) in client.get(f"/triage/{code}").text


def test_the_oldest_comes_first_and_the_next_after_each_decision(
    client: FlaskClient, tools: Tools
) -> None:
    first, second = waiting(tools), waiting(tools)
    make.logged_in(client, tools, "triage")
    assert client.get("/triage/next").location == f"/triage/{first}"
    page = f"/triage/{first}"
    answer = send(client, page, agency="relief-committee", reason="نیازمند حمایت است")
    assert answer.location == "/triage/next"
    assert client.get("/triage/next").location == f"/triage/{second}"
    assert "به کمیتهٔ امداد امام خمینی ارجاع شد" in client.get(f"/triage/{second}").text


def test_an_empty_queue_says_so(client: FlaskClient, tools: Tools) -> None:
    make.logged_in(client, tools, "triage")
    assert client.get("/triage/next").location == "/triage"
    assert "خالی است" in client.get("/triage").text


def test_a_returned_letter_shows_the_reason_and_the_words_that_decided(
    client: FlaskClient, tools: Tools
) -> None:
    code = returned(tools)
    make.logged_in(client, tools, "triage")
    page = client.get(f"/triage/{code}").text
    assert "پروندهٔ شهروند نزد بانک ملت است" in page
    assert ">وام ازدواج</mark>" in page


def test_without_an_agency_or_a_reason_nothing_moves_and_nothing_is_lost(
    client: FlaskClient, tools: Tools
) -> None:
    code = waiting(tools)
    make.logged_in(client, tools, "triage")
    nowhere = send(client, f"/triage/{code}", reason="یک دلیل ویژه")
    assert nowhere.status_code == 422
    assert "یک دلیل ویژه" in nowhere.text
    unsaid = send(client, f"/triage/{code}", agency="welfare", reason=" ")
    assert unsaid.status_code == 422
    assert 'value="welfare" class="second chosen"' in unsaid.text
    assert 'id="reason-fault"' in unsaid.text


def test_a_letter_that_a_colleague_was_quicker_with_is_told_and_passed_over(
    client: FlaskClient, tools: Tools
) -> None:
    code = waiting(tools)
    make.logged_in(client, tools, "triage")
    client.get(f"/triage/{code}")
    refer.refer(tools, make.TRIAGE, code, "welfare", "نیازمند حمایت")
    answer = send(client, "/triage", f"/triage/{code}", agency="welfare", reason="حمایت")
    assert answer.location == "/triage/next"
    assert "دیگر در پایش نیست" in client.get("/triage").text
    assert client.get(f"/triage/{code}").status_code == 404


def test_two_officers_are_given_two_letters_and_none_is_kept_from_anybody_for_long(
    client: FlaskClient, app: Flask, tools: Tools
) -> None:
    first, second = waiting(tools), waiting(tools)
    colleague = app.test_client()
    make.logged_in(client, tools, "triage")
    make.logged_in(colleague, tools, "triage")
    assert client.get("/triage/next").location == f"/triage/{first}"
    assert colleague.get("/triage/next").location == f"/triage/{second}"
    assert client.get("/triage/next").location == f"/triage/{first}"
    third = app.test_client()
    make.logged_in(third, tools, "triage")
    assert third.get("/triage/next").location == "/triage"
    database.change(
        tools, "update correspondences set claimed_at = claimed_at - interval '6 minutes'"
    )
    assert third.get("/triage/next").location == f"/triage/{first}"


def test_officers_who_ask_at_the_same_moment_are_given_different_letters(tools: Tools) -> None:
    codes = {waiting(tools) for _ in range(4)}
    officers = [Actor(f"user:{n}", Role.TRIAGE) for n in range(4)]
    taken = database.together(4, lambda n: turns.take(tools, officers[n]))
    assert set(taken) == codes


def test_a_turn_is_no_lock_whoever_opens_a_letter_may_decide_it(
    client: FlaskClient, tools: Tools
) -> None:
    code = waiting(tools)
    assert turns.take(tools, make.TRIAGE) == code
    make.logged_in(client, tools, "triage")
    send(client, f"/triage/{code}", agency="welfare", reason="نیازمند حمایت")
    assert database.letter(tools, code).owner_code == "welfare"
    assert database.letter(tools, code).claimed_by is None


def test_the_page_says_which_of_the_queue_it_is_the_urgent_first(
    client: FlaskClient, tools: Tools
) -> None:
    first, second = waiting(tools), waiting(tools)
    database.change(
        tools, "update correspondences set urgent = true where tracking_code = :code", code=second
    )
    make.logged_in(client, tools, "triage")
    assert "نامهٔ <b>۱</b> از ۲" in client.get(f"/triage/{second}").text
    assert "نامهٔ <b>۲</b> از ۲" in client.get(f"/triage/{first}").text
    assert client.get("/triage/next").location == f"/triage/{second}"


def test_the_suggestion_stands_first_with_the_citizens_words(
    client: FlaskClient, tools: Tools
) -> None:
    code = waiting(tools)
    start = make.UNCLEAR.index("به داد")
    plea = {"start": start, "end": start + 6, "text": "به داد", "concept": "plea"}
    database.change(
        tools,
        "update correspondences set decision = decision || cast(:more as jsonb) "
        "where tracking_code = :code",
        more=json.dumps({"suggestion": "welfare", "because": [plea]}),
        code=code,
    )
    make.logged_in(client, tools, "triage")
    page = client.get(f"/triage/{code}").text
    form = page[page.index("data-one-key") :]
    assert form.index('value="welfare" autofocus') < form.index("data-key")
    assert "<q><bdi>به داد</bdi></q>" in form
    assert page.count("autofocus") == 1


def test_without_a_suggestion_enter_refers_nothing(client: FlaskClient, tools: Tools) -> None:
    code = waiting(tools)
    make.logged_in(client, tools, "triage")
    page = client.get(f"/triage/{code}").text
    form = page[page.index("data-one-key") :]
    assert form.index('<button type="submit" disabled hidden>') < form.index('name="agency"')
    assert "autofocus" not in form


def test_every_office_keeps_its_own_key(client: FlaskClient, tools: Tools) -> None:
    code = waiting(tools)
    database.change(tools, "update agencies set name = name where code = 'bank-mellat'")
    make.logged_in(client, tools, "triage")
    page = client.get(f"/triage/{code}").text
    assert re.search('value="bank-mellat"[^>]* data-key="1"', page)
    assert re.search('value="bank-melli"[^>]* data-key="2"', page)
    assert re.search('value="relief-committee"[^>]* data-key="0"', page)
    assert re.search('value="welfare"[^>]* data-key="-"', page)


def test_after_the_third_return_only_the_supervisor_decides(
    client: FlaskClient, tools: Tools
) -> None:
    code = returned(tools, times=3)
    make.logged_in(client, tools, "triage")
    assert code not in client.get("/triage").text
    assert "بازرسی" in client.get(f"/triage/{code}").text
    refused = send(client, "/triage", f"/triage/{code}", agency="welfare", reason="x")
    assert refused.status_code == 422


def test_pages_of_the_queue_miss_and_repeat_nothing(client: FlaskClient, tools: Tools) -> None:
    codes = {waiting(tools) for _ in range(27)}
    make.logged_in(client, tools, "triage")
    first = client.get("/triage").text
    cursor = first.rpartition("cursor=")[2].partition('"')[0]
    second = client.get(f"/triage?cursor={cursor}").text
    on_first, on_second = ({c for c in codes if c in page} for page in (first, second))
    assert len(on_first) == 25
    assert on_first | on_second == codes
    assert not on_first & on_second
    assert client.get("/triage?cursor=nonsense").status_code == 422


def test_the_text_is_cut_at_its_evidence_and_none_of_it_is_lost(tools: Tools) -> None:
    text = "الف <b>وام</b> دارو پایان"
    spans = [
        {"start": 7, "end": 10, "concept": "loan"},
        {"start": 8, "end": 12, "concept": "overlaps"},
        {"start": 15, "end": 19, "concept": "medicine"},
        {"start": 90, "end": 99, "concept": "outside"},
    ]
    cut = pieces(text, spans, tools.rules)
    assert "".join(piece.text for piece in cut) == text
    assert [piece.text for piece in cut if piece.label] == ["وام", "دارو"]


def test_a_duplicate_is_seen_beside_the_other_and_merged_with_one_button(
    client: FlaskClient, tools: Tools
) -> None:
    who = {"national_id": make.national_id(21), "mobile": make.mobile(2121)}
    other = make.register(tools, citizen=who)["tracking_code"]
    code: str = make.register(tools, text=make.UNCLEAR, citizen=who)["tracking_code"]
    make.logged_in(client, tools, "triage")
    page = client.get(f"/triage/{code}").text
    assert make.LOAN in page
    assert "نزد <b>بانک ملی</b>" in page
    merged = send(client, f"/triage/{code}", f"/triage/{code}/merge", into=other)
    assert merged.location == "/triage/next"
    assert database.letter(tools, code).status == "merged"
    agency = client.application.test_client()
    make.logged_in(agency, tools, "agency", "bank-melli")
    assert make.UNCLEAR in agency.get(f"/desk/{other}").text


def test_a_letter_that_cannot_take_it_is_told_and_nothing_is_merged(
    client: FlaskClient, tools: Tools
) -> None:
    code = waiting(tools)
    foreign = make.register(tools)["tracking_code"]
    make.logged_in(client, tools, "triage")
    refused = send(client, f"/triage/{code}", f"/triage/{code}/merge", into=foreign)
    assert refused.status_code == 422
    assert "دیگر باز نیست" in refused.text
    assert database.letter(tools, code).status == "triage"


def test_likely_twins_are_marked_and_stand_first(client: FlaskClient, tools: Tools) -> None:
    who = {"national_id": make.national_id(22), "mobile": make.mobile(2222)}
    again = make.UNCLEAR + " آب روستای ما قطع است و چاه خشک شده."
    twin = make.register(tools, text=again, citizen=who)["tracking_code"]
    make.register(tools, text=make.MEDICINE, citizen=who)
    code: str = make.register(tools, text=again, citizen=who)["tracking_code"]
    make.logged_in(client, tools, "triage")
    others = client.get(f"/triage/{code}").text.partition("others-open")[2]
    assert others.count("همین موضوع؟") == 1
    assert others.index(twin) < others.index(make.MEDICINE)
