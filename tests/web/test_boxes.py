"""Boxes of paper: envelopes, records and scans side by side; closing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.actions import batches
from app.actions.batches import NewBatch
from app.door import Invalid
from app.persian import jalali_number, persian_digits
from app.tools import Tools
from tests import make
from tests.app import database, files
from tests.web.browser import hidden, send, value_of
from tests.web.form_files import register
from tests.web.test_paper import BOXES, code_in, days_ago, defaults, desk, open_box

__all__ = ["desk"]


def close(desk: FlaskClient, box: str, reason: str = "") -> int:
    at = f"{BOXES}/{box}"
    return send(desk, at, f"{at}/close", reason=reason).status_code


def test_numbers_are_proposed_by_day(desk: FlaskClient, tools: Tools) -> None:
    today = jalali_number(database.today(tools)).replace("/", "-")
    assert open_box(desk) == f"{today}-1"
    assert open_box(desk) == f"{today}-2"
    assert value_of(desk.get(BOXES).text, "number") == persian_digits(f"{today}-3")


def test_opening_one_twice_opens_one_and_a_number_is_given_once(
    desk: FlaskClient, tools: Tools
) -> None:
    form = hidden(desk.get(BOXES).text) | defaults(desk) | {"box": "یک", "envelopes": "۵"}
    assert {desk.post(BOXES, data=form).status_code for _ in range(2)} == {303}
    assert database.count(tools, "batches") == 1
    other = desk.post(BOXES, data=form | {"key": "another-form"})
    assert other.status_code == 422
    assert value_of(other.text, "number") == persian_digits(form["number"])[:-1] + "۲"
    assert value_of(other.text, "box") == "یک"


def test_what_is_wrong_with_a_new_box_is_told_at_each_field(
    desk: FlaskClient, tools: Tools
) -> None:
    answer = send(desk, BOXES, number="<b>", box=" ", received=days_ago(tools, 0), envelopes="0")
    assert answer.status_code == 422
    for name in ("number", "box", "envelopes"):
        assert f'id="{name}-fault"' in answer.text
    late = send(
        desk, BOXES, **defaults(desk) | {"received": "فردا", "box": "الف", "envelopes": "1"}
    )
    assert 'id="received-fault"' in late.text
    assert database.count(tools, "batches") == 0


def test_envelopes_records_and_scans_stand_side_by_side_with_the_difference(
    desk: FlaskClient,
) -> None:
    box = open_box(desk, "۳")
    register(desk, [("a.png", files.picture()), ("b.png", files.picture())], batch=box)
    code = code_in(register(desk, batch=box).text)
    page = desk.get(BOXES).text
    assert "۱ پاکت هنوز ثبت نشده" in page
    assert "۱ نامه بدون اسکن" in page
    assert "۲ فایل" in page
    bare = desk.get(f"{BOXES}/{box}?show=bare").text
    assert code in bare
    assert bare.count("/operator/letters/") == 1
    assert desk.get(f"{BOXES}/{box}").text.count("/operator/letters/") == 2


def test_a_box_that_agrees_is_closed_at_once_and_another_needs_a_reason(
    desk: FlaskClient, tools: Tools
) -> None:
    even = open_box(desk, "۱")
    register(desk, [("a.png", files.picture())], batch=even)
    assert "برابر است" in desk.get(BOXES).text
    assert close(desk, even) == 303
    odd = open_box(desk, "۹")
    assert close(desk, odd) == 422
    assert close(desk, odd, "هشت پاکت خالی بود و یکی تکراری") == 303
    assert "هشت پاکت خالی" in desk.get(f"{BOXES}/{odd}").text
    assert database.count(tools, "batches where closed_at is not null") == 2
    assert close(desk, odd, "دوباره") == 303
    assert database.one(tools, "select count(*) from events where kind = 'batch_closed'") == 2


def test_nothing_comes_into_a_closed_box(desk: FlaskClient, tools: Tools) -> None:
    box = open_box(desk)
    close(desk, box, "اشتباه باز شد")
    answer = register(desk, [("a.png", files.picture())], batch=box)
    assert answer.status_code == 422
    assert 'id="batch-fault"' in answer.text
    assert database.count(tools, "correspondences") == 0
    assert database.count(tools, "attachments") == 0


def test_a_box_is_closed_after_who_is_just_registering_into_it(tools: Tools) -> None:
    today = database.today(tools)
    new = NewBatch("a-key-of-a-form", "1405-09-01-1", "الف", today, 1)
    box = batches.open_box(tools, make.OPERATOR, new)
    with ThreadPoolExecutor(1) as colleague:
        with tools.sessions.begin() as registering:
            batches.of_letter(registering, tools.province, box)
            closing = colleague.submit(batches.close, tools, make.OPERATOR, box, "یکی نبود")
            database.wait_until_blocked(tools, 1)
            assert not closing.done()
        closing.result(10)
    with tools.sessions.begin() as late, pytest.raises(Invalid):
        batches.of_letter(late, tools.province, box)


def test_a_box_received_tomorrow_or_long_ago_is_refused(tools: Tools) -> None:
    today = database.today(tools)
    for day in (today + timedelta(days=1), today - timedelta(days=400)):
        with pytest.raises(Invalid, match="received-day"):
            batches.open_box(tools, make.OPERATOR, NewBatch("a-key", "1", "الف", day, 1))
