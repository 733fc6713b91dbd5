"""Intake: a correspondence comes in once, with its owner, its deadline and its receipts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import door
from app.actions import capacity, entering, noting, proving, registration, story
from app.actions.capacity import CapReached
from app.actions.paper import Paper, belongs, boxed, keep_scans
from app.actions.registration import Routed
from app.actors import Actor, allow
from app.db import Json
from app.lifecycle import Channel
from app.line import Day
from app.persian import tehran_day
from app.tools import Tools

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


@dataclass(frozen=True, slots=True)
class _Wish:
    """A request after parsing and routing, before any transaction."""

    request: Request
    routed: Routed
    hash: bytes

    @property
    def alone(self) -> bool:
        """Nothing but the letter is to be written: no slot of the line, no proof, no paper."""
        is_call, paper = self.routed.new.channel is Channel.CALL, self.request.paper
        return not (is_call or self.request.proof or paper.batch or paper.scans)


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
            answer = _at_once(tools, wish) or _attempt(tools, wish)
        except CapReached:
            continue  # the last slot went to somebody else; the next try sees a full day
        except DBAPIError as error:
            if not error.connection_invalidated and _constraint(error) not in _OURS_TO_RETRY:
                raise
            continue  # a dead connection, a twin with the same key, a random code that was taken
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


def _constraint(error: DBAPIError) -> str | None:
    diagnosis = getattr(error.orig, "diag", None)
    return getattr(diagnosis, "constraint_name", None)


def _at_once(tools: Tools, wish: _Wish) -> Answer | None:
    """In one statement, where nothing else belongs to the transaction; None when it did not do."""
    if not wish.alone:
        return None
    now = datetime.now(UTC)
    made = registration.compose(tools, wish.routed, now, wish.request.source)
    entry = {
        "actor": wish.request.actor.ref,
        "key": wish.request.key,
        "hash": wish.hash,
        "response": _told(made.body),
        "day": tehran_day(now),
    }
    written = entering.write_once(tools.sessions, made, entry)
    return Answer(201, made.body) if written else None


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
            teller = story.Teller(tools.province, wish.request.actor, opening.now)
            answer = Answer(202, noting.note(tools, session, wish.routed, today, teller))
            _remember(session, wish, answer, scope)
            return answer
        made = registration.compose(tools, wish.routed, opening.now, wish.request.source)
        made = boxed(session, tools, made, wish.request.paper)
        entering.write(session, [made], wish.request.actor)
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
    response = _told(answer.body)
    session.execute(
        _REMEMBER, scope | {"hash": wish.hash, "status": answer.status, "response": response}
    )


def _told(body: Json) -> str:
    return json.dumps(body, ensure_ascii=False)
