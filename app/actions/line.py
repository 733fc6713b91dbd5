"""The SMS line as all workers see it: stopped once for everybody, probed, opened again."""

import logging
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.verdicts import Verdict

PROVIDER = "kavenegar"
PROBE_SECONDS = 30

logger = logging.getLogger(__name__)

_STATE = text("select stopped_at from sms_lines where provider = :provider")

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

_TELL = text("""
insert into events (at, province, kind, actor, data)
values (now(), :province, :kind, 'system', jsonb_build_object('reason', cast(:reason as text)))
""")


def permitted(session: Session, limit: int) -> int:
    """How many receipts may be claimed now: all, one (a probe of a stopped line) or none."""
    if session.execute(_STATE, {"provider": PROVIDER}).scalar() is None:
        return limit
    probe = {"provider": PROVIDER, "seconds": PROBE_SECONDS}
    return 1 if session.execute(_PROBE, probe).first() else 0


def note(session: Session, batch: Sequence[Verdict], province: str) -> None:
    """Stop the line when a verdict says so; open a stopped one when a later message is accepted."""
    reason = next((verdict.reason for verdict in batch if verdict.stops_line), None)
    accepted = [verdict.id for verdict in batch if verdict.state == "accepted"]
    if reason is not None:
        _stop(session, province, reason)
    elif accepted:
        _open(session, province, accepted)


def _stop(session: Session, province: str, reason: str) -> None:
    parameters = {"provider": PROVIDER, "province": province, "reason": reason}
    if session.execute(_STOP, parameters | {"seconds": PROBE_SECONDS}).scalar_one():
        session.execute(_TELL, {"province": province, "kind": "line_stopped", "reason": reason})
        logger.critical("the SMS line is stopped: %s", reason)


def _open(session: Session, province: str, accepted: list[UUID]) -> None:
    if session.execute(_OPEN, {"provider": PROVIDER, "accepted": accepted}).first():
        session.execute(_TELL, {"province": province, "kind": "line_opened", "reason": None})
        logger.warning("the SMS line is open again")
