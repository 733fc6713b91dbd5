"""Claiming: a receipt belongs to one worker, for as long as its lease, before anybody speaks."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, text

from app.actions import line, phones
from app.actions.recording import record
from app.actions.verdicts import Verdict
from app.models.receipt import Stage
from app.sending import FIRST
from app.tools import Tools
from app.vault import Place, Tampered
from sms.gateway import Message
from sms.phone import Phone

# Of the lease; kept for the client's time-outs, so that nobody speaks when it has ended.
TIME_OUTS_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Claimed:
    """A receipt that this worker alone may speak for until the lease ends."""

    id: UUID
    fence: UUID
    attempts: int
    message: Message
    speak_until: float


# A stage this code does not know is left to a worker that does. A provider takes what it has had
# before, and what no provider can have had: only the first attempt that may have left this machine
# is remembered (`first_attempt_at`). The second one waits until the first one has failed.
_CLAIM = text("""
with due as (
    select r.id, r.counted_on is null as fresh, coalesce(c.id, b.id) as subject,
           coalesce(c.mobile_sealed, b.mobile_sealed) as mobile_sealed,
           coalesce(c.mobile_index, b.mobile_index) as mobile_index,
           case when c.id is null then 'callbacks' else 'correspondences' end as kept_in
    from receipts r
    left join notices n on n.id = r.notice_id
    left join correspondences c on c.id = coalesce(r.correspondence_id, n.correspondence_id)
    left join callbacks b on b.id = r.callback_id
    where r.state = 'pending' and r.not_before <= now() and r.stage = any(:stages)
      and (r.provider = :provider or r.first_attempt_at is null)
      and (:first or r.provider = :provider or r.attempts >= 2 or exists (
        select from sms_lines l where l.provider <> :provider
          and l.stopped_at < now() - make_interval(secs => :failover)))
      and not exists (
        select from receipts earlier
        where earlier.correspondence_id = r.correspondence_id
          and earlier.state in ('pending', 'sending', 'unknown', 'held')
          and array_position(array['registered', 'referred', 'answered'], earlier.stage)
            < array_position(array['registered', 'referred', 'answered'], r.stage))
    order by r.not_before
    limit :limit
    for update of r skip locked
)
update receipts r
set state = 'sending', provider = :provider, fence = :fence, attempts = r.attempts + 1,
    lease_until = now() + make_interval(secs => :lease),
    counted_on = coalesce(r.counted_on, (now() at time zone 'Asia/Tehran')::date),
    first_attempt_at = coalesce(r.first_attempt_at, now()), last_attempt_at = now(), look_ups = 0
from due
where r.id = due.id
returning r.id, r.local_id, r.text, r.attempts, r.counted_on, due.fresh, due.subject, due.kept_in,
          due.mobile_sealed, due.mobile_index
""")


def claim(tools: Tools, limit: int, provider: str = FIRST) -> list[Claimed]:
    """Take due receipts for this worker and commit; none while the line may not be used.

    One whose number can't be opened is held for a person, one too many for its phone today is
    suppressed; neither stops another.
    """
    fence, lease = uuid4(), tools.sending.lease_seconds
    speak_until = time.monotonic() + lease - TIME_OUTS_SECONDS
    with tools.sessions.begin() as session:
        allowed = line.permitted(session, tools, provider, limit)
        if not allowed:
            return []
        wanted = {
            "limit": allowed,
            "fence": fence,
            "lease": lease,
            "provider": provider,
            "first": provider == FIRST,
            "failover": tools.sending.failover_seconds,
            "stages": [str(stage) for stage in Stage],
        }
        rows = session.execute(_CLAIM, wanted).all()
        line.used(session, tools.sending, provider, len(rows))
        over = phones.over_the_limit(session, tools, rows)
    refused = [Verdict(id_, fence, "suppressed", phones.REASON, refund=1) for id_ in over]
    claimed = list(_opened(tools, [row for row in rows if row.id not in over], refused, fence))
    if refused:
        record(tools, refused, provider)
    return [Claimed(row.id, fence, row.attempts, message, speak_until) for row, message in claimed]


def _opened(
    tools: Tools, rows: Sequence[Row[Any]], refused: list[Verdict], fence: UUID
) -> Iterator[tuple[Row[Any], Message]]:
    """Each with its message; a number that can't be opened is added to the refused."""
    for row in rows:
        try:
            number = tools.vault.open(row.mobile_sealed, Place(row.kept_in, "mobile", row.subject))
        except Tampered:
            reason = "the mobile number can't be opened"
            refused.append(Verdict(row.id, fence, "held", reason))
        else:
            yield row, Message(Phone(number).local, row.text, row.local_id)
