"""Real engines for all tests: one throw-away PostgreSQL and Valkey, a fresh database each test."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg import sql

from app import migrating
from app.actions import seeding
from app.doorbell import SilentBell
from app.factory import create_app
from app.running.engines import throwaway
from app.tools import Tools
from config import Settings
from tests import emptying, make

_DATABASE, _REDIS = "SAMANEH_TEST_DATABASE_URL", "SAMANEH_TEST_REDIS_URL"
_stack = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """The first process starts the engines and the template; parallel workers find them."""
    if _DATABASE in os.environ:
        return
    directory = _stack.enter_context(tempfile.TemporaryDirectory(prefix="samaneh-"))
    engines = _stack.enter_context(throwaway(Path(directory)))
    os.environ[_DATABASE], os.environ[_REDIS] = engines.database_url, engines.redis_url
    template = make.tools(make.settings(engines.database_url, engines.redis_url), SilentBell())
    engine = template.sessions.kw["bind"]
    migrating.upgrade(engine)
    seeding.ensure_reference(template, datetime.now(UTC).date())
    engine.dispose()
    emptying.keep_reference(engines.database_url)
    emptying.empty(engines.database_url)  # the seed's own event would grow old unsealed


def pytest_unconfigure(config: pytest.Config) -> None:
    _stack.close()


@pytest.fixture
def empty_url() -> Iterator[str]:
    """The address of a database with nothing in it."""
    with _database("template1") as url:
        yield url


@pytest.fixture(scope="session")
def _kept() -> Iterator[str]:
    """A migrated and seeded database for one test process, emptied before each of its tests."""
    with _database(urlsplit(os.environ[_DATABASE]).path[1:]) as url:
        yield url


@pytest.fixture
def settings(request: pytest.FixtureRequest) -> Iterator[Settings]:
    """Settings over a seeded database without letters or people.

    A test marked `alters_schema` gets a database of its own.
    """
    if request.node.get_closest_marker("alters_schema"):
        with _database(urlsplit(os.environ[_DATABASE]).path[1:]) as url:
            yield make.settings(url, os.environ[_REDIS])
    else:
        url = request.getfixturevalue("_kept")
        emptying.empty(url)
        yield make.settings(url, os.environ[_REDIS])


@pytest.fixture
def tools(settings: Settings) -> Iterator[Tools]:
    made = make.tools(settings, SilentBell())
    yield made
    made.sessions.kw["bind"].dispose()


@pytest.fixture
def app(settings: Settings, tools: Tools) -> Flask:
    return create_app(settings, tools)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@contextmanager
def _database(template: str) -> Iterator[str]:
    name = f"t{uuid4().hex}"
    with psycopg.connect(os.environ[_DATABASE], dbname="postgres", autocommit=True) as connection:
        create = sql.SQL("create database {} template {}")
        connection.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        yield urlunsplit(urlsplit(os.environ[_DATABASE])._replace(path=f"/{name}"))
        drop = sql.SQL("drop database {} with (force)")
        connection.execute(drop.format(sql.Identifier(name)))
