"""Nothing typed is lost and nothing is registered twice. Skipped where there is no Chromium."""

from typing import Any

import pytest

from app.tools import Tools
from tests import make
from tests.web import chromium
from tests.web.chromium import until
from tests.web.form_typing import FORM, drafts, fill, letters, settled


@pytest.fixture
def page(context: Any, tools: Tools) -> Any:
    opened = context.new_page()
    chromium.log_in(opened, tools, "operator")
    return opened


def test_a_crash_or_reload_brings_back_the_words_and_the_same_key(page: Any) -> None:
    typed = fill(page, text="نامهٔ نیمه‌کاره دربارهٔ وام")
    key = page.input_value("[name=key]")
    settled(page)
    page.reload()
    page.wait_for_selector("#discard:visible")
    for name in ("national_id", "mobile", "first_name", "last_name", "text"):
        assert page.input_value(f"#{name}") == typed[name]
    assert page.input_value("[name=key]") == key


def test_a_draft_on_the_disk_shows_neither_words_nor_numbers(page: Any) -> None:
    typed = fill(page)
    settled(page)
    stored = page.evaluate("JSON.stringify(Object.entries(localStorage))")
    for name in ("national_id", "mobile", "last_name", "text"):
        assert typed[name] not in stored


def test_a_registered_form_leaves_no_draft_and_back_does_not_register_again(
    page: Any, tools: Tools
) -> None:
    fill(page)
    settled(page)
    page.keyboard.press("F8")
    page.wait_for_selector(".spoken")
    until(lambda: drafts(page) == [])
    page.go_back()
    page.wait_for_selector("#national_id")
    assert page.input_value("#text") == ""
    page.keyboard.press("F8")
    page.wait_for_selector(".fault")
    assert letters(tools) == 1


def test_an_answer_that_was_lost_is_asked_for_again_with_the_same_key(
    page: Any, tools: Tools
) -> None:
    fill(page)
    settled(page)

    gone = []

    def lost(route: Any) -> None:
        if route.request.method == "POST":
            route.fetch()
            route.abort()
            gone.append(route)
        else:
            route.continue_()

    page.route(f"**{FORM}", lost)
    page.keyboard.press("F8")
    until(lambda: gone != [], page)
    assert letters(tools) == 1
    page.unroute(f"**{FORM}")
    page.goto(FORM)
    page.wait_for_selector("#discard:visible")
    page.keyboard.press("F8")
    page.wait_for_selector(".spoken")
    assert letters(tools) == 1
    until(lambda: drafts(page) == [])


def test_after_the_session_ended_the_form_is_as_it_was(context: Any, tools: Tools) -> None:
    page, who = context.new_page(), make.user(tools, "operator")
    chromium.log_in(page, tools, "operator", who)
    typed = fill(page)
    key = page.input_value("[name=key]")
    settled(page)
    context.clear_cookies()
    page.keyboard.press("F8")
    page.wait_for_selector("text=چیزی گم نشده است")
    chromium.log_in(page, tools, "operator", who)
    page.wait_for_selector("#discard:visible")
    assert page.input_value("#text") == typed["text"]
    assert page.input_value("[name=key]") == key
    page.keyboard.press("F8")
    page.wait_for_selector(".spoken")
    assert letters(tools) == 1


def test_a_shared_computer_shows_a_draft_to_nobody_else(
    context: Any, page: Any, tools: Tools
) -> None:
    fill(page)
    settled(page)
    page.goto("about:blank")  # or what that page asked last brings its cookie back
    context.clear_cookies()
    chromium.log_in(page, tools, "operator")
    page.wait_for_timeout(1200)
    assert page.input_value("#text") == ""
    assert len(drafts(page)) == 1


def test_logging_out_takes_the_draft_away(page: Any) -> None:
    fill(page)
    settled(page)
    page.click("form[data-leave] button")
    page.wait_for_selector("#username")
    until(lambda: drafts(page) == [])


def test_a_draft_of_yesterday_is_gone(page: Any) -> None:
    fill(page)
    settled(page)
    page.evaluate(
        """for (const name of Object.keys(localStorage)) {
          const draft = JSON.parse(localStorage.getItem(name));
          localStorage.setItem(name, JSON.stringify({ ...draft, at: draft.at - 13 * 3600e3 }));
        }"""
    )
    page.reload()
    until(lambda: drafts(page) == [])
    assert page.input_value("#text") == ""


def test_two_forms_at_once_keep_a_draft_each(context: Any, page: Any) -> None:
    fill(page, text="نامهٔ نخست")
    settled(page)
    other = context.new_page()
    other.goto(FORM)
    other.wait_for_timeout(1200)
    assert other.input_value("#text") == ""
    other.fill("#text", "نامهٔ دوم")
    until(lambda: len(drafts(page)) == 2)


def test_after_the_server_was_restarted_the_same_form_is_registered_once(
    page: Any, tools: Tools
) -> None:
    fill(page)
    settled(page)
    page.context.set_offline(offline=True)
    with page.expect_event("requestfailed"):
        page.keyboard.press("F8")
    page.context.set_offline(offline=False)
    page.goto(FORM)
    page.wait_for_selector("#discard:visible")
    page.keyboard.press("F8")
    page.wait_for_selector(".spoken")
    assert letters(tools) == 1
