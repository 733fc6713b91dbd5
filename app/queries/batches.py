"""Boxes of paper: envelopes, scans and records side by side. Counted each time, never kept."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.models.paper import Batch

PAGE = 15
LETTERS = 100
OFFERED = 50

_COUNTED = """
select b.number, b.box, b.received_on, b.envelopes, b.opened_by, b.opened_at, b.closed_by,
       b.closed_at, b.closing_reason, n.records, n.scanned, n.files
from {these} b cross join lateral (
    select count(*) as records, count(*) filter (where s.files > 0) as scanned,
           coalesce(sum(s.files), 0)::int as files
    from correspondences c cross join lateral (
        select count(*) as files from attachments a
        where a.correspondence_id = c.id and a.kind = 'scan'
    ) s
    where c.batch_id = b.id
) n
order by b.closed_at is not null, b.opened_at desc, b.number
"""
_PAGE = text(
    _COUNTED.format(
        these="(select * from batches where province = :province "
        "order by closed_at is not null, opened_at desc, number limit :limit offset :skip)"
    )
)
_ONE = text(
    _COUNTED.format(these="(select * from batches where province = :province and number = :number)")
)
_OPEN = text("""
select number, box, received_on from batches
where province = :province and closed_at is null order by opened_at desc limit :limit
""")
_NUMBERS = text("select number from batches where province = :province and number like :like")
_LETTERS = text("""
select c.tracking_code, c.status, c.owner_code, c.registered_at,
       (select count(*) from attachments a where a.correspondence_id = c.id and a.kind = 'scan')
           as scans
from correspondences c join batches b on b.id = c.batch_id
where b.province = :province and b.number = :number and (not :bare or not exists (
    select 1 from attachments a where a.correspondence_id = c.id and a.kind = 'scan'))
order by c.registered_at desc, c.id desc limit :limit offset :skip
""")
_OF_LETTER = text("select number from batches where id = :id")


@dataclass(frozen=True, slots=True)
class Box:
    """A box with what was counted; `scanned` letters have at least one scan."""

    number: str
    box: str
    received_on: date
    envelopes: int
    opened_by: str
    opened_at: Any
    closed_by: str | None
    closed_at: Any
    closing_reason: str | None
    records: int
    scanned: int
    files: int

    @property
    def missing(self) -> int:
        """Envelopes that are not registered; negative where more came out of the box."""
        return self.envelopes - self.records

    @property
    def bare(self) -> int:
        """Letters without a scan."""
        return self.records - self.scanned

    @property
    def even(self) -> bool:
        return self.missing == 0 and self.bare == 0


def page(session: Session, province: str, number: int) -> tuple[list[Box], bool]:
    """The boxes of a page (from 0), the open ones first, then the latest; and whether more come."""
    values = {"province": province, "limit": PAGE + 1, "skip": number * PAGE}
    rows = [Box(*row) for row in session.execute(_PAGE, values)]
    return rows[:PAGE], len(rows) > PAGE


def one(session: Session, province: str, number: str) -> Box | None:
    row = session.execute(_ONE, {"province": province, "number": number}).first()
    return Box(*row) if row else None


def counts(session: Session, batch: Batch) -> Box:
    """What a box holds now, as its closing counts it."""
    row = session.execute(_ONE, {"province": batch.province, "number": batch.number}).one()
    return Box(*row)


def offered(session: Session, province: str) -> Sequence[Any]:
    """The open boxes a letter may be registered into, the latest first."""
    return session.execute(_OPEN, {"province": province, "limit": OFFERED}).all()


def letters(session: Session, province: str, number: str, part: tuple[int, bool]) -> Sequence[Any]:
    """The letters of a box, the latest first: a page (from 0), all or those without a scan. One
    more than a page is read, so that one sees whether there are more."""
    at, bare = part
    values = {"province": province, "number": number, "bare": bare}
    return session.execute(_LETTERS, values | {"limit": LETTERS + 1, "skip": at * LETTERS}).all()


def proposed(session: Session, province: str, day: str) -> str:
    """The next number of a day, «1405-09-01-1»; `day` is written the Jalali way."""
    like = {"province": province, "like": f"{day}-%"}
    last = re.compile(re.escape(day) + r"-([0-9]{1,6})")
    found = (last.fullmatch(row.number) for row in session.execute(_NUMBERS, like))
    return f"{day}-{max((int(each[1]) for each in found if each), default=0) + 1}"


def number_of(session: Session, batch: UUID | None) -> str | None:
    """The number of the box that a letter came in."""
    return None if batch is None else session.scalar(_OF_LETTER, {"id": batch})
