"""Chromium for the tests that press keys; they skip where there is none."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from tests.web import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One for all tests of a process: starting it takes a second."""
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
    with chromium.somebody(browser, address) as made:
        yield made
