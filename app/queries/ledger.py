"""The ledger: every correspondence has one owner and one state, and the sums prove it."""

from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import Json

_ON_DAY = "(:day is null or (c.registered_at at time zone 'Asia/Tehran')::date = :day)"

_STATES = text(f"""
select c.channel, c.owner_code, c.status, count(*) as n
from correspondences c where {_ON_DAY.replace(":day", "cast(:day as date)")}
group by c.channel, c.owner_code, c.status
""")  # noqa: S608 - a condition of our own

_RECEIVED = text(f"""
select count(*) from events e join correspondences c on c.id = e.correspondence_id
where e.kind = 'registered' and {_ON_DAY.replace(":day", "cast(:day as date)")}
""")  # noqa: S608 - a condition of our own

_RECEIPTS = text(f"""
select count(*) as due,
       count(*) filter (where r.message_id is not null) as sent,
       count(*) filter (where r.message_id is null) as owed
from receipts r join correspondences c on c.id = r.correspondence_id
where {_ON_DAY.replace(":day", "cast(:day as date)")}
""")  # noqa: S608 - a condition of our own

_CALLBACKS = text("""
select count(*) from callbacks
where state in ('waiting', 'offered')
  and (cast(:day as date) is null or (created_at at time zone 'Asia/Tehran')::date = :day)
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

    `received` is counted from the events, the rest from the correspondences themselves: two
    independent counts that must agree.
    """
    parameters = {"day": day}
    rows = session.execute(_STATES, parameters).all()
    sums = dict.fromkeys(("triage", "open", "answered", "closed", "merged"), 0)
    by_channel: dict[str, int] = dict.fromkeys(("letter", "electronic", "call"), 0)
    by_agency: dict[str, dict[str, int]] = {}
    for row in rows:
        place = _PLACE[row.status]
        sums[place] += row.n
        by_channel[row.channel] += row.n
        agency = by_agency.setdefault(row.owner_code, {"received": 0})
        agency["received"] += row.n
        agency[place] = agency.get(place, 0) + row.n
    received = session.execute(_RECEIVED, parameters).scalar_one()
    receipts = session.execute(_RECEIPTS, parameters).one()
    due_is_sent_or_owed = receipts.due == receipts.sent + receipts.owed
    return {
        "day": day.isoformat() if day else None,
        "received": received,
        **sums,
        "callbacks": session.execute(_CALLBACKS, parameters).scalar_one(),
        "receipts": {"due": receipts.due, "sent": receipts.sent, "owed": receipts.owed},
        "by_channel": by_channel,
        "by_agency": dict(sorted(by_agency.items())),
        "balanced": received == sum(sums.values()) and due_is_sent_or_owed,
    }
