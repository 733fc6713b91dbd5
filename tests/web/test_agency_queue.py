"""The queue of an agency: its parts, counts and pages, its search, and claiming many at once."""

import re

import pytest
from flask.testing import FlaskClient

from app.actions import refer
from app.tools import Tools
from tests import make
from tests.app import database
from tests.web.browser import ORIGIN, hidden, send

BANK = "bank-melli"
COLLEAGUE = make.staff(BANK, "two")


@pytest.fixture
def client(client: FlaskClient, tools: Tools) -> FlaskClient:
    make.logged_in(client, tools, "agency", BANK)
    return client


def letter(tools: Tools, **changes: object) -> str:
    code: str = make.register(tools, **changes)["tracking_code"]
    return code


def codes(page: str) -> list[str]:
    """The letters of a queue, from the top."""
    return re.findall(r'<td class="subject"><a href="/desk/(\d+)"', page)


def due(tools: Tools, code: str, days: int) -> None:
    database.change(
        tools,
        "update correspondences set due_at = now() + make_interval(days => :days) "
        "where tracking_code = :code",
        days=days,
        code=code,
    )


def look(client: FlaskClient, words: str, **more: str) -> str:
    answer = send(client, "/desk", "/desk/search", q=words, **more)
    assert answer.status_code == 200
    return answer.text


def test_each_part_holds_its_letters_by_deadline(client: FlaskClient, tools: Tools) -> None:
    calm, soon, late = (letter(tools) for _ in range(3))
    for code, days in ((calm, 9), (soon, 1), (late, -3)):
        due(tools, code, days)
    send(client, f"/desk/{calm}", f"/desk/{calm}/claim")
    assert codes(client.get("/desk").text) == [late, soon, calm]
    assert codes(client.get("/desk?show=new").text) == [late, soon]
    assert codes(client.get("/desk?show=mine").text) == [calm]
    assert codes(client.get("/desk?show=soon").text) == [soon]
    assert codes(client.get("/desk?show=late").text) == [late]
    assert codes(client.get("/desk?show=closed").text) == []


def test_what_a_colleague_holds_is_not_mine(client: FlaskClient, tools: Tools) -> None:
    code = letter(tools)
    refer.claim(tools, COLLEAGUE, code)
    assert codes(client.get("/desk?show=mine").text) == []
    assert codes(client.get("/desk").text) == [code]


def test_come_back_to_us_is_what_we_returned_and_not_what_others_did(
    client: FlaskClient, tools: Tools
) -> None:
    ours, others = letter(tools), letter(tools, text=make.MEDICINE)
    refer.give_back(tools, COLLEAGUE, ours, "پرونده نزد ما نیست")
    refer.give_back(tools, make.staff("medical-university"), others, "دارو نیست، وام است")
    for code in (ours, others):
        refer.refer(tools, make.TRIAGE, code, BANK, "نام بانک در نامه است")
    assert codes(client.get("/desk?show=returned").text) == [ours]
    assert set(codes(client.get("/desk").text)) == {ours, others}


def test_the_parts_are_counted(client: FlaskClient, tools: Tools) -> None:
    for _ in range(3):
        letter(tools)
    letter(tools, text=make.MEDICINE)
    assert re.search(r"تازه <b[^>]*>۳</b>", client.get("/desk").text)


def test_pages_of_a_part_miss_and_repeat_nothing_across_statuses(
    client: FlaskClient, tools: Tools
) -> None:
    made = [letter(tools) for _ in range(30)]
    for code in made[::2]:
        refer.claim(tools, COLLEAGUE, code)
    database.change(tools, "update correspondences set due_at = date_trunc('day', due_at)")
    first = client.get("/desk").text
    cursor = re.search(r"cursor=([^\"&]+)", first)
    assert cursor
    second = client.get(f"/desk?cursor={cursor[1]}").text
    assert len(codes(first)) == 25
    assert sorted(codes(first) + codes(second)) == sorted(made)
    assert client.get("/desk?cursor=nonsense").status_code == 422


def test_a_letter_is_found_by_its_code_the_national_id_and_the_mobile(
    client: FlaskClient, tools: Tools
) -> None:
    who = {"national_id": make.national_id(7), "mobile": make.mobile(4321)}
    mine, other = letter(tools, citizen=who), letter(tools)
    spelled = who["mobile"].translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    for words in (mine, f"{mine[:4]} {mine[4:]}", who["national_id"], spelled, "+98" + spelled[1:]):
        assert codes(look(client, words)) == [mine], words
    assert codes(look(client, other)) == [other]


def test_nobody_finds_a_letter_of_another_agency(client: FlaskClient, tools: Tools) -> None:
    who = {"national_id": make.national_id(8), "mobile": make.mobile(4322)}
    code = letter(tools, text=make.MEDICINE, citizen=who)
    for words in (code, who["national_id"], who["mobile"], "داروی بیماری"):
        assert codes(look(client, words)) == [], words


def test_an_answered_letter_is_found_by_its_number(client: FlaskClient, tools: Tools) -> None:
    code = letter(tools)
    send(client, f"/desk/{code}", f"/desk/{code}/claim")
    words = {"outcome": "done", "text": "نوبت شما رسیده است."}
    send(client, f"/desk/{code}", f"/desk/{code}/answer", **words)
    assert codes(look(client, code)) == [code]


def test_a_wrong_number_is_said_to_be_wrong(client: FlaskClient) -> None:
    answer = send(client, "/desk", "/desk/search", q="12345678901234")
    assert answer.status_code == 422
    assert 'id="q-fault"' in answer.text
    assert 'value="12345678901234"' in answer.text


@pytest.mark.parametrize("words", ["", " ", "و", "a " * 7, "\x00\x00"])
def test_a_search_that_cannot_be_made_says_what_to_write(client: FlaskClient, words: str) -> None:
    assert send(client, "/desk", "/desk/search", q=words).status_code == 422


def test_what_is_typed_in_the_search_stands_in_no_address(
    client: FlaskClient, tools: Tools
) -> None:
    national_id = make.national_id(9)
    letter(tools, citizen={"national_id": national_id})
    page = look(client, national_id)
    assert not re.search(rf'(?:href|action)="[^"]*{national_id}', page)
    assert client.get(f"/desk/search?q={national_id}").status_code == 404


def picked(client: FlaskClient, chosen: list[str], **more: str) -> str:
    """Send the chosen boxes of the queue; the page that follows."""
    form = hidden(client.get("/desk").text) | more | {"code": chosen}
    form.pop("shown", None)
    answer = client.post("/desk/claim", data=form, headers=ORIGIN)
    assert answer.status_code == 303
    return client.get(answer.location).text


def test_the_chosen_ones_are_claimed_and_the_others_stay_free(
    client: FlaskClient, tools: Tools
) -> None:
    one, two, three = (letter(tools) for _ in range(3))
    assert "۲ نامه را برداشتید" in picked(client, [one, three])
    assert set(codes(client.get("/desk?show=mine").text)) == {one, three}
    assert codes(client.get("/desk?show=new").text) == [two]
    assert database.kinds(tools, one).count("claimed") == 1


def test_all_of_the_page_are_claimed_with_one_button(client: FlaskClient, tools: Tools) -> None:
    made = [letter(tools) for _ in range(3)]
    form = hidden(client.get("/desk").text) | {"all": "yes", "shown": made}
    client.post("/desk/claim", data=form, headers=ORIGIN)
    assert set(codes(client.get("/desk?show=mine").text)) == set(made)


def test_what_a_colleague_took_meanwhile_stays_the_colleagues_and_is_told(
    client: FlaskClient, tools: Tools
) -> None:
    mine, taken = letter(tools), letter(tools)
    refer.claim(tools, COLLEAGUE, taken)
    page = picked(client, [mine, taken])
    assert "۱ نامه را برداشتید" in page
    assert "۱ نامه را کس دیگری زودتر برداشت" in page
    assert database.letter(tools, taken).claimed_by == COLLEAGUE.ref


def test_choosing_nothing_says_what_to_do(client: FlaskClient, tools: Tools) -> None:
    letter(tools)
    assert "نامه‌ای برگزیده نشد" in picked(client, [])
