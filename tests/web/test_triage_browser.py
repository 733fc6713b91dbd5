"""The triage desk and the agency's queue by keyboard, in a real browser."""

from typing import Any

import pytest

from app.actions import templates
from app.persian import spoken_code
from app.tools import Tools
from tests import make
from tests.app import database
from tests.web import chromium

BANK = make.staff("bank-melli")


@pytest.fixture
def page(context: Any) -> Any:
    return context.new_page()


def waiting(tools: Tools, count: int) -> list[str]:
    return [make.register(tools, text=make.UNCLEAR)["tracking_code"] for _ in range(count)]


def owners(tools: Tools, codes: list[str]) -> list[str]:
    return [database.letter(tools, code).owner_code for code in codes]


def settled(page: Any) -> None:
    """A key within the first moments is for the letter before."""
    page.wait_for_load_state()
    page.evaluate("new Promise((done) => setTimeout(done, 301))")


def test_one_key_refers_and_the_next_letter_appears(page: Any, tools: Tools) -> None:
    codes = waiting(tools, 3)
    chromium.log_in(page, tools, "triage")
    page.wait_for_url("**/triage")
    page.goto("/triage/next")
    for key, code, following in zip("1-", codes, codes[1:], strict=False):
        assert page.url.endswith(code)
        settled(page)
        page.keyboard.press(key)
        page.wait_for_url(f"**/triage/{following}")
    assert owners(tools, codes) == ["bank-mellat", "welfare", "triage"]


def test_a_key_held_too_long_or_pressed_twice_refers_one_letter(page: Any, tools: Tools) -> None:
    codes = waiting(tools, 3)
    chromium.log_in(page, tools, "triage")
    page.wait_for_url("**/triage")
    page.goto("/triage/next")
    settled(page)
    for _ in range(3):
        page.keyboard.down("1")
    page.wait_for_url(f"**/triage/{codes[1]}")
    page.keyboard.down("1")
    page.wait_for_timeout(500)
    assert owners(tools, codes) == ["bank-mellat", "triage", "triage"]


def test_a_digit_of_the_reason_is_no_referral(page: Any, tools: Tools) -> None:
    (code,) = waiting(tools, 1)
    chromium.log_in(page, tools, "triage")
    page.wait_for_url("**/triage")
    page.goto(f"/triage/{code}")
    settled(page)
    page.fill("#reason", "")
    page.type("#reason", "بند 12")
    page.press("#reason", "Enter")
    page.wait_for_timeout(300)
    assert owners(tools, [code]) == ["triage"]


def test_letters_are_picked_claimed_and_answered_without_a_mouse(page: Any, tools: Tools) -> None:
    codes = [make.register(tools)["tracking_code"] for _ in range(3)]
    templates.create(tools, BANK, "در نوبت", "پروندهٔ شما در نوبت است.")
    chromium.log_in(page, tools, "agency", make.user(tools, "agency", "bank-melli"))
    page.wait_for_url("**/desk")
    for key in ("ArrowDown", "x", "ArrowDown", "ArrowDown", "x"):
        page.keyboard.press(key)
    page.get_by_text("برداشتن برگزیده‌ها").press("Enter")
    page.wait_for_url("**/desk?show=waiting")
    page.goto("/desk?show=mine")
    assert page.locator(".queue tbody tr").count() == 2
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/*")
    page.fill("#text", "سلام. ")
    page.get_by_text("در نوبت", exact=True).press("Enter")
    assert page.input_value("#text") == "سلام. پروندهٔ شما در نوبت است."
    assert sum(database.letter(tools, code).status == "in_progress" for code in codes) == 2


def test_a_search_that_finds_nothing_yet_goes_on_by_itself(
    page: Any, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.queries.search.AT_A_TIME", 2)
    for _ in range(5):
        make.register(tools)
    rare = make.register(tools, text=make.LOAN + " ذوالفقار")["tracking_code"]
    chromium.log_in(page, tools, "agency", make.user(tools, "agency", "bank-melli"))
    page.wait_for_url("**/desk")
    page.fill("#q", "ذوالفقار")
    page.press("#q", "Enter")
    page.wait_for_selector(f"text={spoken_code(rare)}")
