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


_KEPT = """async () => {
  const bytes = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  const paper = document.querySelector("form[data-draft]");
  const draft = localStorage.getItem(`draft:${paper.dataset.draft}:${paper.elements.key.value}`);
  if (!draft) return false;
  const { iv, sealed } = JSON.parse(draft);
  const raw = bytes(paper.dataset.seal);
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["decrypt"]);
  const cipher = { name: "AES-GCM", iv: bytes(iv) };
  const words = new TextDecoder().decode(await crypto.subtle.decrypt(cipher, key, bytes(sealed)));
  return JSON.parse(words).every(([name, value]) => paper.elements[name].value === value);
}"""


def settled(page: Any) -> None:
    """All that was typed has been sealed."""
    until(lambda: bool(page.evaluate(_KEPT)))
