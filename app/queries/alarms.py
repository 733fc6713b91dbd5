"""What a person must look after now: each alarm with its cause, since when, and what comes next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import Json
from app.sending import FIRST

Kind = Literal["line_stopped", "account", "delayed", "in_vain", "doorbell_misused", "no_room"]
KINDS: tuple[Kind, ...] = (
    "line_stopped", "account", "delayed", "in_vain", "doorbell_misused", "no_room",
)  # fmt: skip

# Each part from an index of few rows. Eight tries with their growing pauses are half an hour
# (actions/verdicts); after midnight the poller has ten minutes to find new days for call-backs.
_READ = text("""
with first_line as (
    select bool_or(stopped_at is not null or unfit is not null) as shut,
           max(quiet_until) as quiet_until
    from sms_lines where provider = :first
),
oldest as (
    select greatest(min(r.not_before), (select quiet_until from first_line)) as due_at
    from receipts r where r.state = 'pending' and r.not_before <= now()
),
tried as (
    select provider, reason, created_at from receipts
    where state = 'pending' and attempts >= 8
      and not_before > now() and not_before < now() + interval '20 minutes'
    order by not_before limit 1
)
select 1 as place, 'line_stopped' as kind, provider as of, reason, stopped_at as since,
       probe_at as next_at
from sms_lines where stopped_at is not null
union all
select 2, 'account', l.provider, w.worry, l.checked_at, null
from sms_lines l cross join unnest(string_to_array(l.worries, ', ')) as w(worry)
union all
select 3, 'delayed', :first, null, due_at, null from oldest
where due_at < now() - interval '30 minutes'
  and (select shut from first_line) is not true
union all
select 4, 'in_vain', provider, reason, created_at, null from tried
union all
select 5, 'doorbell_misused', '', null, max(at), null from events
where kind = 'doorbell_misused' and at > now() - interval '24 hours'
having count(*) > 0
union all
select 6, 'no_room', '', null, (min(due_on) + 1)::timestamp at time zone 'Asia/Tehran', null
from callbacks
where state in ('waiting', 'offered')
  and due_on < ((now() - interval '10 minutes') at time zone 'Asia/Tehran')::date
having count(*) > 0
order by place, of, since
""")


@dataclass(frozen=True, slots=True)
class Alarm:
    """`of` names the provider, or is empty. `reason` is what the provider said of a stopped line,
    or a worry about its account. `next_at` is the next try of a stopped line."""

    kind: Kind
    of: str
    reason: str | None
    since: datetime | None
    next_at: datetime | None


def read(session: Session) -> tuple[Alarm, ...]:
    """All that is wrong now, the worst first; empty when all is well. No identity data."""
    rows = session.execute(_READ, {"first": FIRST})
    return tuple(Alarm(row.kind, row.of, row.reason, row.since, row.next_at) for row in rows)


def as_json(alarm: Alarm) -> Json:
    """For programs; instants in ISO 8601."""
    return {
        "kind": alarm.kind,
        "of": alarm.of,
        "reason": alarm.reason,
        "since": alarm.since.isoformat() if alarm.since else None,
        "next_at": alarm.next_at.isoformat() if alarm.next_at else None,
    }
