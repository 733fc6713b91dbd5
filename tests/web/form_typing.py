"""Typing into the registration form, and what the browser keeps of it."""

from typing import Any

from app.tools import Tools
from tests import make
from tests.app import database
from tests.web.chromium import until

FORM = "/operator"


def letters(tools: Tools) -> int:
    return database.count(tools, "correspondences")


def fill(page: Any, **changes: str) -> dict[str, str]:
    person = make.payload()["citizen"] | {"text": make.LOAN} | changes
    for name in ("national_id", "mobile", "first_name", "last_name", "text"):
        page.fill(f"#{name}", person[name])
    return person


def drafts(page: Any) -> list[str]:
    found: list[str] = page.evaluate(
        "Object.keys(localStorage).filter(name => name.startsWith('draft:'))"
    )
    return found


def settled(page: Any) -> None:
    """What was typed has been sealed."""
    until(lambda: drafts(page) != [])
    page.wait_for_timeout(200)
