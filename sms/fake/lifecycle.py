"""What the clock makes of a message: queued, handed to the operator, and its end."""

from collections.abc import Mapping
from typing import Any

from sms.fake.contract import STATUS_TEXTS
from sms.fake.store import Stored

QUEUED, SCHEDULED, WITH_OPERATOR, UNKNOWN = 1, 2, 4, 100
# How far back the provider looks, in seconds: by its own id, and by ours.
LOOK_BACK: Mapping[str, int] = {"messageid": 48 * 3600, "localid": 12 * 3600}


def status(message: Stored, now: float) -> int:
    """The provider's status of this message at this moment."""
    for until, state in (
        (message.sent_at, SCHEDULED),
        (message.operator_at, QUEUED),
        (message.final_at, WITH_OPERATOR),
    ):
        if now < until:
            return state
    return message.final


def described(state: int) -> dict[str, Any]:
    return {"status": state, "statustext": STATUS_TEXTS.get(state, "نامشخص")}


def record(message: Stored, now: float) -> dict[str, Any]:
    """The full record, as sms/send, sms/select and the outbox methods give it."""
    return {
        "messageid": message.messageid,
        "message": message.message,
        **described(status(message, now)),
        "sender": message.sender,
        "receptor": message.receptor,
        "date": int(message.sent_at),
        "cost": message.cost,
    }
