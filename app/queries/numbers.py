"""Numbers for monitoring: by name, never about a person."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

_NUMBERS = text("""
select 'correspondences' as name, status as label, count(*) as n
from correspondences group by status
union all
select 'receipts', state, count(*) from receipts group by state
union all
select 'callbacks', state, count(*) from callbacks group by state
union all
select 'sms_line_stopped', provider, (stopped_at is not null)::int from sms_lines
union all
select 'call_slots_used', province, used from call_days
where day = (now() at time zone 'Asia/Tehran')::date
union all
select 'oldest_due_receipt_seconds', 'pending',
       coalesce(extract(epoch from now() - min(not_before)), 0)::bigint
from receipts where state = 'pending' and not_before <= now()
""")


def read(session: Session) -> Iterator[tuple[str, str, int]]:
    """(name, label, number) of each."""
    return ((row.name, row.label, row.n) for row in session.execute(_NUMBERS))
