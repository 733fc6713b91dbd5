"""Every page there is, and how a browser gets there.

A new page belongs into `FACES`, or with a reason into `NO_PAGE`; tests/web/test_axe.py looks at
all of them and fails where one is missing. `{names}` in a path are those of tests/web/scene.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests import make
from tests.web import form_typing
from tests.web.scene import MOBILE, Scene

Step = Callable[[Any, Scene], Any]
STRANGER = ""


@dataclass(frozen=True, slots=True)
class Face:
    """A page by its path; `step` goes on from there, to what only a sent form shows."""

    path: str
    step: Step | None = None
    status: int = 200


def _track(page: Any, scene: Scene, code: str) -> None:
    page.fill("#code", scene[code])
    page.fill("#last4", scene["last4"])
    page.press("#last4", "Enter")
    page.wait_for_selector(".receipt-sheet")


def _register(page: Any, _: Scene, **changes: str) -> None:
    form_typing.fill(page, **changes)
    page.keyboard.press("F8")


def _registered(page: Any, scene: Scene) -> None:
    _register(page, scene)
    page.wait_for_selector(".spoken")


def _refused(page: Any, scene: Scene) -> None:
    _register(page, scene, national_id="123", mobile="12")
    page.wait_for_selector(".fault")


def _same_matter(page: Any, scene: Scene) -> None:
    form_typing.fill(page, national_id=scene["national_id"])
    page.wait_for_selector("#earlier .same")
    page.wait_for_selector("#preview .goes b")


def _attached(page: Any, scene: Scene) -> None:
    _same_matter(page, scene)
    page.keyboard.press("F2")
    page.wait_for_selector(".attached")


def _send(page: Any, field: str, words: str) -> None:
    page.fill(field, words)
    page.press(field, "Enter")


def _logged_out(page: Any, _: Scene) -> None:
    form_typing.fill(page)
    page.context.clear_cookies()
    page.keyboard.press("F8")
    page.wait_for_selector(".problem .kept")


def _write(page: Any, _: Scene) -> None:
    """The form of the electronic letter, after the code was asked for."""
    _send(page, "#mobile", MOBILE)
    page.wait_for_selector("#code")


def _refused_letter(page: Any, scene: Scene) -> None:
    _write(page, scene)
    page.get_by_role("button", name="نامه را بفرست").click()
    page.wait_for_selector(".fault")


def _sent(page: Any, scene: Scene) -> None:
    _write(page, scene)
    page.fill("#code", scene["proof"](page.input_value("[name=check]")))
    for name in ("national_id", "first_name", "last_name"):
        page.fill(f"#{name}", make.payload()["citizen"][name])
    page.fill("#text", make.LOAN)
    page.get_by_role("button", name="نامه را بفرست").click()
    page.wait_for_selector("text=کد رهگیری")


def _wrong_password(page: Any, _: Scene) -> None:
    page.fill("#username", "nobody")
    _send(page, "#password", make.PASSWORD)
    page.wait_for_selector(".note.bad")


FACES: dict[str, tuple[Face, ...]] = {
    STRANGER: (
        Face("/"),
        Face("/track"),
        Face("/track", lambda page, scene: _track(page, scene, "open")),
        Face("/track", lambda page, scene: _track(page, scene, "answered")),
        Face("/track", lambda page, scene: _track(page, scene, "objected")),
        Face("/track", lambda page, scene: _track(page, scene, "asked")),
        Face("/letter"),
        Face("/letter/write"),
        Face("/letter", _write),
        Face("/letter", _refused_letter),
        Face("/letter", _sent),
        Face("/login"),
        Face("/login", _wrong_password),
        Face("/there/is/no/such/page", status=404),
    ),
    "operator": (
        Face("/operator"),
        Face("/operator?channel=letter", _same_matter),
        Face("/operator", _attached),
        Face("/operator", _refused),
        Face("/operator", _registered),
        Face("/operator/find"),
        Face("/operator/find", lambda page, scene: _send(page, "#asked", scene["national_id"])),
        Face("/operator/letters/{open}"),
        Face("/operator/letters/{objected}"),
        Face("/operator/letters/{wished}"),
        Face("/operator/letters/{scanned}"),
        Face("/operator/callbacks"),
        Face("/operator/wished"),
        Face("/operator/boxes"),
        Face("/operator/boxes/{box}"),
        Face("/owed"),
        Face("/supervisor", status=403),
        Face("/operator", _logged_out),
    ),
    "triage": (
        Face("/triage"),
        Face("/triage/{returned}"),
        Face("/triage/{waiting}"),
        Face("/triage/{unclear}"),
        Face("/triage/{urgent}"),
        Face("/triage/{thrice}"),
    ),
    "agency": (
        Face("/desk"),
        Face("/desk?show=mine"),
        Face("/desk?show=soon"),
        Face("/desk", lambda page, _: _send(page, "#q", "ازدواج")),
        Face("/desk/{new}"),
        Face("/desk/{mine}"),
        Face("/desk/{taken}"),
        Face("/desk/{asked}"),
        Face("/desk/{answered}"),
        Face("/desk/{mine}/print"),
        Face("/desk/templates"),
    ),
    "supervisor": (
        Face("/supervisor"),
        Face("/supervisor/returned"),
        Face("/supervisor/returned/{thrice}"),
        Face("/supervisor/returned/{objected}"),
        Face("/owed"),
    ),
}

NO_PAGE = {
    "account.home": "sends everybody to the own desk",
    "citizen.again": "sends to the tracking page",
    "asked.again": "sends to the tracking page",
    "electronic.again": "sends to the form of the electronic letter",
    "triage.following": "sends to the letter to decide now",
    "attachments.download": "a file, to be saved",
    "live.remaining": "a fragment of the registration form",
    "news.desk": "a fragment of the agency's queue",
    "news.letter": "a fragment of the agency's letter",
    "news.triage": "a fragment of the triage queue",
}
"""What answers a GET and is no page for people, by endpoint."""

FOR_PROGRAMS = ("/api/", "/hooks/", "/static/", "/healthz", "/readyz", "/metrics")
