"""PostgreSQL's binary COPY, for what is read or written by the hundred thousand."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import psycopg
from psycopg.abc import Query
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

Block = bytes | bytearray | memoryview
_SIGNATURE = b"PGCOPY\n\xff\r\n\0"
_BEGINNING = _SIGNATURE + bytes(8)
_END = b"\xff\xff"


@contextmanager
def driver(session: Session) -> Iterator[psycopg.Connection]:
    """The driver's connection, in the session's transaction; its errors become SQLAlchemy's."""
    try:
        yield cast(psycopg.Connection, session.connection().connection.driver_connection)
    except psycopg.Error as error:
        raise DBAPIError.instance("copy", None, error, psycopg.Error) from error


def read(cursor: psycopg.Cursor[Any], query: Query, values: Mapping[str, Any]) -> Iterator[Block]:
    """Each row of a `copy … to stdout (format binary)` as it comes: two bytes with the number of
    columns, then each column behind four bytes with its length."""
    with cursor.copy(query, values) as rows:
        for block in rows:
            row = block[len(_BEGINNING) :] if block[: len(_SIGNATURE)] == _SIGNATURE else block
            if len(row) > len(_END):
                yield row


def write(cursor: psycopg.Cursor[Any], query: Query, rows: Iterable[bytes]) -> None:
    """Write rows of the same form by a `copy … from stdin (format binary)`."""
    with cursor.copy(query) as into:
        into.write(_BEGINNING + b"".join(rows) + _END)
