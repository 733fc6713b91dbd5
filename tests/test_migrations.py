"""Migrations: up, down, and nothing between the schema and the models."""

import re
from importlib.resources import files

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from app import db, migrating
from app.models.tables import METADATA


@pytest.fixture
def engine(empty_url: str) -> Engine:
    return db.engine("postgresql+psycopg://" + empty_url.partition("://")[2])


def numbers() -> list[str]:
    folder = files("migrations") / "versions"
    names = [f.name for f in folder.iterdir() if re.match(r"\d{4}_", f.name)]
    return sorted(name[:4] for name in names)


def shape(engine: Engine) -> dict[str, object]:
    """Tables with columns, indexes and checks; functions and triggers."""
    found: dict[str, object] = {}
    inspector = inspect(engine)
    for table in inspector.get_table_names():
        found[table] = (
            [(c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(table)],
            sorted(str(i) for i in inspector.get_indexes(table)),
            sorted(str(c) for c in inspector.get_check_constraints(table)),
        )
    with engine.connect() as connection:
        found["triggers"] = connection.execute(
            text(
                "select tgname, tgrelid::regclass::text from pg_trigger"
                " where not tgisinternal order by 1, 2"
            )
        ).all()
    return found


def test_the_folder_reads_as_history() -> None:
    assert numbers() == [f"{n:04d}" for n in range(1, len(numbers()) + 1)]
    assert numbers()[-1] == migrating.CODE_HEAD


def test_the_models_say_what_the_migrations_made(engine: Engine) -> None:
    migrating.upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_every_migration_can_be_undone_and_done_again(engine: Engine) -> None:
    shapes = {}
    for number in numbers():
        migrating.upgrade(engine, number)
        shapes[number] = shape(engine)
    for number, earlier in zip(reversed(numbers()), ["base", *numbers()][-2::-1], strict=False):
        assert shape(engine) == shapes[number]
        migrating.downgrade(engine, earlier)
    left = set(inspect(engine).get_table_names())
    assert left <= {"alembic_version"}
    migrating.upgrade(engine)
    assert shape(engine) == shapes[numbers()[-1]]
    engine.dispose()


def test_upgrading_twice_is_harmless(engine: Engine) -> None:
    migrating.upgrade(engine)
    migrating.upgrade(engine)
    engine.dispose()
