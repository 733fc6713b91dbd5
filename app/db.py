"""The database: naming conventions, engine, sessions. PostgreSQL is the only truth."""

import time
from typing import Any, LiteralString, cast

import psycopg
from sqlalchemy import Engine, MetaData, Text, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker
from sqlalchemy.orm import Session as Session
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

SessionFactory = sessionmaker[Session]
Json = dict[str, Any]

_LEFT = "left"
_TRUSTED_SECONDS = 0.1

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


class InProvince:
    """Every row says its province, so that tables can be partitioned by it later."""

    province: Mapped[str] = mapped_column(Text, nullable=False)


def engine(url: str, *, pool_size: int = 8) -> Engine:
    """A pooled engine: a dead connection is noticed before use, a slow statement is cut off."""
    made = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=4,
        pool_timeout=5,
        connect_args={
            "connect_timeout": 3,
            "options": "-c timezone=UTC -c statement_timeout=30s -c lock_timeout=10s "
            "-c idle_in_transaction_session_timeout=30s",
        },
    )
    _look_before_use(made)
    return made


def _look_before_use(made: Engine) -> None:
    """Ask a connection whether it lives, unless it did a moment ago: asking is a round trip, and
    intake needs only one besides."""

    def left(_: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        record.info[_LEFT] = time.monotonic()

    def taken(connection: DBAPIConnection, record: ConnectionPoolEntry, _: object) -> None:
        if time.monotonic() - record.info.get(_LEFT, float("inf")) < _TRUSTED_SECONDS:
            return
        try:
            made.dialect.do_ping(connection)
        except made.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error

    event.listen(made, "checkin", left)
    event.listen(made, "checkout", taken)


def at_once(factory: SessionFactory, statement: LiteralString, values: Json) -> Any:
    """Run one statement of the driver's style as a transaction of its own; its first row or None.

    Straight to the driver, over SQLAlchemy's pool: less work for what is done most often.
    Raises what SQLAlchemy would, without the values.
    """
    bind: Engine = factory.kw["bind"]
    try:
        pooled = bind.raw_connection()
    except psycopg.Error as error:
        raise DBAPIError.instance(None, None, error, psycopg.Error) from None
    driver = cast(psycopg.Connection, pooled.driver_connection)
    try:
        driver.autocommit = True
        done = driver.execute(statement, values)
        row = done.fetchone() if done.description else None
        driver.autocommit = False
    except psycopg.Error as error:
        raise _told(bind, pooled, error) from None
    finally:
        pooled.close()
    return row


def _told(bind: Engine, pooled: PoolProxiedConnection, error: psycopg.Error) -> Exception:
    """The error as SQLAlchemy would raise it; the connection is not used again."""
    driver = cast(psycopg.Connection, pooled.driver_connection)
    broken = driver.broken
    pooled.invalidate()
    if broken:
        bind.dispose()  # the others of this server are as dead
        error = psycopg.OperationalError(str(error))  # whatever it was called that noticed it
    return DBAPIError.instance(None, None, error, psycopg.Error, connection_invalidated=broken)


def sessions(bind: Engine) -> SessionFactory:
    return sessionmaker(bind, expire_on_commit=False)
