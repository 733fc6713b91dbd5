"""A citizen writes a letter on a cheap telephone, with JavaScript and without, on a bad network."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from app.actions import outbox
from app.persian import persian_digits
from app.tools import Tools
from tests import make
from tests.app import database
from tests.app.database import assert_healthy, count
from tests.app.fakes import FakeGateway
from tests.web import chromium
from tests.web.chromium import PHONE

MOBILE = make.mobile(1234)


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def page(request: pytest.FixtureRequest, browser: Any, address: str) -> Iterator[Any]:
    wanted = {"viewport": PHONE, "java_script_enabled": request.param}
    with chromium.somebody(browser, address, **wanted) as telephone:
        opened = telephone.new_page()
        asked: list[str] = []
        opened.on("request", lambda request: asked.append(request.url))
        yield opened
        assert all(url.startswith(address) for url in asked)


def read_code(tools: Tools) -> str:
    """What the telephone of the citizen shows."""
    gateway = FakeGateway()
    outbox.drain(tools, gateway, 2, 5)
    (message,) = (each for each in gateway.asked_to_send if each.receptor == MOBILE)
    found = re.search(r"^\d{6}$", message.text, re.MULTILINE)
    assert found
    return found[0]


def write(page: Any, tools: Tools, national_id: str = "۰۰۱۳۵۴۲۴۱۹") -> str:
    """From the first page up to the filled form; the code that was read on the telephone."""
    page.goto("/")
    page.get_by_role("link", name="نامه بنویسید").click()
    page.get_by_label("شمارهٔ همراه خودتان").fill(persian_digits(MOBILE))
    page.keyboard.press("Enter")
    page.get_by_label("کد پیامک").wait_for()
    code = read_code(tools)
    page.get_by_label("کد پیامک").fill(persian_digits(code))
    page.get_by_label("کد ملی").fill(national_id)
    page.get_by_label("نام", exact=True).fill("مریم")
    page.get_by_label("نام خانوادگی").fill("کرمانی")
    page.get_by_label("متن نامه").fill(make.LOAN)
    return code


def fits(page: Any) -> bool:
    """Nothing is wider than the telephone."""
    return bool(page.locator("main").bounding_box()["width"] <= PHONE["width"])


def test_from_the_first_page_to_the_tracking_page(page: Any, tools: Tools) -> None:
    write(page, tools, national_id="۰۰۱۳۵۴۲۴۱۸")
    page.get_by_role("button", name="نامه را بفرست").click()
    assert page.get_by_text("کد ملی درست نیست").is_visible()
    assert page.get_by_label("متن نامه").input_value() == make.LOAN
    assert fits(page)
    page.get_by_label("کد ملی").fill("۰۰۱۳۵۴۲۴۱۹")
    page.get_by_role("button", name="نامه را بفرست").click()
    assert page.get_by_text("نامهٔ شما ثبت شد").is_visible()
    assert fits(page)
    code = page.locator(".spoken").inner_text()
    page.reload()  # sends the form again
    assert page.locator(".spoken").inner_text() == code
    page.emulate_media(media="print")
    assert not page.get_by_role("button", name="نامهٔ من کجاست؟").is_visible()
    assert page.get_by_text("رسید ثبت نامهٔ الکترونیکی").is_visible()
    page.emulate_media(media="screen")
    page.get_by_role("button", name="نامهٔ من کجاست؟").click()
    assert page.get_by_text("به بانک ملی ارجاع شد").is_visible()
    assert count(tools, "correspondences") == 1
    assert database.one(tools, "select source from correspondences") == "citizen"
    assert_healthy(tools)


def test_a_connection_lost_while_sending_costs_nothing(page: Any, tools: Tools) -> None:
    """The letter arrives, the answer is lost; the citizen goes back and sends it again."""
    code = write(page, tools)

    def lose(route: Any) -> None:
        route.fetch()  # the server does its work
        route.abort("connectionreset")

    page.route("**/letter/send", lose, times=1)
    page.get_by_role("button", name="نامه را بفرست").click(no_wait_after=True)
    chromium.until(lambda: page.url.startswith("chrome-error"), page)
    assert count(tools, "correspondences") == 1
    page.go_back()
    assert page.get_by_label("متن نامه").input_value() == make.LOAN
    page.get_by_label("کد پیامک").fill(code)
    page.get_by_label("کد ملی").fill("۰۰۱۳۵۴۲۴۱۹")
    page.get_by_role("button", name="نامه را بفرست").click()
    assert page.get_by_text("نامهٔ شما ثبت شد").is_visible()
    assert count(tools, "correspondences") == 1
    assert_healthy(tools)
