"""A citizen on a cheap telephone: 360 pixels, JavaScript off, and a sheet of paper."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.actions import answer, refer
from app.persian import spoken_code
from app.tools import Tools
from tests import make
from tests.app import database
from tests.web import chromium
from tests.web.chromium import PHONE

MELLI = make.staff("bank-melli")


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    off = {"viewport": PHONE, "java_script_enabled": False}
    with chromium.somebody(browser, address, **off) as telephone:
        opened = telephone.new_page()
        asked: list[str] = []
        opened.on("request", lambda request: asked.append(request.url))
        yield opened
        assert all(url.startswith(address) for url in asked)


def test_a_citizen_without_javascript_reads_the_answer_and_objects(page: Any, tools: Tools) -> None:
    code = make.register(tools, citizen={"mobile": make.mobile(1234)})["tracking_code"]
    refer.claim(tools, MELLI, code)
    answer.answer(tools, MELLI, code, "partly", "نیمی از وام پرداخت شد. " * 20)
    page.goto("/track")
    page.fill("#code", spoken_code(code))
    page.fill("#last4", "۱۲۳۴")
    page.press("#last4", "Enter")
    assert page.get_by_role("heading", name="پاسخ بانک ملی").is_visible()
    # Whatever is written, nothing is wider than the telephone.
    assert page.locator(".receipt-sheet").bounding_box()["width"] <= PHONE["width"]
    assert not page.get_by_label("چرا قانع نشدید؟").is_visible()
    page.get_by_text("اعتراض دارم").click()
    page.get_by_label("چرا قانع نشدید؟").fill("نیمهٔ دیگر وام من کجاست؟")
    page.get_by_role("button", name="اعتراضم را ثبت کن").click()
    assert page.get_by_role("heading", name="اعتراض شما نزد بازرسی استانداری است").is_visible()
    assert code not in page.url
    assert database.letter(tools, code).status == "triage"
    page.reload()  # sends the form again
    assert page.get_by_role("heading", name="اعتراض شما نزد بازرسی استانداری است").is_visible()
    assert database.count(tools, "notes") == 1
    page.emulate_media(media="print")
    assert not page.get_by_text("ورود کارکنان").is_visible()
    assert page.get_by_text("تاریخ چاپ").is_visible()
