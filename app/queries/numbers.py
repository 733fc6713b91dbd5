"""Numbers for monitoring: by name, never about a person."""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.models.receipt import OWED
from app.queries import alarms, line

# From the ledger's sums and from partial indexes: what is settled is counted nowhere row by row.
_NUMBERS = text("""
with booked as (
    select status, letters, callbacks - waiting as settled, sent from ledger_sums
    where day = '-infinity'
    union all
    select status, letters, callbacks - waiting, sent from ledger_entries
)
select 'correspondences' as name, status as label, sum(letters)::bigint as n
from booked where status <> '' group by status having sum(letters) <> 0
union all
select 'receipts', 'sent', coalesce(sum(sent), 0)::bigint from booked
union all
select 'receipts', 'pending', count(*) from receipts where state = 'pending'
union all
select 'receipts', state, count(*) from receipts where state in ('sending', 'unknown')
group by state
union all
select 'callbacks', 'settled', coalesce(sum(settled), 0)::bigint from booked
union all
select 'callbacks', state, count(*) from callbacks where state in ('waiting', 'offered')
group by state
union all
select 'call_slots_used', province, used from call_days
where day = (now() at time zone 'Asia/Tehran')::date
union all
select 'oldest_due_receipt_seconds', 'pending',
       coalesce(extract(epoch from now() - min(not_before)), 0)::bigint
from receipts where state = 'pending' and not_before <= now()
""")


def read(session: Session) -> Iterator[tuple[str, str, int]]:
    """(name, label, number) of each. Those of the SMS line and its alarms are there when 0, too.

    Receipts: waiting by state, and all that were ever sent; those owed to a person have a name of
    their own. Call-backs: waiting by state, and settled.
    """
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
