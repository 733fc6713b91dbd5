"""From the record of a file to rows that can be copied: all that needs no database."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, NoReturn
from uuid import UUID

from app import copyrows as field
from app import door
from app.actions import registration
from app.actions.registration import Registration
from app.actors import SYSTEM
from app.door import Fault, Invalid
from app.files import Record
from app.queries.reference import Reference
from app.tools import Tools


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not registered, and why: field → code."""

    line: int
    reasons: dict[str, str]


@dataclass(frozen=True, slots=True)
class Batch:
    """Records as they were read; `now` is the database's clock, `channel` for all of them."""

    records: Sequence[Record]
    channel: str | None
    now: datetime
    reference: Reference


class Citizen(NamedTuple):
    """The row of a citizen who may be known; who is keeps the own id."""

    found_by: bytes
    id: UUID
    sealed: bytes


class Filled(NamedTuple):
    """One letter: by which key it is known, and its rows. Its first field, the citizen, is left
    out of `letter`: that is known when the citizen is written."""

    key: str
    tracking_code: str
    citizen: Citizen
    letter: bytes
    referral: bytes
    events: bytes
    receipts: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """A batch filled in: of letters with one key the first."""

    read: int
    letters: list[Filled]
    rejected: list[Rejected]


# The columns in the order in which the rows below are filled.
LETTERS = """
copy correspondences (
    citizen_id, id, province, tracking_code, channel, source, text, county, fields, mobile_sealed,
    mobile_index, first_name_sealed, last_name_sealed, status, owner_code, due_at, urgent, decision,
    rules_version, registered_at, received_at) from stdin (format binary)"""
REFERRALS = """
copy referrals (
    id, province, correspondence_id, agency_code, decided_by, reason, opened_at, due_at)
from stdin (format binary)"""
EVENTS = """
copy events (at, province, correspondence_id, kind, actor, data) from stdin (format binary)"""
RECEIPTS = """
copy receipts (id, province, correspondence_id, stage, local_id, text, not_before, created_at)
from stdin (format binary)"""
FIELDS_OF_A_LETTER = 21

_ACTOR = field.text(SYSTEM.ref)
_SORTED = json.JSONEncoder(sort_keys=True).encode


def fill(tools: Tools, batch: Batch) -> Form:
    """Parse, route, compose and seal; a row that is wrong is rejected and stops no other."""
    letters: dict[str, Filled] = {}
    rejected: list[Rejected] = []
    for record in batch.records:
        payload = dict(record.payload or {})
        if batch.channel:
            payload["channel"] = batch.channel
        try:
            new = door.parse(payload, batch.now) if record.payload is not None else _refuse()
            key = _key(tools, record, payload)
        except Invalid as invalid:
            reasons = {fault.field: fault.code for fault in invalid.faults}
            rejected.append(Rejected(record.line, reasons))
            continue
        if key not in letters:
            routed = registration.route(tools, new, batch.reference)
            made = registration.compose(tools, routed, batch.now, through="import")
            letters[key] = _filled(key, made)
    return Form(len(batch.records), list(letters.values()), rejected)


def _refuse() -> NoReturn:
    raise Invalid(Fault("", "not-a-record"))


def _key(tools: Tools, record: Record, payload: dict[str, Any]) -> str:
    """A keyed hash, because the number of another system may well be the national ID."""
    kind, known_by = ("id", record.external_id) if record.external_id else ("content", payload)
    try:
        written = _SORTED(known_by)
    except RecursionError:  # boxes in boxes in a field that nobody reads
        _refuse()
    return f"{kind}:{tools.vault.index('import', written).hex()}"


def _filled(key: str, made: Registration) -> Filled:
    p = made.parameters
    citizen = Citizen(p["national_id_index"], p["citizen_id"], p["national_id_sealed"])
    shared = _Shared(p)
    return Filled(
        key,
        made.tracking_code,
        citizen,
        _letter(p, shared),
        _referral(p, shared),
        b"".join(_events(p, shared)),
        b"".join(_receipts(p, shared)),
    )


class _Shared:
    """Fields that stand in several rows of one letter."""

    def __init__(self, p: dict[str, Any]) -> None:
        self.id = field.uuid(p["id"])
        self.province = field.text(p["province"])
        self.owner = field.text(p["owner_code"])
        self.due_at = field.instant(p["due_at"])
        self.now = field.instant(p["now"])


def _letter(p: dict[str, Any], shared: _Shared) -> bytes:
    return b"".join((
        shared.id, shared.province, field.text(p["tracking_code"]), field.text(p["channel"]),
        field.text(p["source"]), field.text(p["text"]), field.text(p["county"]),
        field.jsonb(p["fields"]), field.raw(p["mobile_sealed"]), field.raw(p["mobile_index"]),
        field.raw(p["first_name_sealed"]), field.raw(p["last_name_sealed"]),
        field.text(p["status"]), shared.owner, shared.due_at, field.boolean(p["urgent"]),
        field.jsonb(p["decision"]), field.text(p["rules_version"]), shared.now,
        field.instant(p["received_at"] or p["now"]),
    ))  # fmt: skip


def _referral(p: dict[str, Any], shared: _Shared) -> bytes:
    return field.row(
        field.uuid(p["referral_id"]), shared.province, shared.id, shared.owner,
        _ACTOR, field.text(p["rule"]), shared.now, shared.due_at,
    )  # fmt: skip


def _events(p: dict[str, Any], shared: _Shared) -> Iterator[bytes]:
    for kind, told in _told(p["events"]):
        yield field.row(shared.now, shared.province, shared.id, kind, _ACTOR, told)


@lru_cache(4096)  # as many as owners and rules
def _told(events: str) -> tuple[tuple[bytes, bytes], ...]:
    return tuple(
        (field.text(event["kind"]), field.jsonb(json.dumps(event["data"], ensure_ascii=False)))
        for event in json.loads(events)
    )


def _receipts(p: dict[str, Any], shared: _Shared) -> Iterator[bytes]:
    for receipt in json.loads(p["receipts"]):
        waits = receipt["not_before"] == "infinity"
        yield field.row(
            field.uuid(UUID(receipt["id"])), shared.province, shared.id,
            field.text(receipt["stage"]), field.bigint(receipt["local_id"]),
            field.text(receipt["text"]), field.instant(None) if waits else shared.now, shared.now,
        )  # fmt: skip
