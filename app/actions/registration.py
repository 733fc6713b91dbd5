"""The rows of one registration, composed from values; `app.actions.entering` writes them."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app import codes
from app.db import Json
from app.door import NewCorrespondence, Person
from app.ids import new_id
from app.lifecycle import Channel, Status
from app.models.agency import TRIAGE
from app.models.receipt import Stage
from app.persian import tehran_day
from app.queries.reference import Office, Reference
from app.tools import Tools
from app.vault import Place, Vault
from routing.decide import Decision, Letter, decide
from sms import texts


@dataclass(frozen=True, slots=True)
class Routed:
    """A correspondence with its owner, and the agencies and holidays that were read for it."""

    new: NewCorrespondence
    decision: Decision
    reference: Reference

    @property
    def owner(self) -> Office:
        return self.reference.owner(self.decision.agency)


@dataclass(frozen=True, slots=True)
class Registration:
    """One correspondence on its way into the database, and the answer its sender gets."""

    id: UUID
    tracking_code: str
    parameters: dict[str, Any]
    body: Json


_written = json.JSONEncoder(ensure_ascii=False, default=str).encode


def route(tools: Tools, new: NewCorrespondence, reference: Reference) -> Routed:
    """Who owns it and why. `reference` is read before a transaction is open: reading it inside
    would take a second connection while the first one is held."""
    key = tools.vault.index("allotment", new.person.national_id).hex()
    letter = Letter(new.text, new.channel, new.bank, new.covered_by, allot_key=key)
    return Routed(new, decide(letter, tools.rules), reference)


def compose(tools: Tools, routed: Routed, now: datetime, through: str = "api") -> Registration:
    """Everything that will be written, except who asked for it.

    `through` is the door it came by (SOURCES); a call that was imported has no day of our line.
    """
    new, decision, owner = routed.new, routed.decision, routed.owner
    letter_id, code = new_id(), codes.mint_tracking_code()
    due_at = routed.reference.due_at(now, owner)
    told = describe(decision)
    status = Status.TRIAGE if owner.code == TRIAGE else Status.REFERRED
    receipts = _receipts(code, owner)
    parameters = {
        "id": letter_id,
        "tracking_code": code,
        "referral_id": new_id(),
        "province": tools.province,
        "channel": new.channel,
        "status": status,
        "owner_code": owner.code,
        "due_at": due_at,
        "urgent": decision.urgent,
        "decision": _written(told),
        "rule": decision.rule,
        "rules_version": decision.version,
        "now": now,
        "received_at": new.received_at,
        "source": through,
        "call_day": tehran_day(now) if _takes_a_slot(new, through) else None,
        "batch_id": None,
        "events": _written(_story(decision, owner)),
        "receipts": _written(receipts),
    }
    parameters |= said(new) | sealed(tools.vault, "correspondences", letter_id, new.person)
    parameters |= citizen(tools.vault, new.person.national_id)
    body = _body(code, owner, due_at, status) | {
        "decision": {"rule": decision.rule, "because": told["because"]},
        "receipts": [{"stage": r["stage"], "state": "pending"} for r in receipts],
    }
    return Registration(letter_id, code, parameters, body)


def in_box(made: Registration, batch: UUID) -> Registration:
    """The same, with the box that its paper came in."""
    return replace(made, parameters=made.parameters | {"batch_id": batch})


def _takes_a_slot(new: NewCorrespondence, through: str) -> bool:
    return new.channel is Channel.CALL and through != "import"


def said(new: NewCorrespondence) -> dict[str, Any]:
    """What the citizen said, as columns of a correspondence or a call-back."""
    return {
        "text": new.text,
        "county": new.county,
        "fields": _written(new.fields),
    }


def sealed(vault: Vault, table: str, row: UUID, person: Person) -> dict[str, bytes]:
    """Names and mobile, each bound to this table, column and row; and the mobile's index."""
    values = {
        "mobile": person.mobile.e164,
        "first_name": person.first_name,
        "last_name": person.last_name,
    }
    columns = {
        f"{name}_sealed": vault.seal(value, Place(table, name, row))
        for name, value in values.items()
    }
    return columns | {"mobile_index": vault.index("mobile", person.mobile.e164)}


def citizen(vault: Vault, national_id: str) -> dict[str, Any]:
    """The columns of a citizen who may be new; one who is known keeps the own row."""
    citizen_id = new_id()
    return {
        "citizen_id": citizen_id,
        "national_id_index": vault.index("national_id", national_id),
        "national_id_sealed": vault.seal(national_id, Place("citizens", "national_id", citizen_id)),
    }


def describe(decision: Decision) -> Json:
    """The decision as it is kept and shown."""
    return {
        "rule": decision.rule,
        "confident": decision.confident,
        "suggestion": decision.suggestion,
        "because": [
            {"start": e.start, "end": e.end, "text": e.text, "concept": e.concept}
            for e in decision.because
        ],
    }


def _story(decision: Decision, owner: Office) -> list[Json]:
    routed = {"agency": owner.code, "rule": decision.rule, "rules": decision.version}
    return [{"kind": "registered", "data": {}}, {"kind": "routed", "data": routed}]


def _receipts(code: str, owner: Office) -> list[Json]:
    """`registered` at once; `referred` waits at infinity until `registered` is settled."""
    receipts = [_receipt(Stage.REGISTERED, texts.registered(code), None)]
    if owner.code != TRIAGE:
        referred = texts.referred(code, owner.sms_name)
        receipts.append(_receipt(Stage.REFERRED, referred, "infinity"))
    return receipts


def _receipt(stage: Stage, body: str, not_before: str | None) -> Json:
    return {
        "id": new_id(),
        "stage": stage,
        "local_id": codes.mint_local_id(),
        "text": body,
        "not_before": not_before,
    }


def _body(code: str, owner: Office, due_at: datetime, status: Status) -> Json:
    return {
        "tracking_code": code,
        "status": status,
        "agency": {"code": owner.code, "name": owner.name},
        "due_at": due_at.astimezone(UTC).isoformat(),
    }
