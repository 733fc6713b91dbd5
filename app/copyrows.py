"""Rows in the binary format of PostgreSQL's COPY: no sign of a text has to be escaped.

Numbers are big-endian, each field says its length first, instants are microseconds since 2000.
"""

from datetime import UTC, datetime, timedelta
from struct import Struct
from uuid import UUID

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LENGTH = Struct("!i").pack
_COUNT = Struct("!h").pack
_BIG = Struct("!iq").pack
_NULL = _LENGTH(-1)
_INFINITY = 2**63 - 1


def row(*fields: bytes) -> bytes:
    """A row of fields that the functions below have made."""
    return _COUNT(len(fields)) + b"".join(fields)


def raw(value: bytes) -> bytes:
    """A bytea."""
    return _LENGTH(len(value)) + value


def text(value: str | None) -> bytes:
    """A text, or null."""
    if value is None:
        return _NULL
    encoded = value.encode()
    return _LENGTH(len(encoded)) + encoded


def jsonb(written: str) -> bytes:
    """A jsonb that is written already; its version comes before the text."""
    encoded = written.encode()
    return _LENGTH(len(encoded) + 1) + b"\x01" + encoded


def uuid(value: UUID) -> bytes:
    return raw(value.bytes)


def bigint(value: int) -> bytes:
    return _BIG(8, value)


def boolean(value: bool) -> bytes:  # noqa: FBT001 - a value, not a switch
    return raw(b"\x01" if value else b"\x00")


def instant(value: datetime | None) -> bytes:
    """A timestamptz; None for infinity."""
    return _BIG(8, _INFINITY if value is None else (value - _EPOCH) // _MICROSECOND)
