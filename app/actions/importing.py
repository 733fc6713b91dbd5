"""Importing files of correspondence: repeatable, in batches, each batch one transaction.

Other processes fill the rows in, this one copies them into the tables, in the file's order.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import copying, copyrows
from app.actions import filling
from app.actions.filling import Batch, Filled, Form
from app.actions.filling import Rejected as Rejected
from app.actions.story import clock
from app.files import Record
from app.running.crew import in_order
from app.tools import Tools

BATCH = 1000
SCOPE = "import"
TRIES = 4

# Who comes second waits here until the first one is through; in the order of the keys, and then
# of the citizens, so that two imports never wait for each other.
_REMEMBER = text("""
insert into idempotency_keys (scope, key, province, request_hash, status, response, created_at)
select :scope, k.key, :province, '', 201, json_build_object('tracking_code', k.code), :now
from unnest(cast(:keys as text[]), cast(:codes as text[])) as k (key, code)
order by k.key
on conflict do nothing
returning key
""")

_CITIZENS = text("""
insert into citizens (id, province, national_id_index, national_id_sealed, created_at, seen_at)
select c.id, :province, c.index, c.sealed, :now, :now
from unnest(cast(:ids as uuid[]), cast(:indexes as bytea[]), cast(:sealed as bytea[]))
    as c (id, index, sealed)
order by c.index
on conflict (national_id_index) do update set seen_at = excluded.seen_at
returning national_id_index, id
""")


@dataclass(slots=True)
class Tally:
    read: int = 0
    registered: int = 0
    duplicates: int = 0
    rejected: list[Rejected] = field(default_factory=list)


def load(
    tools: Tools, rows: Iterable[Record], channel: str | None, processes: int = 1
) -> Iterator[Tally]:
    """Register every row once; yields the tally of each batch after its commit.

    A row is known by its `external_id`, or else by its content. Stopped anywhere, it can be
    run again. Calls in a file were taken elsewhere: they use no slot of the line. With more than
    one process, they are forked: this one has to be without threads. Raises BrokenProcessPool
    when one of them was ended; what was yielded before is registered.
    """
    fill = partial(filling.fill, tools)
    batches = _batches(tools, rows, channel)
    for first in batches:
        # Forked with the rules that decide now; and anew when others have been activated.
        alike = chain([first], _while_they_decide(tools, batches))
        for batch, form in in_order(fill, alike, processes):
            registered = register(tools, batch, form)
            duplicates = form.read - len(form.rejected) - registered
            yield Tally(form.read, registered, duplicates, form.rejected)


def _batches(tools: Tools, rows: Iterable[Record], channel: str | None) -> Iterator[Batch]:
    rest = iter(rows)
    while records := list(islice(rest, BATCH)):
        reference = tools.book.current()
        with tools.sessions() as session:
            now = clock(session)
        yield Batch(records, channel, now, reference)


def _while_they_decide(tools: Tools, batches: Iterator[Batch]) -> Iterator[Batch]:
    rules = tools.rules
    while tools.rules is rules and (batch := next(batches, None)) is not None:
        yield batch


def register(tools: Tools, batch: Batch, form: Form) -> int:
    """Write the letters that are not known yet, all or none; returns how many."""
    for attempt in range(TRIES):
        try:
            return _write(tools, batch, form.letters)
        except IntegrityError:
            # A random code was taken; filled in anew, all have others.
            if attempt == TRIES - 1:
                raise
            form = filling.fill(tools, batch)
    return 0


def _write(tools: Tools, batch: Batch, letters: Sequence[Filled]) -> int:
    with tools.sessions.begin() as session:
        common = {"province": tools.province, "now": batch.now}
        keys = {"keys": [one.key for one in letters], "codes": [o.tracking_code for o in letters]}
        new = set(session.scalars(_REMEMBER, common | keys | {"scope": SCOPE}))
        fresh = [one for one in letters if one.key in new]
        if fresh:
            _copy(session, fresh, _citizens(session, fresh, common))
    if fresh:
        tools.bell.ring()
    return len(fresh)


def _citizens(
    session: Session, letters: Sequence[Filled], common: Mapping[str, object]
) -> dict[bytes, UUID]:
    """The ids of all who wrote; who is known keeps the own one."""
    citizens = {one.citizen.found_by: one.citizen for one in letters}.values()
    rows = {
        "ids": [citizen.id for citizen in citizens],
        "indexes": [citizen.found_by for citizen in citizens],
        "sealed": [citizen.sealed for citizen in citizens],
    }
    return {bytes(index): id_ for index, id_ in session.execute(_CITIZENS, {**common, **rows})}


def _copy(session: Session, letters: Sequence[Filled], ids: Mapping[bytes, UUID]) -> None:
    start = copyrows.row(*[b""] * filling.FIELDS_OF_A_LETTER)  # how many fields there are
    rows = [
        part
        for one in letters
        for part in (start, copyrows.uuid(ids[one.citizen.found_by]), one.letter)
    ]
    with copying.driver(session) as connection, connection.cursor() as cursor:
        copying.write(cursor, filling.LETTERS, rows)
        copying.write(cursor, filling.REFERRALS, [one.referral for one in letters])
        copying.write(cursor, filling.EVENTS, [one.events for one in letters])
        copying.write(cursor, filling.RECEIPTS, [one.receipts for one in letters])
