"""A real Chromium at a real server; where either Playwright or the browser is not, tests skip."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address
from secrets import randbits
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from app.tools import Tools
from tests import make

PLACES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
WAIT = 30_000  # on two busy cores; a test that passes never waits so long
DESK = {"width": 1366, "height": 768}
PHONE = {"width": 360, "height": 740}


def playwright() -> Any:
    """The module, or skip."""
    return pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")


class _Silent(WSGIRequestHandler):
    def log(self, *_: Any) -> None:
        """Requests are the browser's business."""


@contextmanager
def browser() -> Iterator[Any]:
    program = next(filter(None, map(shutil.which, PLACES)), None)
    if program is None:
        pytest.skip("no Chromium here")
    with playwright().sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=program, args=FLAGS)
        yield chromium
        chromium.close()


@contextmanager
def served(app: Flask, port: int = 0) -> Iterator[str]:
    """The application at an address of its own; ended as a server is that is restarted.

    Its visitors come from a network that no other test uses: tries are counted by address.
    """
    visitors = {"REMOTE_ADDR": str(IPv6Address(0x2001_0DB8 << 96 | randbits(96)))}
    server = make_server(
        "127.0.0.1",
        port,
        lambda environ, start: app(environ | visitors, start),
        threaded=True,
        request_handler=_Silent,
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def somebody(browser: Any, address: str, **options: Any) -> Iterator[Any]:
    """A browser context: cookies, storage and window of one person."""
    made = browser.new_context(
        **{"base_url": address, "viewport": DESK, "locale": "fa-IR", "timezone_id": "Asia/Tehran"}
        | options
    )
    made.set_default_timeout(WAIT)
    yield made
    made.close()


def log_in(page: Any, tools: Tools, role: str, who: tuple[str, str] | None = None) -> None:
    """Through the page, as somebody new or as `who`."""
    username, password = who or make.user(tools, role)
    page.goto("/login")
    page.fill("#username", username)
    page.fill("#password", password)
    page.press("#password", "Enter")
    page.wait_for_url(lambda url: "/login" not in url)


def until(true: Callable[[], bool], page: Any = None) -> None:
    """Wait for it. With a `page`, what the page asks meanwhile is answered by its routes."""
    end = time.monotonic() + WAIT / 1000
    while not true():
        assert time.monotonic() < end, "it did not happen"
        if page is None:
            time.sleep(0.02)
        else:
            page.wait_for_timeout(20)
