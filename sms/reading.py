"""Reading what a provider answered: nothing is believed before it has been looked at."""

import json
from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeVar
from unicodedata import normalize

from sms.gateway import Accepted, Ambiguous, Message, Mismatch, NotSent, Outcome, Unavailable
from sms.phone import BadPhone, Phone
from sms.wire import NothingSent, Unsure

LARGEST = 2**63 - 1
LONGEST_REASON = 200


class ApiError(Exception):
    """The provider answered, and the answer was no. `code` is its own, or the status of HTTP;
    `fields` are the parameters it objected to, if it named them."""

    def __init__(self, code: int, message: str, fields: frozenset[str] = frozenset()) -> None:
        super().__init__(f"{code} {message}")
        self.code = code
        self.message = message
        self.fields = fields


TROUBLE = (ApiError, NothingSent, Unsure)
Trouble = ApiError | NothingSent | Unsure
Kind = TypeVar("Kind")


def outcome_of(
    trouble: Trouble, kind_of: Callable[[ApiError], Callable[[int, str], Kind] | None]
) -> Kind | NotSent | Ambiguous:
    """What failed sending comes to; `kind_of` is None for a refusal that proves nothing."""
    if isinstance(trouble, NothingSent):
        return NotSent(str(trouble))
    kind = kind_of(trouble) if isinstance(trouble, ApiError) else None
    if kind is None or not isinstance(trouble, ApiError):
        return Ambiguous(str(trouble))
    return kind(trouble.code, trouble.message)


def ask(method: Callable[..., Any], *params: Any) -> Any:
    """The answer to a question that changes nothing. Raises Unavailable."""
    try:
        return method(*params)
    except TROUBLE as error:
        trouble = Unavailable(str(error), getattr(error, "code", None))
    raise trouble


def parsed(body: bytes) -> Any:
    """The JSON of a body; None for what is none."""
    try:
        return json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        return None


def get(value: object, *names: str) -> Any:
    """The first of these that an object holds; None where there is no object."""
    if not isinstance(value, Mapping):
        return None
    return next((value[name] for name in names if name in value), None)


def whole(value: object) -> int | None:
    """A number of at least 0 that fits a bigint; providers write some of them as text."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= LARGEST else None


def is_on(switch: object) -> bool:
    """Is a switch on? One that cannot be read counts as on."""
    return str(switch).strip().lower() not in {"disabled", "false", "0"}


def accepted(entry: object, message: Message) -> Outcome:
    """A 200 proves an acceptance only if it shows our own message."""
    message_id, status = whole(get(entry, "messageid")), whole(get(entry, "status"))
    receptor, text = get(entry, "receptor"), get(entry, "message")
    if not message_id or status is None or receptor is None or text is None:
        return Ambiguous("accepted without a record to prove it")
    if _phone(receptor) != _phone(message.receptor):
        return Mismatch("another receptor has this localid")
    if _words(text) != _words(message.text):
        return Mismatch("another text has this localid")
    return Accepted(message_id, status, whole(get(entry, "cost")))


def identity(receptor: object, text: object) -> Hashable:
    """The same for two records of one message, however they are spelt."""
    return (_phone(receptor), _words(text))


def _phone(receptor: object) -> Hashable:
    try:
        return Phone.parse(str(receptor))
    except BadPhone:
        return str(receptor)


def _words(text: object) -> tuple[str, ...]:
    """Line ends and composed letters are the provider's to choose; the words are not."""
    return tuple(normalize("NFC", str(text)).split())
