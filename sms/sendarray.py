"""Many messages in one call of Kavenegar, sms/sendarray: what is posted, and who was accepted.

The documentation and the PHP client call our ids `localmessageids`; three other official clients
call them otherwise. Ids that are not kept would turn every look-up into "never heard of it" and
every second try into a second SMS, so no call carries many before the provider was seen to keep
the id of one.
"""

import threading
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from kavenegar import KavenegarAPI

from sms import codes
from sms.gateway import (
    MOST_AT_ONCE,
    Accepted,
    Ambiguous,
    Message,
    Mismatch,
    Outcome,
    Report,
    Singly,
    Unavailable,
)
from sms.reading import TROUBLE, accepted, get, identity, outcome_of

LookUp = Callable[[Sequence[int]], dict[int, Report]]


class Many:
    """Sends many at once, as soon as one has shown that it is safe. Threads share it."""

    def __init__(self, client: KavenegarAPI, sender: str | None, look_up: LookUp) -> None:
        self._client = client
        self._sender = sender
        self._look_up = look_up
        self._keeps_ids = threading.Event()

    def send(self, messages: Sequence[Message]) -> list[Outcome | Singly]:
        """One outcome for each, in order. Until an id was seen to be kept, only the first goes out
        this way, in a call of its own, and the others are Singly. Raises ValueError for more than
        MOST_AT_ONCE."""
        if len(messages) > MOST_AT_ONCE:
            raise ValueError(f"at most {MOST_AT_ONCE} messages at once")
        if self._sender is None:
            return [Singly(0, "sms/sendarray needs a sender")] * len(messages)
        if self._keeps_ids.is_set() or not messages:
            return self._call(messages, self._sender)
        tried = self._call(messages[:1], self._sender)
        if self._is_kept(messages[0], tried[0]):
            self._keeps_ids.set()
        return [*tried, *[Singly(0, "local ids are being tried")] * (len(messages) - 1)]

    def _call(self, messages: Sequence[Message], sender: str) -> list[Outcome | Singly]:
        if not messages:
            return []
        try:
            entries = self._client.sms_sendarray(_fields(messages, sender))
        except TROUBLE as error:
            return [outcome_of(error, lambda said: codes.MANY.get(said.code))] * len(messages)
        return [*_outcomes(entries, messages)]

    def _is_kept(self, message: Message, outcome: Outcome | Singly) -> bool:
        if not isinstance(outcome, Accepted):
            return False
        try:
            found = self._look_up([message.local_id])
        except Unavailable:
            return False
        report = found.get(message.local_id)
        return report is not None and report.message_id == outcome.message_id


def _fields(messages: Sequence[Message], sender: str) -> Mapping[str, list[Any]]:
    """Arrays of one length; one that is shorter or holds a null would be refused with 419."""
    return {
        "receptor": [message.receptor for message in messages],
        "sender": [sender] * len(messages),
        "message": [message.text for message in messages],
        "localmessageids": [message.local_id for message in messages],
    }


def _outcomes(entries: Any, messages: Sequence[Message]) -> list[Outcome]:
    """One for each message: accepted by its own record, and by nothing less."""
    found = entries if isinstance(entries, list) else []
    judge = _in_their_places if len(found) == len(messages) else _wherever_they_are
    judged = judge(found, messages)
    ids = Counter(each.message_id for each in judged if isinstance(each, Accepted))
    return [_alone(outcome, ids) for outcome in judged]


def _in_their_places(found: Sequence[object], messages: Sequence[Message]) -> list[Outcome]:
    theirs, ours = set(map(_of_entry, found)), set(map(_of_message, messages))
    judged: list[Outcome] = []
    for entry, message in zip(found, messages, strict=True):
        outcome = accepted(entry, message)
        # Whose is it? Of another message of this call, or an old one under our local id?
        moved = _of_entry(entry) in ours or _of_message(message) in theirs
        if moved and isinstance(outcome, Mismatch):
            outcome = Ambiguous("the records came out of order")
        judged.append(outcome)
    return judged


def _wherever_they_are(found: Sequence[object], messages: Sequence[Message]) -> list[Outcome]:
    """Some were left out, nobody says which: only a record that can be nobody else's counts."""
    theirs = Counter(map(_of_entry, found))
    records = {_of_entry(entry): entry for entry in found if theirs[_of_entry(entry)] == 1}
    return [accepted(records.get(_of_message(message)), message) for message in messages]


def _of_entry(entry: object) -> Hashable:
    return identity(get(entry, "receptor"), get(entry, "message"))


def _of_message(message: Message) -> Hashable:
    return identity(message.receptor, message.text)


def _alone(outcome: Outcome, ids: Mapping[int, int]) -> Outcome:
    # Also of two messages that are the same word for word, when one of them was left out.
    if isinstance(outcome, Accepted) and ids[outcome.message_id] > 1:
        return Ambiguous("one message id for several messages")
    return outcome
