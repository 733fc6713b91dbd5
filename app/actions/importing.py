"""Importing files of correspondence: repeatable, in batches, each batch one transaction."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app import door
from app.actions import entering, registration
from app.actions.story import clock
from app.actors import SYSTEM
from app.door import Invalid, NewCorrespondence
from app.files import Record
from app.tools import Tools

BATCH = 250
SCOPE = "import"
TRIES = 4

_KNOWN = text("select key from idempotency_keys where scope = :scope and key = any(:keys)")

_REMEMBER = text("""
insert into idempotency_keys (scope, key, province, request_hash, status, response, created_at)
values (:scope, :key, :province, :hash, 201, cast(:response as json), :now)
""")


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not registered, and why: field → code."""

    line: int
    reasons: dict[str, str]


@dataclass(slots=True)
class Tally:
    read: int = 0
    registered: int = 0
    duplicates: int = 0
    rejected: list[Rejected] = field(default_factory=list)


def load(tools: Tools, rows: Iterable[Record], channel: str | None) -> Iterator[Tally]:
    """Register every row once; yields the tally of each batch after its commit.

    A row is known by its `external_id`, or else by its content. Stopped anywhere, it can be
    run again. Calls in a file were taken elsewhere: they use no slot of the line.
    """
    rest = iter(rows)
    while batch := list(islice(rest, BATCH)):
        tally = Tally(read=len(batch))
        ready: dict[str, NewCorrespondence] = {}
        for key, new in _ready(tools, batch, channel, tally):
            ready.setdefault(key, new)  # of two rows with one key the first counts, as over batches
        tally.duplicates = len(batch) - len(tally.rejected) - len(ready)
        registered = _register(tools, ready)
        tally.registered = registered
        tally.duplicates += len(ready) - registered
        yield tally


def _ready(
    tools: Tools, batch: list[Record], channel: str | None, tally: Tally
) -> Iterator[tuple[str, NewCorrespondence]]:
    now = datetime.now(UTC)
    for record in batch:
        if record.payload is None:
            tally.rejected.append(Rejected(record.line, {"": "not-a-record"}))
            continue
        payload = dict(record.payload)
        if channel:
            payload["channel"] = channel
        try:
            new = door.parse(payload, now)
        except Invalid as invalid:
            reasons = {fault.field: fault.code for fault in invalid.faults}
            tally.rejected.append(Rejected(record.line, reasons))
        else:
            yield _key(tools, record, payload), new


def _key(tools: Tools, record: Record, payload: dict[str, Any]) -> str:
    """A keyed hash, because the number of another system may well be the national ID."""
    kind, known_by = ("id", record.external_id) if record.external_id else ("content", payload)
    return f"{kind}:{tools.vault.index('import', json.dumps(known_by, sort_keys=True)).hex()}"


def _register(tools: Tools, ready: dict[str, NewCorrespondence]) -> int:
    for attempt in range(TRIES):
        try:
            return _write(tools, ready)
        except IntegrityError:
            # Another import of the same rows was quicker; look again.
            if attempt == TRIES - 1:
                raise
    return 0


def _write(tools: Tools, ready: dict[str, NewCorrespondence]) -> int:
    reference = tools.book.current()
    with tools.sessions.begin() as session:
        known = set(session.scalars(_KNOWN, {"scope": SCOPE, "keys": list(ready)}))
        fresh = {key: new for key, new in ready.items() if key not in known}
        if not fresh:
            return 0
        now = clock(session)
        made = {
            key: registration.compose(
                tools, registration.route(tools, new, reference), now, through="import"
            )
            for key, new in fresh.items()
        }
        entering.write(session, list(made.values()), SYSTEM)
        common = {"scope": SCOPE, "province": tools.province, "now": now, "hash": b""}
        remembered = [
            common | {"key": key, "response": json.dumps({"tracking_code": r.tracking_code})}
            for key, r in made.items()
        ]
        session.execute(_REMEMBER, remembered)
    tools.bell.ring()
    return len(fresh)
