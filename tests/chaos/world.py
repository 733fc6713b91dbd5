"""What is true after a scenario, from three sides: the database, the gateway, the commands."""

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.stage import Stage

CODE = re.compile(r"\b[0-9]{14}\b")
KEY = re.compile(r"\[(chaos-[0-9]+-[0-9]{6})\]")
AUDIT = ("audit", "verify")
OPEN = ("pending", "sending", "unknown")


@dataclass(frozen=True, slots=True)
class Letter:
    """A stored correspondence, with the key that its text names. `code` is its tracking code."""

    key: str
    code: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """An SMS owed."""

    code: str
    stage: str
    state: str
    local_id: int = 0
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Sms:
    """A message that the gateway accepted; `number` grows with every one."""

    number: int
    code: str
    stage: str
    phone: str
    at: float = 0.0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the telephone line; `calls` are the correspondences counted on it, `held` the slots
    kept for call-backs."""

    day: str
    cap: int
    used: int
    calls: int
    held: int = 0


@dataclass(frozen=True, slots=True)
class World:
    """Everything the checker compares with the history."""

    letters: Sequence[Letter] = ()
    callbacks: Sequence[str] = ()
    receipts: Sequence[Receipt] = ()
    messages: Sequence[Sms] = ()
    days: Sequence[Day] = ()
    doctor: Mapping[str, Any] | None = field(default_factory=lambda: {"ok": True, "checks": {}})
    audit: Mapping[str, Any] | None = field(default_factory=lambda: {"ok": True})


_LETTERS = "select text, tracking_code from correspondences"
_CALLBACKS = "select text from callbacks"
_RECEIPTS = """
select c.tracking_code, r.stage, r.state, r.local_id, r.attempts
from receipts r join correspondences c on c.id = r.correspondence_id"""
_DAYS = """
select d.day::text, d.cap, d.used, (
        select count(*) from correspondences c
        where c.call_day = d.day and (c.registered_at at time zone 'Asia/Tehran')::date = d.day
       ), d.held
from call_days d"""
_UNSETTLED = f"select count(*) from receipts where state in {OPEN}"

_WAITING = f"""
select count(*), state, reason, min(not_before)::text, min(lease_until)::text, now()::text
from receipts where state in {OPEN} group by state, reason"""


def look(stage: Stage) -> World:
    """Read all of it, writing nothing. The database must answer."""
    with stage.database.connect() as connection:
        connection.execute("set default_transaction_read_only = on")
        letters = [Letter(key_of(text), str(code)) for text, code in connection.execute(_LETTERS)]
        callbacks = [key_of(text) for (text,) in connection.execute(_CALLBACKS)]
        receipts = [_receipt(row) for row in connection.execute(_RECEIPTS)]
        days = [_day(row) for row in connection.execute(_DAYS)]
    with ThreadPoolExecutor(2) as pool:
        doctor, audit = pool.submit(stage.reports, "doctor"), pool.submit(stage.reports, *AUDIT)
    stages = {each.local_id: each.stage for each in receipts}
    messages = [_sms(message, stages) for message in stage.gateway.messages()]
    return World(
        letters,
        callbacks,
        receipts,
        messages,
        days,
        doctor.result(),
        audit.result(),
    )


def unsettled(stage: Stage) -> int:
    """Receipts of which it is not decided yet what became of them."""
    with stage.database.connect() as connection:
        row = connection.execute(_UNSETTLED).fetchone()
    return int(str(row[0])) if row else 0


def waiting(stage: Stage) -> list[str]:
    """The open receipts, counted by state and reason, for people."""
    with stage.database.connect() as connection:
        return [" ".join(map(str, row)) for row in connection.execute(_WAITING)]


def key_of(text: object) -> str:
    """The key that a letter's own text names; empty if it names none."""
    found = KEY.search(str(text))
    return found[1] if found else ""


def _receipt(row: Sequence[Any]) -> Receipt:
    return Receipt(str(row[0]), str(row[1]), str(row[2]), int(row[3]), int(row[4]))


def _day(row: Sequence[Any]) -> Day:
    return Day(str(row[0]), *map(int, row[1:]))


def _sms(message: Mapping[str, Any], stages: Mapping[int, str]) -> Sms:
    code = CODE.search(message["message"])
    return Sms(
        int(message["messageid"]),
        code[0] if code else "",
        stages.get(int(message["localid"] or 0), ""),
        message["receptor"],
        float(message["date"]),
        message["message"],
    )
