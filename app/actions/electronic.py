"""An electronic letter by the citizen's own hand: the mobile is the one that a code has proved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app import door
from app.actions import intake, proving
from app.actions.intake import KeyReused
from app.actions.objection import CITIZEN
from app.db import Json
from app.door import Fault, Invalid
from app.lifecycle import Channel
from app.queries import proof
from app.tools import Tools

_MOBILE = "citizen.mobile"


class SentBefore(Exception):
    """This check has its letter already, and that one reads otherwise."""

    def __init__(self, tracking_code: str) -> None:
        super().__init__("the check was used for another letter")
        self.tracking_code = tracking_code


@dataclass(frozen=True, slots=True, repr=False)
class Written:
    """What a citizen sends: a check, its code as typed, and the letter in the API's words, without
    channel and mobile."""

    check: UUID | None
    code: str
    letter: Mapping[str, Any]


@dataclass(frozen=True, slots=True, repr=False)
class Registered:
    """The registration's answer, and the last digits of the mobile that it can be tracked with."""

    body: Json
    last4: str


def send(tools: Tools, written: Written) -> Registered:
    """Register it, once for each check: sent again it is the same letter with the same code.

    Raises Invalid with every fault, the code's among them; SentBefore, Busy.
    """
    proved = proving.prove(tools, written.check, written.code)
    if proved.mobile is None or written.check is None:
        raise Invalid(Fault("code", proved.fault), *_faults(_payload(written, "")))
    wish = intake.Request(
        CITIZEN,
        str(written.check),
        _payload(written, proved.mobile.local),
        source="citizen",
        proof=written.check,
    )
    try:
        answer = intake.register(tools, wish)
    except (KeyReused, Invalid) as error:
        if isinstance(error, Invalid) and not proved.used:
            raise
        raise SentBefore(_before(tools, written.check)) from None
    return Registered(answer.body, proved.mobile.last4)


def _payload(written: Written, mobile: str) -> Json:
    citizen = {**written.letter.get("citizen", {}), "mobile": mobile}
    return {**written.letter, "channel": str(Channel.ELECTRONIC), "citizen": citizen}


def _faults(payload: Json) -> list[Fault]:
    try:
        door.parse(payload, datetime.now(UTC))
    except Invalid as error:
        return [fault for fault in error.faults if fault.field != _MOBILE]
    return []


def _before(tools: Tools, check: UUID) -> str:
    with tools.sessions() as session:
        return proof.letter_of(session, check) or ""
