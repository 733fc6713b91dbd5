"""A registration is one statement, and writes all of itself or nothing."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError, OperationalError

from app import door
from app.actions import entering, intake, registration
from app.actions.intake import Request
from app.db import Json, at_once
from app.doorbell import SilentBell
from app.persian import tehran_day
from app.tools import Tools
from config import Settings
from tests import make
from tests.app.database import assert_healthy, count, one

WRITTEN = ("citizens", "correspondences", "referrals", "events", "receipts", "idempotency_keys")
NOW = datetime.now(UTC)


def composed(tools: Tools, **changes: Any) -> registration.Registration:
    new = door.parse(make.payload(**changes), NOW)
    routed = registration.route(tools, new, tools.book.current())
    return registration.compose(tools, routed, NOW)


def entry(made: registration.Registration, **changes: Any) -> Json:
    known = {"actor": "user:one", "key": "a-key-1", "hash": b"h", "response": json.dumps(made.body)}
    return known | {"day": tehran_day(datetime.now(UTC))} | changes


def enter(tools: Tools, made: registration.Registration, **changes: Any) -> bool:
    return entering.write_once(tools.sessions, made, entry(made, **changes))


def test_all_of_it_is_written_at_one_instant_of_the_database(tools: Tools) -> None:
    assert enter(tools, composed(tools))
    instants = """select count(distinct at) from (
        select registered_at as at from correspondences union all
        select received_at from correspondences union all
        select opened_at from referrals union all
        select at from events union all
        select created_at from receipts union all
        select created_at from idempotency_keys) as told"""
    assert one(tools, instants) == 1
    assert_healthy(tools)


def test_with_a_key_that_is_taken_nothing_is_written(tools: Tools) -> None:
    assert enter(tools, composed(tools))
    before = [count(tools, table) for table in WRITTEN]
    assert not enter(tools, composed(tools, text=make.MEDICINE))
    assert [count(tools, table) for table in WRITTEN] == before


@pytest.mark.parametrize("days", [-1, 1])
def test_with_a_deadline_counted_from_another_day_nothing_is_written(
    tools: Tools, days: int
) -> None:
    wrong = tehran_day(datetime.now(UTC)) + timedelta(days=days)
    assert not enter(tools, composed(tools), day=wrong)
    assert [count(tools, table) for table in WRITTEN] == [0] * len(WRITTEN)


def test_a_letter_whose_owner_the_database_refuses_leaves_its_key_free(tools: Tools) -> None:
    made = composed(tools)
    made.parameters["owner_code"] = "nobody"
    with pytest.raises(DBAPIError):
        enter(tools, made)
    assert count(tools, "idempotency_keys") == 0
    assert enter(tools, composed(tools))


def test_a_connection_that_died_while_it_lay_unused_troubles_nobody(
    tools: Tools, settings: Settings
) -> None:
    make.register(tools)
    end_all_connections(settings)
    time.sleep(1.1)
    assert intake.register(tools, Request(make.OPERATOR, "a-key-2", make.payload())).status == 201


def test_nor_does_one_that_died_a_moment_after_it_was_used(
    tools: Tools, settings: Settings
) -> None:
    """Whether the lost statement was committed or not: its key tells when it is said again."""
    for number in range(20):
        end_all_connections(settings)
        wish = Request(make.OPERATOR, f"a-key-{number}", make.payload())
        assert intake.register(tools, wish).status == 201
    assert count(tools, "correspondences") == 20
    assert_healthy(tools)


def test_where_no_database_is_it_says_so_as_any_other_part_does(settings: Settings) -> None:
    nowhere = settings.model_copy(update={"database_url": "postgresql+psycopg://x:y@127.0.0.1:9/z"})
    with pytest.raises(OperationalError):
        at_once(make.tools(nowhere, SilentBell()).sessions, "select 1", {})


def end_all_connections(settings: Settings) -> None:
    with psycopg.connect(settings.database_url.replace("+psycopg", "")) as outside:
        outside.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()"
        )
