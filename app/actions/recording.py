"""Recording: what the provider said, by fence; and the next receipt is set free."""

import json
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.actions import line, verdicts
from app.actions.verdicts import Verdict
from app.sending import FIRST
from app.tools import Tools

# `first_attempt_at` is of the first one that may have left this machine: one that surely has not
# (pending again, straight from sending) is forgotten, so that a long outage makes nothing too old.
_RECORD = text("""
with verdict as (
    select * from jsonb_to_recordset(cast(:verdicts as jsonb)) as v(
        id uuid, fence uuid, state text, message_id bigint, status int, cost int, reason text,
        wait_seconds float, refund int, asked int)
),
changed as (
    update receipts r
    set state = v.state, fence = null, reason = v.reason, attempts = r.attempts - v.refund,
        look_ups = r.look_ups + v.asked,
        first_attempt_at = case when v.state = 'pending' and r.state = 'sending'
            then nullif(r.first_attempt_at, r.last_attempt_at) else r.first_attempt_at end,
        message_id = coalesce(v.message_id, r.message_id),
        provider_status = coalesce(v.status, r.provider_status), cost = coalesce(v.cost, r.cost),
        not_before = case when v.state = 'pending'
            then now() + make_interval(secs => v.wait_seconds) else r.not_before end,
        lease_until = case when v.state = 'unknown'
            then now() + make_interval(secs => v.wait_seconds) end,
        poll_at = case when v.state = 'accepted' then now() + interval '5 minutes' end,
        accepted_at = case when v.state = 'accepted' then now() else r.accepted_at end,
        settled_at = case when v.state in ('accepted', 'rejected', 'suppressed') then now() end
    from verdict v
    where r.id = v.id and r.fence = v.fence and r.state in ('sending', 'unknown')
    returning r.province, r.correspondence_id, r.callback_id, r.notice_id, r.stage, r.state,
              r.reason
),
story as (
    insert into events (at, province, correspondence_id, kind, actor, data)
    select now(), c.province, coalesce(c.correspondence_id, n.correspondence_id),
           'receipt_' || state, 'system',
           jsonb_strip_nulls(jsonb_build_object('callback', callback_id, 'notice', notice_id))
             || jsonb_build_object('stage', stage, 'reason', reason)
    from changed c left join notices n on n.id = c.notice_id
)
select correspondence_id from changed
where correspondence_id is not null and state in ('accepted', 'rejected', 'suppressed')
""")

# Letters before receipts, as at the desks: events point to the letter, and who locked the receipt
# first would wait for a desk that waits for the receipt.
LOCK_LETTERS = text("""
select c.id from correspondences c
where c.id in (
    select coalesce(r.correspondence_id, n.correspondence_id)
    from receipts r left join notices n on n.id = r.notice_id
    where r.id = any(:ids) or r.message_id = any(:messages))
order by c.id for key share
""")

_RELEASE = text("""
update receipts r set not_before = now()
where r.correspondence_id = any(:letters) and r.state = 'pending' and r.not_before = 'infinity'
""")


def record(tools: Tools, batch: Sequence[Verdict], provider: str = FIRST) -> None:
    """Write down what the provider said; a verdict whose fence is old changes nothing.

    When a receipt is settled the one of the next stage is set free in the same transaction.
    """
    try:
        with tools.sessions.begin() as session:
            _write(session, batch)
            line.note(session, batch, tools, provider)
    except IntegrityError:
        if len(batch) > 1:
            for verdict in batch:
                record(tools, [verdict], provider)
        elif batch[0].state == "accepted":
            known = "the provider's message id is already known"
            record(tools, [verdicts.held(batch[0], known)], provider)
        else:
            raise


def _write(session: Session, batch: Sequence[Verdict]) -> None:
    session.execute(LOCK_LETTERS, {"ids": [verdict.id for verdict in batch], "messages": []})
    rows = json.dumps([verdict.row for verdict in batch], default=str, ensure_ascii=False)
    letters = session.execute(_RECORD, {"verdicts": rows}).scalars().all()
    if letters:
        release(session, letters)


def release(session: Session, letters: Sequence[UUID]) -> None:
    """Set the next receipts of these letters free, one of whose receipts is settled.

    In a statement of its own: it must see receipts that were committed after that one began.
    """
    session.execute(_RELEASE, {"letters": list(letters)})
