"""The SMS line as all workers see it: stopped once for everybody, probed, opened again; quiet at
night, and never faster than it may be."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.verdicts import Verdict
from app.sending import Sending
from app.tools import Tools

logger = logging.getLogger(__name__)

_STATE = text("""
select clock.now, l.stopped_at, l.unfit
from (select clock_timestamp() as now) clock left join sms_lines l on l.provider = :provider
""")

_PROBE = text("""
update sms_lines set probe_at = now() + make_interval(secs => :seconds)
where provider = :provider and stopped_at is not null and probe_at <= now()
returning provider
""")

_STOP = text("""
insert into sms_lines as l (provider, province, stopped_at, reason, probe_at)
values (:provider, :province, now(), :reason, now() + make_interval(secs => :seconds))
on conflict (provider) do update
    set stopped_at = coalesce(l.stopped_at, excluded.stopped_at), reason = excluded.reason,
        probe_at = excluded.probe_at
returning (stopped_at = now()) as newly
""")

# A message claimed before the stop says nothing about the line of today.
_OPEN = text("""
update sms_lines set stopped_at = null, reason = null, probe_at = null
where provider = :provider
  and stopped_at < (select max(last_attempt_at) from receipts where id = any(:accepted))
returning provider
""")

_QUIET = text("""
insert into sms_lines as l (provider, province, quiet_until) values (:provider, :province, :until)
on conflict (provider) do update set quiet_until = excluded.quiet_until
where l.quiet_until is distinct from excluded.quiet_until
""")

# One second's worth may go at once; the row stays locked until `used` has said how much it was.
_ROOM = text("""
insert into sms_lines as l (provider, province, free_at) values (:provider, :province, now())
on conflict (provider) do update set free_at = greatest(l.free_at, now())
returning cast(floor(:rate * (1 - extract(epoch from free_at - now()))) as int)
""")

_USED = text("""
update sms_lines set free_at = free_at + make_interval(secs => :seconds) where provider = :provider
""")

_TELL = text("""
insert into events (at, province, kind, actor, data)
values (now(), :province, :kind, 'system',
        jsonb_build_object('provider', cast(:provider as text), 'reason', cast(:reason as text)))
""")


def permitted(session: Session, tools: Tools, provider: str, limit: int) -> int:
    """How many receipts may be claimed now: all that are asked for, what the rate leaves, one (a
    probe of a stopped line) or none (quiet hours, an account that must not be used)."""
    sending, state = tools.sending, session.execute(_STATE, {"provider": provider}).one()
    # What is claimed now may still be spoken at the end of its lease.
    latest = state.now + timedelta(seconds=sending.lease_seconds)
    until = sending.quiet.until(latest) if sending.quiet else None
    if until is not None:
        _keep_quiet(session, tools, provider, until)
    if until is not None or state.unfit is not None:
        return 0
    if state.stopped_at is not None:
        probe = {"provider": provider, "seconds": sending.probe_seconds}
        return 1 if session.execute(_PROBE, probe).first() else 0
    return room(session, tools, provider, limit)


def room(session: Session, tools: Tools, provider: str, limit: int) -> int:
    """What the rate leaves of `limit`, at any hour."""
    if tools.sending.rate is None:
        return limit
    asked = {"provider": provider, "province": tools.province, "rate": tools.sending.rate}
    free: int = session.execute(_ROOM, asked).scalar_one()
    return max(0, min(limit, free))


def used(session: Session, sending: Sending, provider: str, count: int) -> None:
    """So many were claimed, in the same transaction as `permitted`."""
    if sending.rate is not None and count:
        session.execute(_USED, {"provider": provider, "seconds": count / sending.rate})


def note(session: Session, batch: Sequence[Verdict], tools: Tools, provider: str) -> None:
    """Stop the line when a verdict says so; open a stopped one when a later message is accepted."""
    reason = next((verdict.reason for verdict in batch if verdict.stops_line), None)
    accepted = [verdict.id for verdict in batch if verdict.state == "accepted"]
    if reason is not None:
        _stop(session, tools, provider, reason)
    elif accepted:
        _open(session, tools, provider, accepted)


def tell(session: Session, tools: Tools, kind: str, **what: Any) -> None:
    """An event of a line: `provider` and `reason`."""
    session.execute(_TELL, {"province": tools.province, "kind": kind, "reason": None} | what)


def _keep_quiet(session: Session, tools: Tools, provider: str, until: datetime) -> None:
    session.execute(_QUIET, {"provider": provider, "province": tools.province, "until": until})


def _stop(session: Session, tools: Tools, provider: str, reason: str) -> None:
    parameters = {"provider": provider, "province": tools.province, "reason": reason}
    seconds = tools.sending.probe_seconds
    if session.execute(_STOP, parameters | {"seconds": seconds}).scalar_one():
        tell(session, tools, "line_stopped", provider=provider, reason=reason)
        logger.critical("the SMS line %s is stopped: %s", provider, reason)


def _open(session: Session, tools: Tools, provider: str, accepted: list[UUID]) -> None:
    if session.execute(_OPEN, {"provider": provider, "accepted": accepted}).first():
        tell(session, tools, "line_opened", provider=provider)
        logger.warning("the SMS line %s is open again", provider)
