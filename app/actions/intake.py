"""Intake: a correspondence comes in once, with its owner, its deadline and its receipts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import codes, door
from app.actions import capacity, proving, registration, story
from app.actions.capacity import CapReached
from app.actions.paper import Paper, belongs, boxed, keep_scans
from app.actions.registration import Routed
from app.actors import Actor, allow
from app.db import Json
from app.ids import new_id
from app.lifecycle import Channel
from app.line import Day
from app.persian import jalali_day, tehran_day
from app.queries import capacity as capacity_query
from app.tools import Tools
from sms import texts

TRIES = 4
_OURS_TO_RETRY = (
    "pk_idempotency_keys",
    "uq_correspondences_tracking_code",
    "uq_receipts_local_id",
)


class KeyReused(Exception):
    """The idempotency key was used before, for another request."""


class Busy(Exception):
    """Nothing was written; the same request may be sent again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` 201 registered or 202 on the call-back list; `replayed` when it was done before."""

    status: int
    body: Json
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """One wish to register: who, with which idempotency key, what (field names of the API).

    `proof`: the phone check that gives a citizen without a role the right to this one letter.
    """

    actor: Actor
    key: str
    payload: Mapping[str, Any]
    source: str = "api"
    proof: UUID | None = None
    paper: Paper = field(default_factory=Paper)


_OPENING = text("""
with clock as materialized (select clock_timestamp() as now)
select clock.now, k.request_hash, k.status, k.response,
       coalesce(d.used + d.held >= d.cap, :cap <= 0) as full
from clock
left join idempotency_keys k on k.scope = :scope and k.key = :key
left join call_days d
       on d.province = :province and d.day = (clock.now at time zone 'Asia/Tehran')::date
""")

_REMEMBER = text("""
insert into idempotency_keys (scope, key, province, request_hash, status, response, created_at)
values (:scope, :key, :province, :hash, :status, cast(:response as json), :now)
""")

_CALLBACK = text("""
with citizen as (
    insert into citizens (id, province, national_id_index, national_id_sealed, created_at, seen_at)
    values (:citizen_id, :province, :national_id_index, :national_id_sealed, :now, :now)
    on conflict (national_id_index) do update set seen_at = excluded.seen_at
    returning id
)
insert into callbacks (
    id, province, citizen_id, text, county, fields, mobile_sealed, mobile_index,
    first_name_sealed, last_name_sealed, due_on, created_at)
select :id, :province, citizen.id, :text, :county, cast(:fields as jsonb), :mobile_sealed,
       :mobile_index, :first_name_sealed, :last_name_sealed, :due_on, :now
from citizen
""")

_NOTED = text("""
insert into receipts (
    id, province, callback_id, stage, local_id, text, not_before, created_at)
values (:id, :province, :callback_id, 'noted', :local_id, :text, :now, :now)
""")


@dataclass(frozen=True, slots=True)
class _Wish:
    """A request after parsing and routing, before any transaction."""

    request: Request
    routed: Routed
    hash: bytes


def register(tools: Tools, request: Request) -> Answer:
    """Register a correspondence, or put a call over the cap on the call-back list.

    Safe to repeat with the same key: the answer is the same and nothing is written again; only
    scans that were not there the first time are added.
    Raises Forbidden, Invalid, KeyReused, Busy. When it returns, the transaction is committed.
    """
    _allowed(request)
    new = door.parse(request.payload, datetime.now(UTC))
    belongs(request.paper, new)
    wish = _Wish(
        request, registration.route(tools, new, tools.book.current()), _hash(tools, request)
    )
    for _ in range(TRIES):
        try:
            answer = _attempt(tools, wish)
        except CapReached:
            continue  # the last slot went to somebody else; the next try sees a full day
        except IntegrityError as error:
            if _constraint(error) not in _OURS_TO_RETRY:
                raise
            continue  # a twin with the same key was quicker, or a random code was taken
        if not answer.replayed:
            tools.bell.ring()
        return answer
    raise Busy


def _hash(tools: Tools, request: Request) -> bytes:
    """Of all that was typed. Scans are left out: the letter is the same with one more."""
    said = dict(request.payload) | ({"batch": request.paper.batch} if request.paper.batch else {})
    return tools.vault.index("request", json.dumps(said, sort_keys=True))


def _allowed(request: Request) -> None:
    """A proof is looked at when it is used, in the transaction that writes the letter."""
    if request.proof is None:
        allow(request.actor, "register")


def _constraint(error: IntegrityError) -> str | None:
    diagnosis = getattr(error.orig, "diag", None)
    return getattr(diagnosis, "constraint_name", None)


def _attempt(tools: Tools, wish: _Wish) -> Answer:
    """One transaction; raises CapReached when the last slot goes while it runs."""
    scope = {"scope": wish.request.actor.ref, "key": wish.request.key, "province": tools.province}
    with tools.sessions.begin() as session:
        opening = session.execute(_OPENING, scope | {"cap": tools.line.cap}).one()
        if opening.request_hash is not None:
            answer = _replay(opening.request_hash, opening.status, opening.response, wish)
            _keep_scans(tools, session, wish.request, answer)
            return answer
        scope["now"] = opening.now
        is_call = wish.routed.new.channel is Channel.CALL
        today = Day(tools.province, tehran_day(opening.now), tools.line)
        if is_call and opening.full:
            answer = _call_back(tools, session, wish, today, opening.now)
            _remember(session, wish, answer, scope)
            return answer
        made = registration.compose(tools, wish.routed, opening.now, wish.request.source)
        made = boxed(session, tools, made, wish.request.paper)
        registration.write(session, [made], wish.request.actor)
        answer = Answer(201, made.body)
        _keep_scans(tools, session, wish.request, answer)
        _remember(session, wish, answer, scope)
        if wish.request.proof is not None:  # a twin of this request was waited for just now
            proving.use(session, wish.request.proof, made.parameters)
        if is_call:
            capacity.take_slot(session, today)
        return answer


def _keep_scans(tools: Tools, session: Session, request: Request, answer: Answer) -> None:
    code, brought = answer.body.get("tracking_code"), (request.actor, request.paper.scans)
    if code is not None:
        keep_scans(session, tools, code, brought)


def _replay(known: bytes, status: int, response: Json, wish: _Wish) -> Answer:
    if bytes(known) != wish.hash:
        raise KeyReused
    return Answer(status, response, replayed=True)


def _remember(session: Session, wish: _Wish, answer: Answer, scope: Json) -> None:
    response = json.dumps(answer.body, ensure_ascii=False)
    session.execute(
        _REMEMBER, scope | {"hash": wish.hash, "status": answer.status, "response": response}
    )


def _call_back(tools: Tools, session: Session, wish: _Wish, today: Day, now: datetime) -> Answer:
    """The call is not lost: its words and a promised day, in this transaction."""
    new = wish.routed.new
    due_on = capacity.promise(session, today, wish.routed.reference.holidays)
    row_id = new_id()
    row = registration.said(new)
    row |= registration.sealed(tools.vault, "callbacks", row_id, new.person)
    row |= registration.citizen(tools.vault, new.person.national_id)
    row |= {"id": row_id, "province": tools.province, "due_on": due_on, "now": now}
    session.execute(_CALLBACK, row)
    session.execute(_NOTED, _receipt(tools, row_id, due_on, now))
    promised = {"callback": str(row_id), "due_on": due_on.isoformat()}
    teller = story.Teller(tools.province, wish.request.actor, now)
    teller.tell(session, "callback_promised", None, **promised)
    return Answer(
        202,
        {
            "callback": {"id": str(row_id), "due_on": due_on.isoformat()},
            "capacity": capacity_query.read(session, today),
        },
    )


def _receipt(tools: Tools, callback: UUID, due_on: date, now: datetime) -> dict[str, object]:
    """The citizen hears at once that the call was taken note of, and when we shall ring."""
    return {
        "id": new_id(),
        "province": tools.province,
        "callback_id": callback,
        "local_id": codes.mint_local_id(),
        "text": texts.noted(jalali_day(due_on)),
        "now": now,
    }
