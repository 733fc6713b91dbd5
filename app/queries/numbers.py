"""Numbers for monitoring: by name, never about a person."""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.models.receipt import OWED
from app.queries import alarms, line

_NUMBERS = text("""
select 'correspondences' as name, status as label, count(*) as n
from correspondences group by status
union all
select 'receipts', state, count(*) from receipts group by state
union all
select 'callbacks', state, count(*) from callbacks group by state
union all
select 'call_slots_used', province, used from call_days
where day = (now() at time zone 'Asia/Tehran')::date
union all
select 'oldest_due_receipt_seconds', 'pending',
       coalesce(extract(epoch from now() - min(not_before)), 0)::bigint
from receipts where state = 'pending' and not_before <= now()
""")


def read(session: Session) -> Iterator[tuple[str, str, int]]:
    """(name, label, number) of each. Those of the SMS line and its alarms are there when 0, too."""
    for row in session.execute(_NUMBERS):
        yield row.name, row.label, row.n
    for found in line.lines(session):
        yield "sms_line_stopped", found.provider, int(found.stopped_at is not None)
        yield "sms_account_worries", found.provider, len(found.worries)
    waiting = line.waiting(session)
    for state in OWED:
        yield "receipts_owed", state, waiting.owed.get(state, 0)
    ringing = Counter(alarm.kind for alarm in alarms.read(session))
    for kind in alarms.KINDS:
        yield "alarms", kind, ringing[kind]
