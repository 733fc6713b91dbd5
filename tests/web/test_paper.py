"""Paper letters at the operator's screen: received date, box, scans."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.persian import jalali_number, persian_digits
from app.tools import Tools
from tests import make
from tests.app import database, files
from tests.web.browser import hidden, send, value_of
from tests.web.form_files import FORM, letter, post, register

BOXES = "/operator/boxes"


@pytest.fixture
def desk(client: FlaskClient, tools: Tools) -> FlaskClient:
    make.logged_in(client, tools, "operator")
    return client


def days_ago(tools: Tools, days: int) -> str:
    return persian_digits(jalali_number(database.today(tools) - timedelta(days=days)))


def open_box(desk: FlaskClient, envelopes: str = "۳", **typed: str) -> str:
    answer = send(
        desk, BOXES, **defaults(desk) | {"box": "صندوق مصلی", "envelopes": envelopes} | typed
    )
    assert answer.status_code == 303, answer.text
    return answer.location.rpartition("/")[2]


def defaults(desk: FlaskClient) -> dict[str, str]:
    page = desk.get(BOXES).text
    return {name: value_of(page, name) or "" for name in ("number", "received")}


def code_in(page: str) -> str:
    found = re.search(r'id="code" dir="ltr">(\d{14})<', page)
    assert found, "no tracking code on this page"
    return found[1]


def test_a_letter_is_registered_with_its_day_its_box_and_its_scans(
    desk: FlaskClient, tools: Tools
) -> None:
    box = open_box(desk)
    chosen = [("one.png", files.picture()), ("two.pdf", files.scans(2))]
    day = days_ago(tools, 3)
    answer = register(desk, chosen, batch=box, received=day)
    assert answer.status_code == 201
    kept = database.letter(tools, code_in(answer.text))
    assert kept.received_at.date() <= database.today(tools) - timedelta(days=3)
    assert kept.batch_id is not None
    assert "۲ صفحه" in answer.text
    assert f"batch={box}" in answer.text
    sizes = database.rows(
        tools, "select size, pages, kind from attachments order by pages nulls first"
    )
    assert [(row.size, row.pages, row.kind) for row in sizes] == [
        (len(chosen[0][1]), None, "scan"),
        (len(chosen[1][1]), 2, "scan"),
    ]
    assert database.kinds(tools, kept.tracking_code).count("attached") == 1


def test_the_next_letter_of_the_box_begins_with_the_same_box_and_day(
    desk: FlaskClient, tools: Tools
) -> None:
    box = open_box(desk)
    answer = register(desk, batch=box, received=days_ago(tools, 3))
    onward = re.search(r'href="(/operator\?[^"]*)"', answer.text)
    assert onward
    page = desk.get(onward[1].replace("&amp;", "&")).text
    assert value_of(page, "received") == days_ago(tools, 3)
    assert f'<option value="{box}" selected>' in page
    assert re.search(r'value="letter" checked', page)


def test_without_a_day_the_boxs_own_counts(desk: FlaskClient, tools: Tools) -> None:
    box = open_box(desk, received=days_ago(tools, 5))
    kept = database.letter(tools, code_in(register(desk, batch=box).text))
    begin = (
        "select (received_at at time zone 'Asia/Tehran')::date from correspondences where id = :id"
    )
    assert database.one(tools, begin, id=kept.id) == database.today(tools) - timedelta(days=5)


def test_a_refused_file_keeps_everything_typed_and_says_which_and_why(
    desk: FlaskClient, tools: Tools
) -> None:
    typed = letter(received=days_ago(tools, 1))
    form = hidden(desk.get(FORM).text) | typed
    chosen = [("خوب.png", files.picture()), ("بد.pdf", b"<html>")]
    answer = post(desk, FORM, form, chosen)
    assert answer.status_code == 422
    assert database.count(tools, "correspondences") == 0
    for name in ("national_id", "mobile", "first_name", "last_name", "received"):
        assert value_of(answer.text, name) == typed[name]
    assert "<bdi>بد.pdf</bdi></b> تنها PDF، JPEG یا PNG" in answer.text
    assert "دوباره برگزینید" in answer.text
    assert hidden(answer.text)["key"] == form["key"]
    good = post(desk, FORM, form, chosen[:1])
    assert good.status_code == 201
    assert database.count(tools, "correspondences") == 1
    assert database.count(tools, "attachments") == 1


def test_wrong_fields_and_wrong_files_are_told_together(desk: FlaskClient) -> None:
    answer = register(desk, [("x.png", b"")], mobile="021", received="۱۴۰۹/۱/۱")
    assert answer.status_code == 422
    for name in ("mobile", "received", "files"):
        assert f'id="{name}-fault"' in answer.text
    assert "صفر بایت" in answer.text


def test_sending_it_twice_makes_one_letter_with_each_scan_once(
    desk: FlaskClient, tools: Tools
) -> None:
    form = hidden(desk.get(FORM).text) | letter()
    chosen = [("one.png", files.picture())]
    codes = {code_in(post(desk, FORM, form, chosen).text) for _ in range(2)}
    assert len(codes) == 1
    more = post(desk, FORM, form, [*chosen, ("two.png", files.picture())])
    assert {code_in(more.text)} == codes
    assert database.count(tools, "attachments") == 2
    assert database.count(tools, "correspondences") == 1


def test_the_same_form_with_another_box_is_another_wish(desk: FlaskClient, tools: Tools) -> None:
    form = hidden(desk.get(FORM).text) | letter()
    assert post(desk, FORM, form).status_code == 201
    assert post(desk, FORM, form | {"batch": open_box(desk)}).status_code == 422
    assert database.count(tools, "correspondences") == 1


@pytest.mark.parametrize("typed", ["۱۴۰۹/۱/۱", "۱۴۰۴/۱/۱", "۱۴۰۵/۱۳/۱", "دیروز", "2026-11-01"])
def test_a_day_that_is_none_is_refused(desk: FlaskClient, tools: Tools, typed: str) -> None:
    answer = register(desk, received=typed)
    assert answer.status_code == 422
    assert 'id="received-fault"' in answer.text
    assert value_of(answer.text, "received") == persian_digits(typed)
    assert database.count(tools, "correspondences") == 0


def test_a_call_knows_neither_box_nor_day_nor_scan(desk: FlaskClient, tools: Tools) -> None:
    box = open_box(desk)
    call = letter(channel="call", batch=box, received="چیزی")
    form = hidden(desk.get(FORM).text) | call
    assert post(desk, FORM, form, [("a.png", files.picture())]).status_code == 422
    assert post(desk, FORM, form).status_code == 201
    assert database.one(tools, "select count(*) from correspondences where batch_id is null") == 1


def test_six_files_are_one_too_many(desk: FlaskClient, tools: Tools) -> None:
    answer = register(desk, [(f"{n}.png", files.picture()) for n in range(6)])
    assert answer.status_code == 422
    assert "دست‌بالا ۵ فایل" in answer.text
    assert database.count(tools, "correspondences") == 0


def test_a_form_that_is_far_too_large_is_refused_with_a_page_that_says_what_to_do(
    desk: FlaskClient, tools: Tools
) -> None:
    answer = register(desk, [(f"{n}.png", bytes(9_000_000)) for n in range(4)])
    assert answer.status_code == 413
    assert "۵ مگابایت" in answer.text
    assert database.count(tools, "correspondences") == 0


def test_other_forms_stay_small(desk: FlaskClient) -> None:
    page = hidden(desk.get("/operator/find").text)
    answer = post(desk, "/operator/find", page | {"asked": "1"}, [("a.png", bytes(600_000))])
    assert answer.status_code == 413


def test_scans_go_with_the_note_to_the_letter_the_citizen_has_already(
    desk: FlaskClient, tools: Tools
) -> None:
    citizen = make.payload()["citizen"]
    code = make.register(tools, citizen=citizen)["tracking_code"]
    form = hidden(desk.get(FORM).text) | letter(**citizen) | {"to": code}
    answer = post(desk, "/operator/attach", form, [("a.png", files.picture())])
    assert answer.status_code == 201
    assert database.count(tools, "notes") == 1
    assert database.kinds(tools, code)[-2:] == ["noted_call", "attached"]
    assert database.count(tools, "correspondences") == 1
