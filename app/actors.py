"""Who acts: a person, a program with a token, or the system itself; and what a role may do."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    OPERATOR = "operator"
    TRIAGE = "triage"
    AGENCY = "agency"
    MANAGER = "manager"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    AUDITOR = "auditor"


class Forbidden(Exception):
    """This role may not do this."""


@dataclass(frozen=True, slots=True)
class Actor:
    """`ref` ("user:…", "token:…", "system") is what events and claims keep."""

    ref: str
    role: Role | None
    agency: str | None = None
    name: str = ""


SYSTEM = Actor("system", None)

_STAFF = frozenset(Role)
_DESKS = frozenset({Role.AGENCY, Role.MANAGER})
MAY: dict[str, frozenset[Role]] = {
    "register": frozenset({Role.OPERATOR}),
    "call back": frozenset({Role.OPERATOR}),
    "note": frozenset({Role.OPERATOR}),
    "scan": frozenset({Role.OPERATOR}),
    "batch": frozenset({Role.OPERATOR}),
    "tell": frozenset({Role.OPERATOR, Role.SUPERVISOR}),
    "send again": frozenset({Role.SUPERVISOR}),
    "read": frozenset(
        {Role.OPERATOR, Role.TRIAGE, Role.AGENCY, Role.MANAGER, Role.SUPERVISOR}
    ),
    "claim": _DESKS,
    "forward": _DESKS,
    "return": _DESKS,
    "answer": _DESKS,
    "attach": _DESKS,
    "ask": _DESKS,
    "pause": _DESKS,
    "assign": _DESKS,
    "object": frozenset({Role.OPERATOR}),
    "reply": frozenset({Role.OPERATOR}),
    "merge": frozenset({Role.TRIAGE}),
    "refer": frozenset({Role.TRIAGE, Role.SUPERVISOR}),
    "queue": _DESKS | {Role.TRIAGE, Role.SUPERVISOR},
    "capacity": _STAFF,
    "ledger": frozenset({Role.SUPERVISOR, Role.ADMIN, Role.AUDITOR}),
}  # fmt: skip


def allow(actor: Actor, verb: str) -> None:
    """Return, or raise Forbidden when the actor's role may not do this."""
    if actor.role not in MAY[verb]:
        raise Forbidden(verb)
