"""The ledger: every correspondence has one owner and one state, and the sums prove it."""

from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import Json

# One statement, so that all sums are of the same moment, whatever is being written meanwhile.
_BALANCE = text("""
with booked as (
    select * from ledger_sums where day = coalesce(cast(:day as date), '-infinity')
    union all
    select * from ledger_entries where cast(:day as date) is null or day = :day
)
select channel, owner_code, status, sum(letters)::bigint as letters,
       sum(received)::bigint as received, sum(waiting)::bigint as waiting,
       sum(receipts)::bigint as receipts, sum(sent)::bigint as sent,
       sum(letters + referred + answered + callbacks + notices)::bigint as due
from booked group by channel, owner_code, status
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
    """The balance of one Tehran day of registration, or of all time: all that is committed.

    Kept from sources of their own: `received` from the events and where they stand from the
    correspondences; receipts `due` from what has happened to letters and calls, sent and owed from
    the outbox. Receipts belong to the day of their letter or call-back.
    """
    rows = session.execute(_BALANCE, {"day": day}).all()
    sums = dict.fromkeys(("triage", "open", "answered", "closed", "merged"), 0)
    by_channel: dict[str, int] = dict.fromkeys(("letter", "electronic", "call"), 0)
    by_agency: dict[str, dict[str, int]] = {}
    for row in rows:
        if row.letters:
            place, n = _PLACE[row.status], row.letters
            sums[place] += n
            by_channel[row.channel] += n
            agency = by_agency.setdefault(row.owner_code, {"received": 0})
            agency["received"] += n
            agency[place] = agency.get(place, 0) + n
    received, due, outbox, sent, waiting = (
        sum(getattr(row, name) for row in rows)
        for name in ("received", "due", "receipts", "sent", "waiting")
    )
    return {
        "day": day.isoformat() if day else None,
        "received": received,
        **sums,
        "callbacks": waiting,
        "receipts": {"due": due, "sent": sent, "owed": outbox - sent},
        "by_channel": by_channel,
        "by_agency": dict(sorted(by_agency.items())),
        "balanced": received == sum(sums.values()) and due == outbox,
    }
