"""The links of the chain of events: how an event is told to its seal, and how it is hashed.

A link is HMAC-SHA256, under the chain's key, of the link before and of the event as it was told.
What was sealed once keeps its format for ever.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from app import copying

GENESIS = bytes(32)
# JSON_LIST is made by ourselves. BINARY is PostgreSQL's own binary form of the row, every column
# with its type and its length: no two different events have the same.
JSON_LIST, BINARY = 0, 1
COLUMNS = "e.id, e.at, e.province, e.correspondence_id, e.kind, e.actor, e.data"
TOLD = f"record_send(row({COLUMNS}))"

_BEFORE = "select hash from event_seals where seq = %s"
_RANGE = """
select count(*), min(event_id), max(event_id) from event_seals
where seq <= %(last)s and (seq >= %(first)s or %(first)s = 1) and format = %(format)s
"""
# The range of the ids is said again, so that only that part of the events is read.
_BINARY = f"""
copy (
    select s.seq, s.hash, {TOLD} from event_seals s
    left join events e on e.id = s.event_id and e.id between %(least)s and %(most)s
    where s.seq between %(first)s and %(last)s order by s.seq
) to stdout (format binary)
"""  # noqa: S608 - column names of our own
_ANY = f"""
select s.seq, s.hash, s.format, {TOLD}, {COLUMNS} from event_seals s
left join events e on e.id = s.event_id
where s.seq <= %(last)s and (s.seq >= %(first)s or %(first)s = 1) order by s.seq
"""  # noqa: S608 - column names of our own
_SEQ, _HASH, _TOLD = slice(6, 14), slice(18, 50), slice(54, None)
_AT_ONCE = 1000


class Linker:
    """Makes links under one key, which is kept outside the database."""

    def __init__(self, key: bytes) -> None:
        self._keyed = hmac.new(key, digestmod=hashlib.sha256)

    def link(self, before: bytes, told: copying.Block) -> bytes:
        """The 32 bytes that seal what was told, after the link before."""
        mac = self._keyed.copy()
        mac.update(before)
        mac.update(told)
        return mac.digest()


@dataclass(frozen=True, slots=True)
class Segment:
    """Links walked from one number to another: the link before them, the last of them, and the
    number of the first bad one."""

    first: int
    last: int
    before: str
    after: str
    broken: int | None = None


def walk(connection: psycopg.Connection, linker: Linker, first: int, last: int) -> Segment:
    """Verify the links numbered `first` to `last`, both counted; the first segment begins at 1.

    The link before them is believed: whoever joins segments compares it with the end of the one
    before. Reads row by row; more than 100,000 links at once make the database's sort spill.
    """
    before = _before(connection, first)
    if before is None:
        return Segment(first, last, "", "", first)
    wanted = {"first": first, "last": last, "format": BINARY}
    found = connection.execute(_RANGE, wanted).fetchone()
    assert found is not None
    whole, least, most = found[0] == last - first + 1, found[1], found[2]
    if whole:
        after, broken = _walk_binary(
            connection, linker, before, wanted | {"least": least, "most": most}
        )
    else:
        after, broken = _walk_any(connection, linker, before, wanted)
    return Segment(first, last, before.hex(), after.hex(), broken)


def _before(connection: psycopg.Connection, first: int) -> bytes | None:
    if first == 1:
        return GENESIS
    found = connection.execute(_BEFORE, (first - 1,)).fetchone()
    return bytes(found[0]) if found else None


def _walk_binary(
    connection: psycopg.Connection, linker: Linker, link: bytes, wanted: dict[str, int]
) -> tuple[bytes, int | None]:
    """All of the newest format and none missing, which was counted: only the hashes are left."""
    make = linker.link
    with connection.cursor() as cursor:
        for row in copying.read(cursor, _BINARY, wanted):
            link = make(link, row[_TOLD])
            if row[_HASH] != link:
                return link, int.from_bytes(row[_SEQ])
    return link, None


def _walk_any(
    connection: psycopg.Connection, linker: Linker, link: bytes, wanted: dict[str, int]
) -> tuple[bytes, int | None]:
    """Formats of before, and links that may be missing."""
    expected = wanted["first"]
    with connection.transaction(), connection.cursor(name="chain") as cursor:
        cursor.itersize = _AT_ONCE
        for seq, sealed, format_, told, *columns in cursor.execute(_ANY, wanted):
            link = linker.link(link, json_list(columns) if format_ == JSON_LIST else told)
            if seq != expected or columns[0] is None or not hmac.compare_digest(link, sealed):
                return link, expected
            expected += 1
    return link, expected if expected <= wanted["last"] else None


def json_list(columns: Sequence[Any]) -> bytes:
    """An event as it was told to the seals of format 0."""
    id_, at, province, letter, kind, actor, data = columns
    told = [id_, at.isoformat() if at else None, province, str(letter), kind, actor, data]
    return json.dumps(told, sort_keys=True, ensure_ascii=False).encode()
