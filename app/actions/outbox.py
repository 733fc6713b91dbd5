"""The outbox: claim, commit, speak to the provider, record by fence. Nobody is told twice.

States and reasons as in the provider's contract: what is ambiguous becomes `unknown` and is asked
about by `reconcile`, never sent again blindly.
"""

import json
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.actions import line, verdicts
from app.actions.verdicts import Verdict
from app.tools import Tools
from app.vault import Place, Tampered
from sms.gateway import Gateway, LineStopped, Message, Outcome
from sms.phone import Phone

BATCH = 64
LEASE_SECONDS = 60
SPEAK_SECONDS = 40  # of the lease; the rest is for the client's time-outs
RECORD_EVERY_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Claimed:
    """A receipt that this worker alone may speak for until the lease ends."""

    id: UUID
    fence: UUID
    attempts: int
    message: Message
    speak_until: float


_CLAIM = text("""
with due as (
    select r.id from receipts r
    where r.state = 'pending' and r.not_before <= now()
      and not exists (
        select from receipts earlier
        where earlier.correspondence_id = r.correspondence_id
          and earlier.state not in (
            'accepted', 'delivered', 'undelivered', 'failed', 'blocked', 'rejected', 'suppressed')
          and array_position(array['registered', 'referred', 'answered'], earlier.stage)
            < array_position(array['registered', 'referred', 'answered'], r.stage))
    order by r.not_before
    limit :limit
    for update of r skip locked
)
update receipts r
set state = 'sending', fence = :fence, attempts = r.attempts + 1,
    lease_until = now() + make_interval(secs => :lease),
    first_attempt_at = coalesce(r.first_attempt_at, now()), last_attempt_at = now(), look_ups = 0
from due, correspondences c
where r.id = due.id and c.id = r.correspondence_id
returning r.id, r.local_id, r.text, r.attempts, c.id as letter, c.mobile_sealed
""")

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
        settled_at = case when v.state in ('accepted', 'rejected') then now() end
    from verdict v
    where r.id = v.id and r.fence = v.fence and r.state in ('sending', 'unknown')
    returning r.province, r.correspondence_id, r.stage, r.state, r.reason
),
story as (
    insert into events (at, province, correspondence_id, kind, actor, data)
    select now(), province, correspondence_id, 'receipt_' || state, 'system',
           jsonb_build_object('stage', stage, 'reason', reason)
    from changed
)
select correspondence_id from changed where state in ('accepted', 'rejected')
""")

# Letters before receipts, as at the desks: events point to the letter, and who locked the receipt
# first would wait for a desk that waits for the receipt.
LOCK_LETTERS = text("""
select c.id from correspondences c
where c.id in (
    select correspondence_id from receipts where id = any(:ids) or message_id = any(:messages))
order by c.id for key share
""")

_RELEASE = text("""
update receipts r set not_before = now()
where r.correspondence_id = any(:letters) and r.state = 'pending' and r.not_before = 'infinity'
""")


def drain(tools: Tools, gateway: Gateway, connections: int, seconds: float) -> int:
    """Send what is due until nothing is, or the time is up; returns how many were spoken for.

    Any number of workers may drain at once. Killed at any point it leaves rows whose lease
    ends, and `reconcile` asks the provider about those.
    """
    until = time.monotonic() + seconds
    spoken = 0
    with ThreadPoolExecutor(connections, thread_name_prefix="sms") as pool:
        while time.monotonic() < until:
            batch = claim(tools, BATCH)
            if not batch:
                break
            for verdict in _speak(pool, gateway, batch):
                record(tools, verdict)
            spoken += len(batch)
    return spoken


def claim(tools: Tools, limit: int) -> list[Claimed]:
    """Take due receipts for this worker and commit; none while the line is stopped.

    One whose number can't be opened is held for a person and stops no other.
    """
    fence, speak_until = uuid4(), time.monotonic() + SPEAK_SECONDS
    with tools.sessions.begin() as session:
        allowed = min(limit, line.permitted(session, limit))
        if not allowed:
            return []
        rows = session.execute(
            _CLAIM, {"limit": allowed, "fence": fence, "lease": LEASE_SECONDS}
        ).all()
    claimed, broken = [], []
    for row in rows:
        try:
            message = Message(_receptor(tools, row), row.text, row.local_id)
        except Tampered:
            broken.append(Verdict(row.id, fence, "held", "the mobile number can't be opened"))
        else:
            claimed.append(Claimed(row.id, fence, row.attempts, message, speak_until))
    if broken:
        record(tools, broken)
    return claimed


def _receptor(tools: Tools, row: Row[Any]) -> str:
    place = Place("correspondences", "mobile", row.letter)
    return Phone(tools.vault.open(row.mobile_sealed, place)).local


def _speak(
    pool: ThreadPoolExecutor, gateway: Gateway, batch: Sequence[Claimed]
) -> Iterator[list[Verdict]]:
    """Speak for all of them at once; yield verdicts as they come, a few times a second."""
    stopped = threading.Event()

    def speak(claimed: Claimed) -> Outcome:
        if stopped.is_set() or time.monotonic() > claimed.speak_until:
            return LineStopped(0, "not tried: the line was stopped, or the lease is nearly over")
        outcome = gateway.send(claimed.message)
        if isinstance(outcome, LineStopped):
            stopped.set()
        return outcome

    waiting: dict[Future[Outcome], Claimed] = {pool.submit(speak, c): c for c in batch}
    try:
        while waiting:
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            if len(done) < len(waiting):
                done, _ = wait(waiting, timeout=RECORD_EVERY_SECONDS)
            yield [_verdict(waiting.pop(future), future.result()) for future in done]
    finally:
        stopped.set()  # what can't be recorded any more is not begun


def _verdict(claimed: Claimed, outcome: Outcome) -> Verdict:
    return verdicts.of(claimed.id, claimed.fence, claimed.attempts, outcome)


def record(tools: Tools, batch: Sequence[Verdict]) -> None:
    """Write down what the provider said; a verdict whose fence is old changes nothing.

    When a receipt is settled the one of the next stage is set free in the same transaction.
    """
    try:
        with tools.sessions.begin() as session:
            _write(session, batch)
            line.note(session, batch, tools.province)
    except IntegrityError:
        if len(batch) > 1:
            for verdict in batch:
                record(tools, [verdict])
        elif batch[0].state == "accepted":
            record(tools, [verdicts.held(batch[0], "the provider's message id is already known")])
        else:
            raise


def _write(session: Session, batch: Sequence[Verdict]) -> None:
    session.execute(LOCK_LETTERS, {"ids": [verdict.id for verdict in batch], "messages": []})
    rows = json.dumps([verdict.row for verdict in batch], default=str, ensure_ascii=False)
    letters = session.execute(_RECORD, {"verdicts": rows}).scalars().all()
    if letters:
        # A statement of its own: it must see receipts that were committed after _RECORD began.
        session.execute(_RELEASE, {"letters": list(letters)})
