"""The operator's screen as fingers use it. Skipped where there is no Chromium."""

from typing import Any

import pytest

from app.persian import spoken_code
from app.tools import Tools
from tests import make
from tests.app import database
from tests.web import chromium
from tests.web.chromium import until
from tests.web.form_typing import drafts, fill, letters


@pytest.fixture
def page(context: Any, tools: Tools) -> Any:
    opened = context.new_page()
    chromium.log_in(opened, tools, "operator")
    return opened


def test_a_plain_call_takes_at_most_twelve_keys_besides_the_words(page: Any, tools: Tools) -> None:
    citizen = make.payload()["citizen"]
    pressed = 0

    def press(key: str) -> None:
        nonlocal pressed
        pressed += key.count("+") + 1
        page.keyboard.press(key)

    for name in ("national_id", "mobile", "first_name", "last_name"):
        assert page.evaluate("document.activeElement.id") == name
        page.keyboard.type(citizen[name])
        press("Enter")
    press("Enter")  # no county was said
    assert page.evaluate("document.activeElement.id") == "text"
    page.keyboard.type(make.LOAN)
    press("F8")
    page.wait_for_selector(".spoken")
    page.wait_for_selector("a.button:focus")
    press("Enter")
    page.wait_for_selector("#national_id")
    assert page.evaluate("document.activeElement.id") == "national_id"
    assert letters(tools) == 1
    assert database.one(tools, "select channel from correspondences") == "call"
    assert pressed == 7


def test_where_it_would_go_is_seen_while_typing_and_nothing_moves(page: Any) -> None:
    before = page.locator("#register").bounding_box()
    page.fill("#text", make.LOAN)
    page.wait_for_selector("#preview .goes b")
    assert "بانک ملی" in page.inner_text("#preview")
    assert page.locator("#register").bounding_box() == before


def test_an_older_question_never_overwrites_a_newer_answer(page: Any) -> None:
    held = []
    page.route("**/preview", lambda route: held.append(route) if not held else route.continue_())
    page.fill("#text", make.MEDICINE)
    until(lambda: len(held) == 1, page)
    page.fill("#text", make.LOAN)
    page.wait_for_selector("#preview .goes b")
    held[0].fulfill(body="<p class='goes'><b>کهنه</b></p>")
    page.wait_for_timeout(300)
    assert "بانک ملی" in page.inner_text("#preview .goes")


def test_reloading_the_page_of_the_code_shows_the_same_code(page: Any, tools: Tools) -> None:
    fill(page)
    page.keyboard.press("F8")
    page.wait_for_selector(".spoken")
    code = page.inner_text("#code")
    page.reload()
    assert page.inner_text("#code") == code
    assert letters(tools) == 1


def test_an_impatient_finger_registers_once(page: Any, tools: Tools) -> None:
    fill(page)
    for _ in range(3):
        page.keyboard.press("F8")
    page.wait_for_selector(".spoken")
    assert letters(tools) == 1


def test_the_same_matter_is_offered_while_typing_and_one_key_attaches_it(
    page: Any, tools: Tools
) -> None:
    citizen = make.payload()["citizen"]
    code = make.register(tools, citizen=citizen)["tracking_code"]
    fill(page, **citizen | {"text": "وام ازدواجم چی شد؟ بانک ملی هنوز نوبت نداده"})
    page.wait_for_selector("#earlier .same")
    page.keyboard.press("F2")
    page.wait_for_selector(".attached")
    assert spoken_code(code) in page.content()
    assert letters(tools) == 1
    assert database.count(tools, "notes") == 1
    until(lambda: drafts(page) == [])


def test_the_same_matter_that_was_seen_is_registered_anyway_with_one_key(
    page: Any, tools: Tools
) -> None:
    citizen = make.payload()["citizen"]
    make.register(tools, citizen=citizen)
    fill(page, **citizen)
    page.wait_for_selector("#earlier .same")
    page.keyboard.press("F8")
    page.wait_for_selector(".spoken")
    assert letters(tools) == 2


def test_when_the_day_fills_up_the_same_screen_becomes_the_call_back_form(
    page: Any, tools: Tools
) -> None:
    typed = fill(page)
    assert page.inner_text("#register") == "ثبت"
    database.change(tools, "update call_days set cap = 0")
    if not database.count(tools, "call_days"):
        database.change(
            tools,
            "insert into call_days (province, day, cap) values "
            "('kermanshah', (now() at time zone 'Asia/Tehran')::date, 0)",
        )
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    until(lambda: page.inner_text("#register") == "ثبت در فهرست تماس مجدد")
    assert page.input_value("#text") == typed["text"]
    page.keyboard.press("F8")
    page.wait_for_selector(".promised")
    assert letters(tools) == 0
    assert database.count(tools, "callbacks") == 1
    until(lambda: drafts(page) == [])


def test_a_hidden_tab_asks_for_nothing(page: Any) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.install()
    page.reload()
    page.wait_for_selector("#capacity")
    page.clock.run_for(31_000)
    seen = len([url for url in asked if url.endswith("/capacity")])
    assert seen >= 2
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.clock.run_for(61_000)
    assert len([url for url in asked if url.endswith("/capacity")]) == seen


@pytest.mark.parametrize("height", [768, 700, 640])
def test_the_button_is_seen_on_a_low_screen_while_an_alarm_stands(
    page: Any, tools: Tools, height: int
) -> None:
    database.change(
        tools,
        "insert into sms_lines (provider, province, stopped_at) "
        "values ('kavenegar', 'kermanshah', now())",
    )
    page.wait_for_timeout(6_000)  # until the pages of this process look at the alarms again
    page.set_viewport_size({"width": 1366, "height": height})
    page.goto("/operator")
    page.wait_for_selector(".alarms")
    button = page.locator("#register").bounding_box()
    assert button["y"] + button["height"] <= height
