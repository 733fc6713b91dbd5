"""The balance counted the long way, from every row: what the ledger's sums must always equal.

Not the view that the doctor uses: receipts `referred` are due from the history of referrals here.
"""

from datetime import date
from typing import Any

from sqlalchemy import text

from app.queries import ledger
from app.tools import Tools

_COUNT = text("""
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
owed as (
    select r.message_id from receipts r
    left join notices n on n.id = r.notice_id
    left join chosen on chosen.id = coalesce(r.correspondence_id, n.correspondence_id)
    left join noted on noted.id = r.callback_id
    where num_nonnulls(chosen.id, noted.id) = 1
)
select
    (select count(*) from events e join chosen on chosen.id = e.correspondence_id
      where e.kind = 'registered') as received,
    (select jsonb_object_agg(status, n)
       from (select status, count(*) as n from chosen group by 1) as s) as states,
    (select jsonb_object_agg(channel, n)
       from (select channel, count(*) as n from chosen group by 1) as s) as channels,
    (select jsonb_object_agg(owner_code, n)
       from (select owner_code, count(*) as n from chosen group by 1) as s) as owners,
    (select count(*) + count(answered_at) from chosen)
      + (select count(distinct f.correspondence_id) from referrals f
          join chosen on chosen.id = f.correspondence_id where f.agency_code <> 'triage')
      + (select count(*) from noted)
      + (select count(*) from notices n join chosen on chosen.id = n.correspondence_id) as due,
    (select count(message_id) from owed) as sent,
    (select count(*) from owed) - (select count(message_id) from owed) as owed,
    (select count(*) from noted where state in ('waiting', 'offered')) as callbacks
""")
_DAYS = text("""
select (registered_at at time zone 'Asia/Tehran')::date from correspondences
union select (created_at at time zone 'Asia/Tehran')::date from callbacks
""")


def assert_equal(tools: Tools) -> None:
    """The ledger says what a recount finds and balances, for all time and for each day."""
    with tools.sessions() as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        for day in (None, *session.scalars(_DAYS)):
            told = ledger.read(session, day)
            assert told["balanced"], told
            assert _brief(told) == _counted(session.execute(_COUNT, {"day": day}).one())


def days(tools: Tools) -> list[date]:
    with tools.sessions() as session:
        return sorted(session.scalars(_DAYS))


def _brief(told: dict[str, Any]) -> tuple[Any, ...]:
    places = tuple(told[name] for name in ("triage", "open", "answered", "closed", "merged"))
    channels = {name: n for name, n in told["by_channel"].items() if n}
    agencies = {name: one["received"] for name, one in told["by_agency"].items()}
    receipts = tuple(told["receipts"][name] for name in ("due", "sent", "owed"))
    return told["received"], places, channels, agencies, receipts, told["callbacks"]


def _counted(row: Any) -> tuple[Any, ...]:
    n = dict.fromkeys(("triage", "referred", "in_progress", "answered", "closed", "merged"), 0) | (
        row.states or {}
    )
    places = (
        n["triage"], n["referred"] + n["in_progress"], n["answered"], n["closed"], n["merged"],
    )  # fmt: skip
    receipts = (row.due, row.sent, row.owed)
    return row.received, places, row.channels or {}, row.owners or {}, receipts, row.callbacks
