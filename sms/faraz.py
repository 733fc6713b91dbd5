"""FarazSMS (IranPayamak): the official client made safe, and our protocol on top of it.

The second provider: used only for what the first has surely not taken. It takes no id of ours, so
an unclear answer can never be settled by asking (`remembers` is False).

The official 1.1.0 shares one session between threads, follows redirects, takes an error page in
JSON for a success and an error page in HTML for a crash, and shows the key in `vars()`. Its one
`request` is replaced here; its method names stay.

Sources: docs.iranpayamak.com (OpenAPI, 2025-08 to 2026) and docs.farazsms.com. Where they are
silent or contradict themselves (the answer of a send; the items of a request), what other programs
saw of the real service is taken, too, and whatever fits neither is ambiguous.
"""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from farazsms import FarazSMS

from sms.gateway import (
    MOST_AT_ONCE,
    UNKNOWN_ID,
    Accepted,
    Account,
    Ambiguous,
    Gateway,
    LineStopped,
    Message,
    NotSent,
    Outcome,
    Refused,
    Report,
    Singly,
    Unavailable,
)
from sms.reading import (
    LARGEST,
    LONGEST_REASON,
    TROUBLE,
    ApiError,
    ask,
    get,
    is_on,
    outcome_of,
    parsed,
    whole,
)
from sms.wire import Unsure, Wire

BASE_URL = "https://api.iranpayamak.com"
TIMEOUT = (3.05, 15.0)
BATCH_SECONDS = 20.0
LINE_NUMBER = re.compile(r"[0-9]{4,20}")
# Balance and tariff are told in tomans: 5410 messages for 995595 is the price of one in tomans.
RIALS = 10

# It publishes no codes, only the status of HTTP and, with 422, which fields it objects to. Each of
# these is said before a request is carried out (RFC 9110, RFC 6585; 401 and 422 are documented).
LINE = frozenset({401, 403, 404, 405, 429})
OF_THE_MESSAGE = frozenset({"recipients", "recipient", "text"})
OF_THE_LINE = frozenset({"line_number", "number_format", "schedule"})
# What a request for sending is, and what one message of it is, in Kavenegar's numbers. A request
# in any other state was taken and is not being sent: a person has to look.
REQUEST: Mapping[str, int] = {"init": 1, "in-queue": 1, "pending-approval": 2, "sent": 4}
ITEM: Mapping[str, int] = {
    "not-started": 1,
    "in-queue": 1,
    "sent": 4,
    "send-failure": 6,
    "system-error": 6,
    "delivered": 10,
    "delivery-failure": 11,
    "blacklist": 14,
}


class Client(FarazSMS):  # type: ignore[misc]  # the library has no annotations
    """The official method names with honest failures: ApiError, NothingSent or Unsure."""

    def __init__(self, api_key: str, base_url: str, timeout: tuple[float, float]) -> None:
        # The parent keeps what it is given in a session of its own; nothing may go that way.
        super().__init__("…", base_url)
        del self.s
        self.wire = Wire(base_url, api_key, timeout, header="Api-Key")

    def request(self, method: str, path: str, body: Any = None, params: Any = None) -> Any:
        """The `data` of a success; nothing but a 2xx that says `success` is one."""
        answer = self.wire.call(method, path.lstrip("/"), json=body, params=params)
        said, http_status = parsed(answer.body), answer.http_status
        word = get(said, "status")
        if word == "success" and 200 <= http_status < 300:
            return get(said, "data")
        if not isinstance(said, Mapping) or not (word == "error" or http_status >= 400):
            raise Unsure(f"HTTP {http_status} with an unreadable body")
        if word == "success":
            raise Unsure(f"HTTP {http_status} with a body that says success")
        fields, reason = _objections(said)
        raise ApiError(http_status, self.wire.hide(reason)[:LONGEST_REASON], fields)


class Faraz(Gateway):
    """Speaks to FarazSMS, or to anything that answers as it does."""

    name = "faraz"
    remembers = False

    def __init__(
        self,
        api_key: str,
        sender: str,
        *,
        base_url: str = BASE_URL,
        timeout: tuple[float, float] = TIMEOUT,
        batch_seconds: float = BATCH_SECONDS,
    ) -> None:
        """`timeout` in seconds, to connect and to answer; `batch_seconds` after which `send_many`
        and `statuses` begin nothing more; `sender` is a line of the account, in digits. Raises
        ValueError for a key, base URL or sender that cannot be one."""
        if not LINE_NUMBER.fullmatch(sender):
            raise ValueError("the sender must be the digits of a line")
        self._client = Client(api_key, base_url, timeout)
        self._sender = sender
        self._batch_seconds = batch_seconds

    def send(self, message: Message) -> Outcome:
        """One message to one telephone, ws/v1/sms/simple. `local_id` cannot be told."""
        try:
            data = self._client.send_simple(message.text, [message.receptor], self._sender)
        except TROUBLE as error:
            return outcome_of(error, _kind)
        return _taken(data)

    def send_many(self, messages: Sequence[Message]) -> list[Outcome | Singly]:
        """One after another, until something is wrong with more than one message or time is up;
        who was not tried is NotSent. Raises ValueError for more than MOST_AT_ONCE."""
        if len(messages) > MOST_AT_ONCE:
            raise ValueError(f"at most {MOST_AT_ONCE} messages at once")
        until = time.monotonic() + self._batch_seconds
        outcomes: list[Outcome | Singly] = []
        for message in messages:
            outcomes.append(self.send(message))
            if not isinstance(outcomes[-1], Accepted | Refused) or time.monotonic() > until:
                break
        left = len(messages) - len(outcomes)
        return [*outcomes, *[NotSent("not tried: after trouble, or out of time")] * left]

    def look_up(self, local_ids: Sequence[int]) -> dict[int, Report]:
        """Never: it knows no id of ours. Raises Unavailable."""
        raise Unavailable("this provider cannot be asked by our own ids")

    def statuses(self, message_ids: Sequence[int]) -> dict[int, Report]:
        """ws/v1/send_request/{id}/items, one call for each id while there is time; who
        was not asked is absent. Raises Unavailable."""
        until = time.monotonic() + self._batch_seconds
        reports: dict[int, Report] = {}
        for message_id in message_ids:
            if time.monotonic() > until:
                break
            status = self._status(message_id)
            if status is not None:
                reports[message_id] = Report(message_id if status != UNKNOWN_ID else 0, status)
        return reports

    def account(self) -> Account:
        """account/balance, account/profile. It has no debug mode, and repeats nothing by itself.
        Raises Unavailable."""
        balance = ask(self._client.balance)
        profile = ask(self._client.profile)
        credit = _amount(get(balance, "balance_amount", "balanceAmount"))
        expires = _instant(get(get(profile, "plan"), "expiryDate", "expiry_date"))
        if credit is None or expires is None:
            raise Unavailable("account answered in an unknown shape")
        return Account(
            credit=credit * RIALS,
            expires=expires,
            debug_mode=False,
            resend_failed=False,
            blocked=is_on(get(profile, "blocked")),
        )

    def close(self) -> None:
        """Close the calling thread's connection."""
        self._client.wire.close()

    def _status(self, message_id: int) -> int | None:
        try:
            data = ask(self._client.send_request_items, message_id)
        except Unavailable as error:
            if error.code == 404:
                return UNKNOWN_ID
            raise
        items = data if isinstance(data, list) else get(data, "data", "items")
        only = items[0] if isinstance(items, list) and len(items) == 1 else None
        return ITEM.get(str(get(only, "status")))


def _objections(said: Mapping[str, Any]) -> tuple[frozenset[str], str]:
    """Which parameters, by name, and in which words: a text, a list or an object by field."""
    told = [each for name in ("messages", "message", "errors") if (each := said.get(name))]
    by_field = next((each for each in told if isinstance(each, Mapping)), {})
    names = frozenset(str(name).partition(".")[0] for name in by_field)
    return names, ", ".join(sorted(names)) or str(told[0] if told else "")


def _kind(refusal: ApiError) -> Callable[[int, str], Outcome] | None:
    if refusal.code in LINE or (refusal.code == 422 and refusal.fields & OF_THE_LINE):
        return LineStopped
    return Refused if refusal.code == 422 and refusal.fields & OF_THE_MESSAGE else None


def _taken(data: Any) -> Outcome:
    """The documentation shows a number, the service an object with its state; either has the id of
    the request, and only with it is the message taken."""
    message_id = whole(get(data, "id") if isinstance(data, Mapping) else data)
    if not message_id:
        return Ambiguous("accepted without a number to prove it")
    word = str(get(data, "status") or "in-queue")
    status = REQUEST.get(word)
    if status is None:
        return Ambiguous(f"request {message_id} was taken and is {word[:LONGEST_REASON]!r}")
    return Accepted(message_id, status, None)


def _amount(value: object) -> int | None:
    """Whole tomans of a number or of a text such as `54230.5`."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    # Looked at before it is made whole: 1E999999 is a short text and a long number.
    return int(amount) if amount.is_finite() and 0 <= amount <= LARGEST else None


def _instant(value: object) -> datetime | None:
    try:
        instant = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
