"""The SMS line for people and programs: open, stopped or quiet, the account, what waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import Json
from app.models.receipt import OWED
from app.sending import FIRST

State = Literal["open", "stopped", "unfit", "quiet"]

_LINES = text("""
select p.provider, l.stopped_at, l.reason, l.probe_at,
       case when l.quiet_until > now() then l.quiet_until end as quiet_until,
       coalesce(string_to_array(l.unfit, ', '), '{}') as unfit,
       coalesce(string_to_array(l.worries, ', '), '{}') as worries,
       l.credit, l.expires_at, l.checked_at
from (select cast(:first as text) as provider union select provider from sms_lines) p
left join sms_lines l on l.provider = p.provider
order by p.provider <> :first, p.provider
""")

# Each from a partial index: the number of settled receipts does not matter.
_SUMS = text(f"""
select 'due' as name, count(*) as n from receipts
where state = 'pending' and not_before <= now()
union all
select 'in_doubt', count(*) from receipts
where state in ('sending', 'unknown') and (state = 'unknown' or lease_until < now())
union all
select state, count(*) from receipts where state in {OWED} group by state
""")  # noqa: S608 - our own table of states


@dataclass(frozen=True, slots=True)
class ProviderLine:
    """One provider's line. `quiet_until` only while it is quiet; `unfit` are those of the worries
    that forbid to send; `credit` in rials. All None where nobody has used or checked it yet."""

    provider: str
    stopped_at: datetime | None
    reason: str | None
    probe_at: datetime | None
    quiet_until: datetime | None
    unfit: tuple[str, ...]
    worries: tuple[str, ...]
    credit: int | None
    expires_at: datetime | None
    checked_at: datetime | None

    @property
    def state(self) -> State:
        """What keeps the messages back, the worst first."""
        if self.unfit:
            return "unfit"
        if self.stopped_at is not None:
            return "stopped"
        return "open" if self.quiet_until is None else "quiet"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Receipts that are due now, whose fate nobody knows yet, and owed to a person by state."""

    due: int
    in_doubt: int
    owed: dict[str, int]


def lines(session: Session) -> list[ProviderLine]:
    """The first provider's line always, then the others that were ever used."""
    return [_line(row) for row in session.execute(_LINES, {"first": FIRST}).mappings()]


def _line(row: Mapping[Any, Any]) -> ProviderLine:
    lists = {name: tuple(row[name]) for name in ("unfit", "worries")}
    return ProviderLine(**(dict(row) | lists))


def waiting(session: Session) -> Waiting:
    """Only those states that something is owed in, in the order of OWED."""
    sums: dict[str, int] = {row.name: row.n for row in session.execute(_SUMS)}
    owed = {state: sums[state] for state in OWED if state in sums}
    return Waiting(sums["due"], sums["in_doubt"], owed)


def as_json(line: ProviderLine) -> Json:
    """For programs; instants in ISO 8601."""
    return {
        "provider": line.provider,
        "state": line.state,
        "stopped_at": _iso(line.stopped_at),
        "reason": line.reason,
        "probe_at": _iso(line.probe_at),
        "quiet_until": _iso(line.quiet_until),
        "unfit": list(line.unfit),
        "worries": list(line.worries),
        "credit": line.credit,
        "expires_at": _iso(line.expires_at),
        "checked_at": _iso(line.checked_at),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
