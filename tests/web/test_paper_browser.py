"""Paper letters as fingers handle them. Skipped where there is no Chromium."""

from pathlib import Path
from typing import Any

import pytest

from app.actions import answer, attaching, refer
from app.tools import Tools
from tests import make
from tests.app import database, files
from tests.web import chromium
from tests.web.chromium import until
from tests.web.form_typing import FORM, drafts, fill, letters


@pytest.fixture
def page(context: Any, tools: Tools) -> Any:
    opened = context.new_page()
    chromium.log_in(opened, tools, "operator")
    return opened


def chosen(tmp_path: Path, *contents: bytes) -> list[Path]:
    """Files on the operator's own disk."""
    paths = [tmp_path / f"scan-{number}.png" for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    return paths


def focused(page: Any) -> str:
    found: str = page.evaluate("document.activeElement.id")
    return found


def onward(page: Any) -> None:
    """Enter, once the button that leads on has the focus."""
    until(lambda: bool(page.evaluate("document.activeElement.matches('a.button')")))
    page.keyboard.press("Enter")


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_paper_letter_with_two_scans_goes_in_by_keyboard_and_the_next_one_follows(
    page: Any, tools: Tools, tmp_path: Path
) -> None:
    page.goto("/operator/boxes")
    page.focus("#box")
    page.keyboard.type("صندوق مصلی")
    press(page, "Enter", "Enter")
    assert focused(page) == "envelopes"
    page.keyboard.type("2")
    press(page, "F8")
    page.wait_for_selector(".counted")
    onward(page)
    page.wait_for_selector("#national_id")
    assert focused(page) == "national_id"
    press(page, "Shift+Tab")
    assert focused(page) == "files"
    page.set_input_files("#files", chosen(tmp_path, files.picture(), files.picture()))
    press(page, "Tab")
    citizen = make.payload()["citizen"]
    for name in ("national_id", "mobile", "first_name", "last_name"):
        assert focused(page) == name
        page.keyboard.type(citizen[name])
        press(page, "Enter")
    press(page, "Enter")
    page.keyboard.type(make.LOAN)
    press(page, "F8")
    page.wait_for_selector(".spoken")
    assert letters(tools) == 1
    assert database.count(tools, "attachments") == 2
    assert (
        database.one(tools, "select count(*) from correspondences where batch_id is not null") == 1
    )
    until(lambda: drafts(page) == [])
    onward(page)
    page.wait_for_selector("#national_id")
    assert page.input_value("#batch").endswith("-1")
    assert page.is_checked("[name=channel][value=letter]")


def test_a_refused_file_keeps_everything_typed(page: Any, tools: Tools, tmp_path: Path) -> None:
    page.goto(f"{FORM}?channel=letter")
    typed = fill(page)
    page.fill("#received", "۱۴۰۵/۸/۲۹")
    good, bad = files.picture(), files.picture()[:50]
    page.set_input_files("#files", chosen(tmp_path, good, bad))
    press(page, "F8")
    page.wait_for_selector(".lost")
    assert "scan-1.png" in page.inner_text(".lost li")
    assert letters(tools) == 0
    for name in ("national_id", "mobile", "first_name", "last_name", "text"):
        assert page.input_value(f"#{name}") == typed[name]
    assert page.input_value("#received") == "۱۴۰۵/۸/۲۹"
    assert focused(page) == "files"
    page.set_input_files("#files", chosen(tmp_path, good))
    press(page, "F8")
    page.wait_for_selector(".spoken")
    assert letters(tools) == 1


def test_a_file_that_is_too_large_is_told_before_it_is_sent(
    page: Any, tools: Tools, tmp_path: Path
) -> None:
    page.goto(f"{FORM}?channel=letter")
    fill(page)
    page.set_input_files("#files", chosen(tmp_path, bytes(6_000_000)))
    told = "document.getElementById('files').validationMessage"
    assert "بزرگ‌تر از ۵ مگابایت" in page.evaluate(told)
    press(page, "F8")
    page.wait_for_timeout(300)
    assert letters(tools) == 0
    assert page.input_value("#files") == ""
    page.set_input_files("#files", chosen(tmp_path, files.picture()))
    assert page.evaluate(told) == ""
    press(page, "F8")
    page.wait_for_selector(".spoken")
    assert database.count(tools, "attachments") == 1


def test_a_call_shows_nothing_of_paper(page: Any) -> None:
    page.goto(FORM)
    assert not page.is_visible("#files")
    page.check("[name=channel][value=letter]", force=True)
    assert page.is_visible("#files")


def test_a_scan_is_saved_with_the_same_bytes(page: Any, tools: Tools, tmp_path: Path) -> None:
    code, scan = make.register(tools)["tracking_code"], files.file()
    attaching.attach_scans(tools, make.OPERATOR, code, [scan])
    page.goto(f"/operator/letters/{code}")
    with page.expect_download() as saving:
        page.click(".kept-files a")
    saving.value.save_as(tmp_path / "saved.png")
    assert (tmp_path / "saved.png").read_bytes() == scan.content


def test_the_citizen_saves_the_file_of_the_answer_twice(
    context: Any, tools: Tools, tmp_path: Path
) -> None:
    mobile = make.mobile()
    code = make.register(tools, citizen={"mobile": mobile})["tracking_code"]
    staff, gift = make.staff("bank-melli"), files.file()
    refer.claim(tools, staff, code)
    attaching.attach_to_answer(tools, staff, code, [gift])
    answer.answer(tools, staff, code, "done", "وام پرداخت شد.")
    page = context.new_page()
    page.goto("/track")
    page.fill("#code", code)
    page.fill("#last4", mobile[-4:])
    press(page, "Enter")
    for _ in range(2):
        with page.expect_download() as saving:
            page.click(".answer-files button")
        saving.value.save_as(tmp_path / "saved.png")
        assert (tmp_path / "saved.png").read_bytes() == gift.content
