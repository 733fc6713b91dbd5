"""Settling what is ambiguous by asking the provider: never by sending again blindly.

Sources: the provider looks back 12 hours by `localid`; how long it refuses a repeated `localid`
is not documented, so an unanswered receipt is sent again only within an hour, then held.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import text

from app.actions.recording import record
from app.actions.verdicts import Verdict
from app.tools import Tools
from sms.gateway import UNKNOWN_ID, Gateway, Report, Unavailable

AT_ONCE = 500
LEASE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long the provider is asked before «it has no such message» is believed."""

    questions: int = 3
    grace: timedelta = timedelta(minutes=5)
    resend_within: timedelta = timedelta(hours=1)
    pause_seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Doubt:
    """A receipt that may or may not have been accepted."""

    id: UUID
    local_id: int
    look_ups: int
    first_attempt_at: datetime
    last_attempt_at: datetime
    now: datetime


_TAKE = text("""
with doubtful as (
    select id from receipts
    where state in ('sending', 'unknown') and lease_until < now() and provider = :provider
    order by lease_until limit :limit for update skip locked
)
update receipts r
set state = 'unknown', fence = :fence,
    lease_until = now() + make_interval(secs => :lease)
from doubtful where r.id = doubtful.id
returning r.id, r.local_id, r.look_ups, r.first_attempt_at, r.last_attempt_at, now() as now
""")


def reconcile(tools: Tools, gateway: Gateway, patience: Patience) -> int:
    """Ask about receipts whose sender died or got no clear answer; returns how many were asked.

    While the provider can't be asked nothing changes, and the question comes again later. One that
    remembers nothing is not asked: the receipt is held for a person.
    """
    fence = uuid4()
    with tools.sessions.begin() as session:
        parameters = {
            "limit": AT_ONCE,
            "fence": fence,
            "lease": LEASE_SECONDS,
            "provider": gateway.name,
        }
        doubts = [Doubt(**row) for row in session.execute(_TAKE, parameters).mappings()]
    if not doubts:
        return 0
    if not gateway.remembers:
        forgotten = "the provider can't say whether it had it"
        record(tools, [Verdict(d.id, fence, "held", forgotten) for d in doubts], gateway.name)
        return len(doubts)
    try:
        reports = gateway.look_up([doubt.local_id for doubt in doubts])
    except Unavailable:
        return len(doubts)
    judged = [_judge(doubt, fence, reports.get(doubt.local_id), patience) for doubt in doubts]
    record(tools, judged, gateway.name)
    return len(doubts)


def _judge(doubt: Doubt, fence: UUID, report: Report | None, patience: Patience) -> Verdict:
    if report is not None and report.status != UNKNOWN_ID and report.message_id:
        status = report.status
        return Verdict(doubt.id, fence, "accepted", None, report.message_id, status, asked=1)
    asked = int(report is not None and report.status == UNKNOWN_ID)
    patient = doubt.look_ups + asked >= patience.questions
    if not asked or not patient or doubt.now < doubt.last_attempt_at + patience.grace:
        pause = patience.pause_seconds
        why = "being asked about"
        return Verdict(doubt.id, fence, "unknown", why, wait_seconds=pause, asked=asked)
    if doubt.now > doubt.first_attempt_at + patience.resend_within:
        return Verdict(doubt.id, fence, "held", "the provider knows no such message any more")
    return Verdict(doubt.id, fence, "pending", "the provider never had it")
