"""Every page as those meet it who can't see, can't use a mouse, or have a slow line."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

from app.tools import Tools
from tests.web import chromium
from tests.web.faces import FACES, FOR_PROGRAMS, NO_PAGE, STRANGER, Face
from tests.web.scene import Scene, furnish

HEAVIEST = 150_000  # bytes of one page with all it asks for, besides the font
_MEASURES = """() => {
  const { scrollWidth, clientWidth, lang, dir } = document.documentElement;
  return { over: scrollWidth - clientWidth, lang, dir };
}"""


def endpoint(app: Flask, path: str) -> str | None:
    """What a GET of this path opens; None for a path that leads nowhere."""
    try:
        return app.url_map.bind("localhost").match(path.partition("?")[0], "GET")[0]
    except HTTPException:
        return None


def test_every_page_that_can_be_opened_is_looked_at(app: Flask) -> None:
    looked_at = {endpoint(app, face.path) for faces in FACES.values() for face in faces}
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.startswith(FOR_PROGRAMS)
    }
    assert pages - looked_at - set(NO_PAGE) == set(), "add them to tests/web/faces.py"
    assert set(NO_PAGE) <= pages - looked_at, "no such page, or it is looked at"


class Visitor:
    """A page of the browser, and what it asked for since `fresh()`."""

    def __init__(self, page: Any, address: str) -> None:
        self.page, self.address = page, address
        self.fresh()
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("requestfinished", lambda request: self.came.append(request))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: self._listen(said.text))
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def fresh(self) -> None:
        self.asked: list[str] = []
        self.came: list[Any] = []
        self.errors: list[str] = []

    def open(self, face: Face, scene: Scene) -> None:
        self.fresh()
        answer = self.page.goto(face.path.format(**scene))
        assert answer.status == face.status, face.path
        if face.step is not None:
            self.fresh()
            face.step(self.page, scene)
        self.page.wait_for_load_state()

    def faults(self) -> Iterator[str]:
        """What is wrong with the page that stands there."""
        yield from self._barriers()
        seen = self.page.evaluate(_MEASURES)
        if (seen["lang"], seen["dir"]) != ("fa", "rtl"):
            yield f"its language and direction are {seen['lang']} {seen['dir']}"
        if seen["over"] > 0:
            yield f"it is {seen['over']} pixels wider than the screen"
        yield from (f"it asks {url}" for url in self.asked if not self._own(url))
        yield from (f"a script failed: {error}" for error in self.errors)
        if (weight := self._weight()) > HEAVIEST:
            yield f"it weighs {weight} bytes"

    def _barriers(self) -> Iterator[str]:
        """What axe-core finds, of any impact."""
        axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe-core")
        for found in axe.Axe().run(self.page).response["violations"]:
            places = "; ".join(str(node["target"]) for node in found["nodes"])
            yield f"axe: {found['id']} ({found['impact']}) at {places}"

    def _listen(self, said: str) -> None:
        if "Content Security Policy" in said:
            self.errors.append(said)

    def _own(self, url: str) -> bool:
        return url.startswith((f"{self.address}/", "data:"))

    def _weight(self) -> int:
        fetched = [one for one in self.came if one.resource_type != "font"]
        return sum(one.sizes()["responseBodySize"] for one in fetched)


@pytest.mark.parametrize("role", FACES, ids=lambda role: role or "stranger")
def test_no_page_shuts_anybody_out(browser: Any, address: str, tools: Tools, role: str) -> None:
    scene = furnish(tools)
    size = chromium.DESK if role else chromium.PHONE
    faults: dict[str, list[str]] = defaultdict(list)
    with chromium.somebody(browser, address, viewport=size) as context:
        visitor = Visitor(context.new_page(), address)
        if role != STRANGER:
            clerk = (scene["clerk"], scene["password"])
            chromium.log_in(visitor.page, tools, role, clerk if role == "agency" else None)
        for face in FACES[role]:
            visitor.open(face, scene)
            faults[f"{face.path} «{visitor.page.title()}»"] += visitor.faults()
    found = {page: faulty for page, faulty in faults.items() if faulty}
    assert not found, "\n".join(f"{page}: {fault}" for page in found for fault in found[page])
