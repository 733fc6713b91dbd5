"""Two at one letter, a citizen's reply while the page is open, a petition by keys: in a browser."""

from typing import Any

from app.tools import Tools
from tests import make
from tests.app import database
from tests.web import chromium

BANK = "bank-melli"
QUESTION = "شمارهٔ پروندهٔ خود را بنویسید."
PETITION = (
    "سلام. لطفاً به داد ما برسید. دیگر طاقت نداریم. ما اهالی این محله سال‌هاست که چشم به راه "
    "رسیدگی هستیم و کسی صدای ما را نمی‌شنود. با احترام، "
)


def at_work(context: Any, tools: Tools) -> Any:
    """Somebody of the bank at a page of their own."""
    page = context.new_page()
    chromium.log_in(page, tools, "agency", make.user(tools, "agency", BANK))
    return page


def look_now(page: Any) -> None:
    """As if one had come back to this tab: it asks at once and not at its next turn."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_two_at_one_letter_the_second_hears_who_was_quicker_and_loses_nothing(
    browser: Any, address: str, tools: Tools
) -> None:
    code = make.register(tools)["tracking_code"]
    with chromium.somebody(browser, address) as one, chromium.somebody(browser, address) as two:
        quick, slow = at_work(one, tools), at_work(two, tools)
        for page in (quick, slow):
            page.goto(f"/desk/{code}")
        slow.get_by_text("عودت به میز پایش").click()
        slow.fill("#reason", "پرونده نزد بانک دیگری است")
        quick.get_by_text("برمی‌دارم").press("Enter")
        quick.wait_for_selector("#answer")
        look_now(slow)
        assert "کارشناس برداشت" in slow.wait_for_selector(".news-line").inner_text()
        slow.press("#reason", "Enter")
        assert "کارشناس برداشت" in slow.wait_for_selector("#changed").inner_text()
        assert slow.input_value("#reason") == "پرونده نزد بانک دیگری است"
        assert slow.locator("#answer").count() == 0
    assert database.letter(tools, code).status == "in_progress"


def test_a_question_is_replied_to_and_the_staff_see_it_without_loading_again(
    browser: Any, address: str, tools: Tools
) -> None:
    code = make.register(tools, citizen={"mobile": "09090004321"})["tracking_code"]
    phone = chromium.somebody(browser, address, viewport=chromium.PHONE)
    with chromium.somebody(browser, address) as office, phone as hand:
        staff = at_work(office, tools)
        staff.goto(f"/desk/{code}")
        staff.get_by_text("برمی‌دارم").press("Enter")
        staff.get_by_text("پرسش از شهروند", exact=True).click()
        staff.fill("#question", QUESTION)
        staff.press("#question", "Control+Enter")
        staff.wait_for_selector("text=هنوز پاسخی نیامده است")
        queue = office.new_page()
        queue.goto("/desk?show=mine")
        assert queue.locator(".mark.asked").count() == 1
        citizen = hand.new_page()
        citizen.goto("/track")
        citizen.fill("#code", code)
        citizen.fill("#last4", "4321")
        citizen.press("#last4", "Enter")
        citizen.wait_for_selector(f"text={QUESTION}")
        citizen.fill("#reply-1", "پروندهٔ ۱۲۳")
        citizen.get_by_text("پاسخ را بفرست").click()
        citizen.wait_for_selector("text=دستگاه آن را می‌بیند")
        staff.fill("#text", "پیش‌نویس")
        for page, words in ((staff, "شهروند پاسخ پرسش را داد"), (queue, "شهروند پاسخ داد")):
            look_now(page)
            assert words in page.wait_for_selector(".news-line").inner_text()
        with office.expect_page() as other:
            staff.click(".news-line")
        other.value.wait_for_selector("text=پروندهٔ ۱۲۳")
        assert staff.input_value("#text") == "پیش‌نویس"
        queue.click(".news-line")
        queue.wait_for_selector(".mark.replied")


def test_a_petition_is_referred_by_two_keys(context: Any, tools: Tools) -> None:
    codes = [
        make.register(tools, text=PETITION + name)["tracking_code"]
        for name in ("مریم از کرند", "علی از پاوه", "زهرا از سنقر", "رضا از صحنه")
    ]
    page = context.new_page()
    chromium.log_in(page, tools, "triage")
    page.goto("/triage/next")
    page.evaluate("new Promise((done) => setTimeout(done, 301))")
    page.keyboard.press("a")
    assert "۳ نامهٔ دیگر" in page.inner_text("[data-ticked]")
    page.uncheck(f"[name=also][value='{codes[2]}']")
    assert "۲ نامهٔ دیگر" in page.inner_text("[data-ticked]")
    page.keyboard.press("-")
    page.wait_for_url(f"**/triage/{codes[2]}")
    owners = [database.letter(tools, code).owner_code for code in codes]
    assert owners == ["welfare", "welfare", "triage", "welfare"]
    assert "۳ نامه" in page.inner_text(".note.good")
