"""Alembic's entry: one connection, given by the caller or named by DATABASE_URL."""

import os

from alembic import context
from sqlalchemy import Connection, create_engine, pool, text

from app.models.tables import METADATA

MIGRATION_LOCK = 1_110_111


def _run(connection: Connection) -> None:
    connection.execute(text("select set_config('lock_timeout', '5s', false)"))
    # A province of millions of letters is counted and indexed in minutes, not in a page's time.
    connection.execute(text("select set_config('statement_timeout', '0', false)"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        compare_server_default=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        connection.execute(text(f"select pg_advisory_xact_lock({MIGRATION_LOCK})"))
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    url = "postgresql+psycopg://" + os.environ["DATABASE_URL"].partition("://")[2]
    with create_engine(url, poolclass=pool.NullPool).connect() as own:
        _run(own)
