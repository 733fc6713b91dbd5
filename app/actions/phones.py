"""No telephone is flooded: so many receipts on one Tehran day; the letters themselves are kept."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.tools import Tools

REASON = "the day's limit of this phone"
KEPT_DAYS = 8

# Sorted, so that two workers never wait for each other's phones.
_COUNT = text("""
insert into phone_days as p (mobile_index, day, province, asked)
select mobile_index, day, :province, asked
from unnest(cast(:indexes as bytea[]), cast(:days as date[]), cast(:asked as int[]))
    as wanted(mobile_index, day, asked)
order by mobile_index, day
on conflict (mobile_index, day) do update set asked = p.asked + excluded.asked
returning mobile_index, day, asked
""")

_FORGET = text("""
delete from phone_days
where day < (now() at time zone 'Asia/Tehran')::date - make_interval(days => :days)
""")


def over_the_limit(session: Session, tools: Tools, rows: Sequence[Row[Any]]) -> set[UUID]:
    """Count what was claimed for the first time; which of it is too much for its phone today."""
    limit = tools.sending.per_phone
    wanted: dict[tuple[bytes, Any], list[UUID]] = defaultdict(list)
    for row in rows:
        if row.fresh and limit:
            wanted[bytes(row.mobile_index), row.counted_on].append(row.id)
    if not wanted:
        return set()
    counted = session.execute(
        _COUNT,
        {
            "province": tools.province,
            "indexes": [index for index, _ in wanted],
            "days": [day for _, day in wanted],
            "asked": [len(ids) for ids in wanted.values()],
        },
    )
    over: set[UUID] = set()
    for index, day, asked in counted:
        ids = wanted[bytes(index), day]
        room = max(0, limit - (asked - len(ids)))
        over.update(ids[room:])
    return over


def forget(tools: Tools) -> int:
    """Drop the counts of days long gone; returns 0, for there is never a reason to hurry."""
    with tools.sessions.begin() as session:
        session.execute(_FORGET, {"days": KEPT_DAYS})
    return 0
