"""Pictures of the main pages for `docs/pictures`: `python -m bench.pictures [FOLDER]`.

Starts a fresh system with three invented weeks of letters in it, opens the pages in Chromium as the
people do who work with them, and writes what they see, with few colours, so that files stay small.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from app.commands.data_dir import DEMO_PASSWORD
from app.commands.surroundings import settings_of
from app.doorbell import RedisDoorbell, connect
from app.tools import from_settings
from bench import province
from bench.people import citizen
from bench.system import System, fresh
from routing.loading import default_rules
from tests.web.chromium import DESK, PHONE, browser, somebody

FOLDER = Path("docs/pictures")
PASSWORD = "pictures-of-a-province"  # noqa: S105 - of a system that lives for a minute
STRANGER = ""

Names = dict[str, str]
Step = Callable[[Any, Names], Any]


@dataclass(frozen=True, slots=True)
class Picture:
    """What is taken: who looks at which page, and what they do there first."""

    name: str
    who: str
    path: str
    step: Step | None = None


def _typed(page: Any, _: Names) -> None:
    person = citizen(11)
    for name, value in person.items():
        page.fill(f"#{name}", value)
    page.fill("#county", "پاوه")
    page.fill("#text", "وام ودیعهٔ مسکن من در بانک ملی تصویب شده است ولی شعبه می‌گوید اعتبار نداریم.")
    page.wait_for_selector("#preview .goes b")
    page.wait_for_selector("#earlier .same")


def _registered(page: Any, _: Names) -> None:
    for name, value in citizen(99).items():
        page.fill(f"#{name}", value)
    page.fill("#text", province.LOANS[0])
    page.keyboard.press("F8")
    page.wait_for_selector(".spoken")


def _tracked(page: Any, code: str) -> None:
    page.fill("#code", code)
    page.fill("#last4", citizen(1)["mobile"][-4:])
    page.press("#last4", "Enter")
    page.wait_for_selector(".receipt-sheet")


def _way(page: Any, names: Names) -> None:
    _tracked(page, names["objected"])


def _answer(page: Any, names: Names) -> None:
    _tracked(page, names["answered"])
    page.locator(".verdict").scroll_into_view_if_needed()


def _written(page: Any, _: Names) -> None:
    """The citizen's own letter, before the code of the SMS was typed."""
    page.fill("#mobile", citizen(12)["mobile"])
    page.press("#mobile", "Enter")
    page.wait_for_selector("#code")
    for name in ("national_id", "first_name", "last_name"):
        page.fill(f"#{name}", citizen(12)[name])


PICTURES = (
    Picture("login", "login", "/login"),
    Picture("operator-form", "operator", "/operator", _typed),
    Picture("operator-registered", "operator", "/operator", _registered),
    Picture("operator-letter", "operator", "/operator/letters/{mine}"),
    Picture("operator-callbacks", "operator", "/operator/callbacks"),
    Picture("operator-boxes", "operator", "/operator/boxes"),
    Picture("operator-box", "operator", "/operator/boxes/{box}"),
    Picture("owed", "supervisor", "/owed"),
    Picture("triage-queue", "triage", "/triage"),
    Picture("triage-letter", "triage", "/triage/{unsure}"),
    Picture("triage-returned", "triage", "/triage/{returned}"),
    Picture("agency-queue", province.MELLI, "/desk"),
    Picture("agency-letter", province.MELLI, "/desk/{mine}"),
    Picture("agency-templates", province.MELLI, "/desk/templates"),
    Picture("agency-print", province.MELLI, "/desk/{mine}/print"),
    Picture("supervisor-balance", "supervisor", "/supervisor"),
    Picture("supervisor-final", "supervisor", "/supervisor/returned"),
    Picture("supervisor-objection", "supervisor", "/supervisor/returned/{objected}"),
    Picture("citizen-welcome", STRANGER, "/"),
    Picture("citizen-number", STRANGER, "/letter"),
    Picture("citizen-letter", STRANGER, "/letter", _written),
    Picture("citizen-track", STRANGER, "/track"),
    Picture(
        "citizen-way", STRANGER, "/track", lambda page, names: _tracked(page, names["objected"])
    ),
    Picture("citizen-answer", STRANGER, "/track", _answer),
)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with fresh(**{DEMO_PASSWORD: PASSWORD}) as system, browser() as chromium:
        names = _furnish(system)
        for who in dict.fromkeys(picture.who for picture in PICTURES):
            size = PHONE if who == STRANGER else DESK
            with somebody(chromium, system.web, viewport=size) as context:
                page = context.new_page()
                if who not in (STRANGER, "login"):
                    _log_in(page, who)
                for picture in (one for one in PICTURES if one.who == who):
                    _take(page, picture, names, folder)


def _furnish(system: System) -> Names:
    settings = settings_of(system.data_dir)
    tools = from_settings(settings, default_rules, RedisDoorbell(connect(settings.redis_url)))
    try:
        return province.settle(tools).shown
    finally:
        tools.sessions.kw["bind"].dispose()


def _log_in(page: Any, who: str) -> None:
    page.goto("/login")
    page.fill("#username", who)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(lambda url: "/login" not in url)


def _take(page: Any, picture: Picture, names: Names, folder: Path) -> None:
    answer = page.goto(picture.path.format(**names))
    if answer.status != 200:
        raise RuntimeError(f"{picture.path}: {answer.status}")
    if picture.step is not None:
        picture.step(page, names)
    page.evaluate("document.fonts.ready")
    path = folder / f"{picture.name}.png"
    with Image.open(BytesIO(page.screenshot(animations="disabled"))) as seen:
        few = seen.convert("RGB").quantize(method=Image.Quantize.FASTOCTREE)
        few.save(path, optimize=True)
    print(path, f"{path.stat().st_size / 1024:.0f} KB")


if __name__ == "__main__":
    main()
