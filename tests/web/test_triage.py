from flask.testing import FlaskClient

from app.actions import refer
from app.tools import Tools
from app.web.evidence import pieces
from routing.explain import why_not
from routing.facts import Letter
from tests import make
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
    assert 'value="welfare" checked' in unsaid.text
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
