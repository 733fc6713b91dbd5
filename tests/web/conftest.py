"""Chromium for the tests that press keys; they skip where there is none."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from tests.web import chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium.browser() as made:
        yield made


@pytest.fixture
def address(browser: Any, app: Flask) -> Iterator[str]:
    """Where the application is served for a browser."""
    with chromium.served(app) as url:
        yield url


@pytest.fixture
def context(browser: Any, address: str) -> Iterator[Any]:
    """A browser of somebody's own, at the size of the desks' screens."""
    made = browser.new_context(
        base_url=address, viewport=chromium.DESK, locale="fa-IR", timezone_id="Asia/Tehran"
    )
    made.set_default_timeout(chromium.WAIT)
    yield made
    made.close()
