"""Rule sets: keep a new one, and say which decides from now on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.story import Teller, clock
from app.actors import SYSTEM, Actor
from app.db import Json
from app.door import NAME_LIMIT, Fault, Invalid, is_storable
from app.ids import new_id
from app.models.reference import PROGRAM, RuleActivation
from app.queries import rules
from app.tools import Tools
from routing.loading import parse

SHORTEST_PREFIX = 4

_STORE = text("""
insert into rule_sets (version, province, content, created_at)
values (:version, :province, cast(:content as jsonb), clock_timestamp()) on conflict do nothing
returning version
""")

# Activations wait for each other, so that the newest is the last one that anybody was told of.
_ONE_AT_A_TIME = text("lock table rule_activations in share row exclusive mode")


class UnknownVersion(Exception):
    """No stored version begins so."""


class Ambiguous(Exception):
    """More than one stored version begins so. The message names them."""


@dataclass(frozen=True, slots=True)
class Stored:
    """`new` is False when the same content was there already."""

    version: str
    new: bool


def add(tools: Tools, files: Mapping[str, str]) -> Stored:
    """Check a rule set, file name → text, and keep it. It does not decide before it is activated.

    Safe to repeat. Raises BadRules, Invalid.
    """
    version = parse(files).version
    if not all(map(is_storable, files.values())):
        raise Invalid(Fault("rules", "bad-character"))
    with tools.sessions.begin() as session:
        return Stored(version, keep(session, tools.province, version, files))


def activate(tools: Tools, prefix: str, by: str) -> Json:
    """Let a stored version decide, named by at least its first four characters; an event tells
    who said so. Raises UnknownVersion, Ambiguous, BadRules, Invalid.

    Every process knows it within seconds; what is already decided stays.
    """
    by = _checked_name(by)
    with tools.sessions() as session:
        version = _only(rules.named(session, prefix), prefix)
        files = rules.content(session, version)
    rules.compiled(version, files)
    with tools.sessions.begin() as session:
        session.execute(_ONE_AT_A_TIME)
        teller = Teller(tools.province, Actor(f"administrator:{by}", None), clock(session))
        before = rules.active(session)
        put_in_charge(session, teller, version, by)
    return {
        "version": version,
        "before": before,
        "activated_by": by,
        "activated_at": teller.now.isoformat(),
    }


def ensure_shipped(session: Session, tools: Tools, files: Mapping[str, str]) -> None:
    """Keep the program's own rules, and activate them unless a person has chosen others."""
    version = tools.shipped.version
    session.execute(_ONE_AT_A_TIME)
    keep(session, tools.province, version, files)
    newest = rules.activation(session)
    if newest is None or (newest.activated_by == PROGRAM and newest.version != version):
        teller = Teller(tools.province, SYSTEM, clock(session))
        put_in_charge(session, teller, version, PROGRAM)


def keep(session: Session, province: str, version: str, files: Mapping[str, str]) -> bool:
    """Whether it was not there yet."""
    content = json.dumps(dict(files), ensure_ascii=False)
    row = {"version": version, "province": province, "content": content}
    return session.execute(_STORE, row).first() is not None


def put_in_charge(session: Session, teller: Teller, version: str, by: str) -> None:
    session.add(
        RuleActivation(
            id=new_id(),
            province=teller.province,
            version=version,
            activated_by=by,
            activated_at=teller.now,
        )
    )
    teller.tell(session, "rules_activated", None, rules=version)


def _only(found: list[str], prefix: str) -> str:
    if not found:
        raise UnknownVersion(prefix)
    if len(found) > 1:
        raise Ambiguous(", ".join(found))
    return found[0]


def _checked_name(raw: str) -> str:
    name = raw.strip()
    if not name or len(name) > NAME_LIMIT or not is_storable(name):
        raise Invalid(Fault("by", "required" if not name else "other"))
    if name == PROGRAM:
        raise Invalid(Fault("by", "taken"))
    return name
