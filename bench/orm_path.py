"""Intake as it is mostly written: a plain Flask app, SQLAlchemy's ORM, one commit.

The same checks, sealing, routing and rows as the system's own intake, over the same models; what
differs is how they are written: an object for each row, `session.add`, a flush by the unit of work.
`granian --factory bench.orm_path:build` serves it; bench/cases/orm.py compares the two.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, abort, jsonify, request
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session, sessionmaker

from app import codes, door
from app.deadlines import due_at
from app.ids import new_id
from app.models.agency import Agency
from app.models.citizen import Citizen
from app.models.correspondence import Correspondence
from app.models.event import Event
from app.models.people import Token
from app.models.receipt import Receipt
from app.models.reference import Holiday, IdempotencyKey
from app.models.referral import Referral
from app.models.tables import METADATA
from app.vault import Place, Vault
from config import Settings
from routing.decide import Decision, Letter, decide
from routing.loading import default_rules
from sms import texts

POOL = 8


def build() -> Flask:
    """The application over the settings of the environment."""
    settings = Settings.from_env()
    vault = Vault(settings.data_keys, settings.index_key)
    sessions = sessionmaker(create_engine(settings.database_url, pool_size=POOL))
    app, rules = Flask(__name__), default_rules()
    METADATA.create_all(sessions.kw["bind"])  # all tables are known, and there already

    @app.post("/api/v1/correspondences")
    def register() -> tuple[Response, int]:
        new = door.parse(request.get_json(), datetime.now(UTC))
        with sessions() as session:
            token = _token(session)
            known = session.get(IdempotencyKey, (token, request.headers["Idempotency-Key"]))
            if known is not None:
                return jsonify(known.response), known.status
            allotted = vault.index("allotment", new.person.national_id).hex()
            letter = Letter(new.text, new.channel, new.bank, new.covered_by, allot_key=allotted)
            row = _write(session, vault, new, (decide(letter, rules), token))
            body = {"tracking_code": row.tracking_code, "status": row.status}
            session.add(_remembered(vault, token, body))
            session.commit()
        return jsonify(body), 201

    return app


def _token(session: Session) -> str:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    hashed = hashlib.sha256(secret.encode()).digest()
    token = session.scalar(select(Token).where(Token.hash == hashed, Token.revoked_at.is_(None)))
    if scheme != "Bearer" or token is None:
        abort(401)
    return f"token:{token.id}"


def _remembered(vault: Vault, scope: str, body: dict[str, Any]) -> IdempotencyKey:
    digest = vault.index("request", json.dumps(request.get_json(), sort_keys=True))
    return IdempotencyKey(
        scope=scope, key=request.headers["Idempotency-Key"], request_hash=digest, status=201,
        response=body, created_at=datetime.now(UTC), province="kermanshah",
    )  # fmt: skip


def _write(
    session: Session, vault: Vault, new: door.NewCorrespondence, by: tuple[Decision, str]
) -> Correspondence:
    decision, actor = by
    now, owner = datetime.now(UTC), session.get_one(Agency, by[0].agency)
    holidays = frozenset(session.scalars(select(Holiday.day)))
    citizen = _citizen(session, vault, new.person.national_id, now)
    row_id, common = new_id(), {"province": "kermanshah"}
    row = Correspondence(
        id=row_id, tracking_code=codes.mint_tracking_code(), citizen_id=citizen.id,
        channel=new.channel, source="api", text=new.text, county=new.county, fields=new.fields,
        status="triage" if owner.code == "triage" else "referred", owner_code=owner.code,
        due_at=due_at(now, owner.deadline_days, holidays), urgent=decision.urgent,
        decision={"rule": decision.rule, "confident": decision.confident,
                  "suggestion": decision.suggestion,
                  "because": [{"start": e.start, "end": e.end, "text": e.text,
                               "concept": e.concept} for e in decision.because]},
        rules_version=decision.version, registered_at=now, received_at=new.received_at or now,
        mobile_index=vault.index("mobile", new.person.mobile.e164), **common,
        mobile_sealed=_sealed(vault, "mobile", row_id, new.person.mobile.e164),
        first_name_sealed=_sealed(vault, "first_name", row_id, new.person.first_name),
        last_name_sealed=_sealed(vault, "last_name", row_id, new.person.last_name),
    )  # fmt: skip
    session.add(row)
    session.flush()
    session.add(
        Referral(id=new_id(), correspondence_id=row_id, agency_code=owner.code, opened_at=now,
                 decided_by="system", reason=decision.rule, due_at=row.due_at, **common)
    )  # fmt: skip
    told = {"agency": owner.code, "rule": decision.rule, "rules": decision.version}
    for kind, data in (("registered", {}), ("routed", told)):
        session.add(
            Event(at=now, correspondence_id=row_id, kind=kind, actor=actor, data=data, **common)
        )
    _receipts(session, row, owner.sms_name)
    return row


def _receipts(session: Session, row: Correspondence, office: str) -> None:
    due = [("registered", texts.registered(row.tracking_code), row.registered_at)]
    if row.status == "referred":
        later = datetime(9999, 12, 31, tzinfo=UTC)
        due.append(("referred", texts.referred(row.tracking_code, office), later))
    for stage, words, when in due:
        session.add(
            Receipt(id=new_id(), correspondence_id=row.id, stage=stage, text=words,
                    local_id=codes.mint_local_id(), not_before=when, created_at=row.registered_at,
                    province="kermanshah")
        )  # fmt: skip


def _citizen(session: Session, vault: Vault, national_id: str, now: datetime) -> Citizen:
    index = vault.index("national_id", national_id)
    found = session.scalar(select(Citizen).where(Citizen.national_id_index == index))
    if found is None:
        row_id = new_id()
        sealed = vault.seal(national_id, Place("citizens", "national_id", row_id))
        found = Citizen(id=row_id, national_id_index=index, national_id_sealed=sealed,
                        created_at=now, seen_at=now, province="kermanshah")  # fmt: skip
        session.add(found)
        session.flush()
    found.seen_at = now
    return found


def _sealed(vault: Vault, column: str, row: Any, value: str) -> bytes:
    return vault.seal(value, Place("correspondences", column, row))
