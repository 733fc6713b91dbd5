"""The invariants of the system, each a query that must find nothing; and that the rules load."""

from collections.abc import Callable

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import Json
from app.queries import rules, sums

UNFIT_RULES = "active rule set that does not load"

_EACH: dict[str, str] = {
    "letter without exactly one open owner": """
        select c.id from correspondences c
        left join referrals r on r.correspondence_id = c.id and r.ended_at is null
        where c.status not in ('closed', 'merged')
        group by c.id
        having count(r.id) <> 1 or min(r.agency_code) <> c.owner_code""",
    "closed letter with an open referral": """
        select c.id from correspondences c
        join referrals r on r.correspondence_id = c.id and r.ended_at is null
        where c.status in ('closed', 'merged')""",
    "letter waiting at an inactive agency": """
        select c.id from correspondences c join agencies a on a.code = c.owner_code
        where not a.active and c.status in ('triage', 'referred', 'in_progress')""",
    "receipt waiting though the stage before is settled": """
        select r.id from receipts r
        where r.state = 'pending' and r.not_before = 'infinity'
          and not exists (
            select from receipts a where a.correspondence_id = r.correspondence_id
              and array_position(array['registered', 'referred', 'answered'], a.stage)
                < array_position(array['registered', 'referred', 'answered'], r.stage)
              and a.state in ('pending', 'sending', 'unknown', 'held'))""",
    "receipt in doubt for half an hour": """
        select r.id from receipts r
        where r.state in ('sending', 'unknown')
          and greatest(r.created_at, r.not_before) < now() - interval '30 minutes'
          and not exists (select from sms_lines l where l.stopped_at is not null)""",
    # A backlog that is being worked off is no violation; one that stands still is.
    "receipt due for half an hour while nothing is being sent": """
        select r.id from receipts r
        where r.state = 'pending' and r.not_before <> 'infinity'
          and greatest(r.created_at, r.not_before) < now() - interval '30 minutes'
          and not exists (select from sms_lines l
                          where l.stopped_at is not null or l.unfit is not null
                             or l.quiet_until > now() - interval '30 minutes')
          -- reads all receipts, and only if there is one that is due
          and case when r.attempts >= 0 then not exists (
            select from receipts a where a.last_attempt_at > now() - interval '5 minutes') end""",
    "receipt due for a day though others are being sent": """
        select r.id from receipts r
        where r.state = 'pending' and r.not_before < now() - interval '1 day'
          and not exists (select from sms_lines l where l.stopped_at is not null
                             or l.unfit is not null)""",
    "call-back without its receipt noted": """
        select b.id from callbacks b
        where not exists (select from receipts r
                          where r.callback_id = b.id and r.stage = 'noted')""",
    "notice without its receipt": """
        select n.id from notices n
        where not exists (select from receipts r where r.notice_id = n.id and r.stage =
                          case n.kind when 'question' then 'asked' else 'paused' end)""",
    "SMS that nobody is owed, standing still for half an hour": """
        select m.id from messages m
        where m.state = 'sending' and m.lease_until < now() - interval '30 minutes'
           or m.state = 'pending' and m.expires_at < now() - interval '30 minutes'""",
    "call day over its cap": """
        select day from call_days where used + held > cap""",
    "call day whose held slots are not its call-backs": """
        select coalesce(d.day, c.due_on) from call_days d
        full join (select province, due_on, count(*) as waiting from callbacks
                   where state in ('waiting', 'offered') group by province, due_on) c
               on c.province = d.province and c.due_on = d.day
        where coalesce(d.held, 0) <> coalesce(c.waiting, 0)""",
    "call-back of a day gone by": """
        select id from callbacks where state in ('waiting', 'offered')
          and due_on < (now() at time zone 'Asia/Tehran')::date - 1""",
    "letter without its event registered": """
        select c.id from correspondences c
        where not exists (select from events e
                          where e.correspondence_id = c.id and e.kind = 'registered')""",
    "letter whose last referral has no event": """
        select c.id from correspondences c
        join referrals r on r.correspondence_id = c.id and r.ended_at is null
        where not exists (select from events e
                          where e.correspondence_id = c.id and e.at = r.opened_at
                            and e.kind in ('routed', 'referred', 'returned', 'objected'))""",
    "merged letter without the one of the same citizen that stands for it": """
        select c.id from correspondences c where c.status = 'merged' and c.merged_into is null
        union all
        select c.id from correspondences c left join correspondences o on o.id = c.merged_into
        where c.merged_into is not null
          and (c.status <> 'merged' or o.id is null or o.id = c.id
               or o.citizen_id <> c.citizen_id)""",
    "event not sealed after two minutes": """
        select e.id from events e
        where e.at < now() - interval '2 minutes'
          and not exists (select from event_seals s where s.event_id = e.id)""",
}


# What is true of each letter and its receipts: condition → how often it must not hold. They are
# asked together, because letters and receipts are the largest tables and are read once for all.
_OF_LETTERS: dict[str, str] = {
    "letter without its receipt registered": "count(*) filter (where one.id is null)",
    "letter referred without its receipt referred": """count(*) filter (
        where two.id is null and c.status in ('referred', 'in_progress', 'answered'))""",
    "letter answered without its receipt answered": """count(*) filter (
        where three.id is null and c.answered_at is not null)""",
    "receipt accepted before the one of the stage before": """
        count(*) filter (where one.accepted_at > two.accepted_at
                            or one.unsettled and two.accepted_at is not null)
        + count(*) filter (where one.accepted_at > three.accepted_at
                              or one.unsettled and three.accepted_at is not null)
        + count(*) filter (where two.accepted_at > three.accepted_at
                              or two.unsettled and three.accepted_at is not null)""",
    "letter whose paused days are not those of its pauses": """count(*) filter (
        where c.paused_days <> coalesce(p.days, 0))""",
    "citizen's own letter without its proved mobile": """count(*) filter (
        where c.source = 'citizen' and k.correspondence_id is null)""",
    "rule set unknown": "count(*) filter (where s.version is null)",
}
_LETTERS = """
from correspondences c
left join stages one on one.id = c.id and one.stage = 'registered'
left join stages two on two.id = c.id and two.stage = 'referred'
left join stages three on three.id = c.id and three.stage = 'answered'
left join phone_checks k on k.correspondence_id = c.id and k.mobile_index = c.mobile_index
left join rule_sets s on s.version = c.rules_version
left join (select correspondence_id as id, sum(days) as days from notices
           where kind = 'pause' group by correspondence_id) p on p.id = c.id
"""
_STAGES = """
select correspondence_id as id, stage, accepted_at, message_id,
       state in ('pending', 'sending', 'unknown', 'held') as unsettled
from receipts
"""

# The same reading counts each day's calls, and the letters' part of the ledger's recount.
_DAYS = "call day whose count is not its calls"
_WRONG_DAYS = """(
    select count(*) from call_days d
    full join (select province, call_day, sum(letters) as calls from found
               where call_day is not null group by province, call_day) c
           on c.province = d.province and c.call_day = d.day
    where coalesce(d.used, 0) <> coalesce(c.calls, 0))
"""
_SUMS = "sums of the ledger that differ from a recount"

CHECKS = (*_EACH, *_OF_LETTERS, _DAYS, _SUMS)

# Hash joins of millions of rows by several processes, in memory; no time limit.
_SETTINGS = (
    "statement_timeout = 0",
    "work_mem = '64MB'",
    "max_parallel_workers_per_gather = 3",
    "random_page_cost = 1.1",
    "jit = off",
)


def examine(session: Session, progress: Callable[[str], None] = lambda _: None) -> Json:
    """`{"ok", "violations", "checks": {name: count}}`; every count must be 0.

    Reads everything, millions of letters in less than a minute, with a memory of our own that does
    not grow. `progress` is told the name of what is looked at now. Changes the settings of the
    session's transaction.
    """
    for setting in _SETTINGS:
        session.execute(text(f"set local {setting}"))
    counts: dict[str, int] = {}
    for name, check in _EACH.items():
        progress(name)
        found = text(f"select count(*) from ({check}) as found")  # noqa: S608 - our own table of checks
        counts[name] = session.execute(found).scalar_one()
    progress("letters and their receipts")
    counts |= _of_letters(session)
    counts[UNFIT_RULES] = int(rules.fault(session) is not None)
    violations = sum(counts.values())
    return {"ok": violations == 0, "violations": violations, "checks": counts}


def _of_letters(session: Session) -> dict[str, int]:
    counted = ", ".join(f"{count} as c{n}" for n, count in enumerate(_OF_LETTERS.values()))
    summed = ", ".join(f"coalesce(sum(c{n}), 0)::bigint" for n in range(len(_OF_LETTERS)))
    row = session.execute(
        text(f"""
        with stages as not materialized ({_STAGES}),
        found as materialized (
            select {sums.OF_LETTERS}, c.call_day, {counted} {_LETTERS}
            group by 1, 2, 3, 4, 5, c.call_day),
        {sums.COMPARED}
        select {summed}, {_WRONG_DAYS}, (select count(*) from different) from found""")  # noqa: S608 - our own table of checks
    ).one()
    return dict(zip((*_OF_LETTERS, _DAYS, _SUMS), row, strict=True))
