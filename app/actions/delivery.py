"""Did it arrive? Callbacks are hints; the provider's own report decides."""

import json
from datetime import timedelta

from sqlalchemy import text

from app.actions.recording import LOCK_LETTERS
from app.db import at_once
from app.sending import FIRST
from app.tools import Tools
from sms.gateway import Gateway, Report, Unavailable, delivery

AT_ONCE = 500
LOOK_BACK = timedelta(hours=48)

_HINT = """
update receipts set poll_at = now()
where message_id = %(message_id)s and provider = %(provider)s
  and state in ('accepted', 'undelivered')
"""

# After 5 and 15 minutes, 1, 6, 24 and 47 hours; then the provider forgets.
_TAKE = text("""
with due as (
    select id from receipts
    where state in ('accepted', 'undelivered') and poll_at <= now() and provider = :provider
    order by poll_at limit :limit for update skip locked
)
update receipts r set poll_at = (
    select min(r.accepted_at + wait)
    from unnest(array['5 min', '15 min', '1 hour', '6 hours', '24 hours', '47 hours']::interval[])
        as wait
    where r.accepted_at + wait > now())
from due where r.id = due.id
returning r.message_id
""")

_RECORD = text("""
with report as (
    select * from jsonb_to_recordset(cast(:reports as jsonb))
        as x(message_id bigint, status int, state text)
),
changed as (
    update receipts r
    set provider_status = x.status, state = coalesce(x.state, r.state),
        poll_at = case when x.state is null then r.poll_at end
    from report x
    where r.message_id = x.message_id and r.provider = :provider
      and r.state in ('accepted', 'undelivered')
      and (r.state = 'accepted' or x.state = 'delivered')
    returning r.province, r.correspondence_id, r.callback_id, r.notice_id, r.stage, r.state,
              x.state is not null as final
)
insert into events (at, province, correspondence_id, kind, actor, data)
select now(), c.province, coalesce(c.correspondence_id, n.correspondence_id),
       'receipt_' || state, 'system',
       jsonb_strip_nulls(
           jsonb_build_object('stage', stage, 'callback', callback_id, 'notice', notice_id))
from changed c left join notices n on n.id = c.notice_id
where final
""")

_FINAL = {
    "delivered": "delivered",
    "undelivered": "undelivered",
    "failed": "failed",
    "blocked": "blocked",
    "cancelled": "failed",
}


def hint(tools: Tools, message_id: int) -> None:
    """The first provider, or who says so: this message's state changed, look soon. Unknown ids are
    no error."""
    at_once(tools.sessions, _HINT, {"message_id": message_id, "provider": FIRST})


def poll(tools: Tools, gateway: Gateway) -> int:
    """Ask about messages whose time has come; returns how many. A final state stays final,
    except that `undelivered` may still become `delivered`."""
    with tools.sessions.begin() as session:
        ids = session.execute(_TAKE, {"limit": AT_ONCE, "provider": gateway.name}).scalars().all()
    if not ids:
        return 0
    try:
        reports = gateway.statuses(ids)
    except Unavailable:
        return len(ids)  # the next time is already set
    rows = [_row(message_id, report) for message_id, report in reports.items()]
    with tools.sessions.begin() as session:
        session.execute(LOCK_LETTERS, {"ids": [], "messages": list(reports)})
        session.execute(_RECORD, {"reports": json.dumps(rows), "provider": gateway.name})
    return len(ids)


def _row(message_id: int, report: Report) -> dict[str, object]:
    state = _FINAL.get(delivery(report.status))
    return {"message_id": message_id, "status": report.status, "state": state}
