"""The ledger: every correspondence has one owner and one state, and the sums prove it."""

from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import Json

# One statement, so that all counts are of the same moment, whatever is being written meanwhile.
_BALANCE = text("""
with asked as (select cast(:day as date) as day),
chosen as (
    select c.id, c.channel, c.owner_code, c.status, c.answered_at
    from correspondences c, asked
    where asked.day is null or (c.registered_at at time zone 'Asia/Tehran')::date = asked.day
),
noted as (
    select b.id, b.state from callbacks b, asked
    where asked.day is null or (b.created_at at time zone 'Asia/Tehran')::date = asked.day
),
due as (
    select r.message_id from receipts r join chosen on chosen.id = r.correspondence_id
    union all
    select r.message_id from receipts r join noted on noted.id = r.callback_id
    union all
    select r.message_id from receipts r
    join notices n on n.id = r.notice_id join chosen on chosen.id = n.correspondence_id
),
states as (
    select channel, owner_code, status, count(*) as n
    from chosen group by channel, owner_code, status
)
select
    (select coalesce(jsonb_agg(states), '[]') from states) as states,
    (select count(*) from events e join chosen on chosen.id = e.correspondence_id
      where e.kind = 'registered') as received,
    (select count(*) + count(answered_at) from chosen)
      + (select count(distinct f.correspondence_id) from referrals f
          join chosen on chosen.id = f.correspondence_id
          where f.agency_code <> 'triage')
      + (select count(*) from noted)
      + (select count(*) from notices n join chosen on chosen.id = n.correspondence_id) as due,
    (select count(*) from due where message_id is not null) as sent,
    (select count(*) from due where message_id is null) as owed,
    (select count(*) from noted where state in ('waiting', 'offered')) as callbacks
""")

_PLACE = {
    "triage": "triage",
    "referred": "open",
    "in_progress": "open",
    "answered": "answered",
    "closed": "closed",
    "merged": "merged",
}


def read(session: Session, day: date | None) -> Json:
    """The balance of one Tehran day of registration, or of all time.

    Counted twice and independently: `received` from the events and where they stand from the
    correspondences; receipts `due` from what has happened to them, sent and owed from the outbox.
    """
    row = session.execute(_BALANCE, {"day": day}).one()
    sums = dict.fromkeys(("triage", "open", "answered", "closed", "merged"), 0)
    by_channel: dict[str, int] = dict.fromkeys(("letter", "electronic", "call"), 0)
    by_agency: dict[str, dict[str, int]] = {}
    for state in row.states:
        place, n = _PLACE[state["status"]], state["n"]
        sums[place] += n
        by_channel[state["channel"]] += n
        agency = by_agency.setdefault(state["owner_code"], {"received": 0})
        agency["received"] += n
        agency[place] = agency.get(place, 0) + n
    return {
        "day": day.isoformat() if day else None,
        "received": row.received,
        **sums,
        "callbacks": row.callbacks,
        "receipts": {"due": row.due, "sent": row.sent, "owed": row.owed},
        "by_channel": by_channel,
        "by_agency": dict(sorted(by_agency.items())),
        "balanced": row.received == sum(sums.values()) and row.due == row.sent + row.owed,
    }
