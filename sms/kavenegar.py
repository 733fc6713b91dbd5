"""Kavenegar: the official client made safe for receipts, and our protocol on top of it.

The official 1.1.2 has no time-out, a new connection for each call, an https that cannot be pointed
at a local gateway, lists sent as repeated fields, one exception for "refused" and "sent but not
answered", and prints the key. Its one `_request` is replaced here; its method names stay.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from unicodedata import normalize

from kavenegar import KavenegarAPI

from sms.gateway import (
    UNKNOWN_ID,
    Accepted,
    Account,
    Ambiguous,
    Gateway,
    LineStopped,
    Message,
    Mismatch,
    NotSent,
    Outcome,
    Refused,
    Report,
    Unavailable,
)
from sms.phone import BadPhone, Phone
from sms.wire import NothingSent, Unsure, Wire, masked

BASE_URL = "https://api.kavenegar.com"
TIMEOUT = (3.05, 15.0)
MOST_IDS = 500
LONGEST_REASON = 200
LARGEST = 2**63 - 1

# return.status → what comes of the message. A code that stands nowhere here is ambiguous, as are
# 402 and 409: nothing the provider has published says that they never follow an acceptance.
LINE = frozenset({401, 403, 407, 412, 416, 418, 426, 427, 429, 430, 451})
FOR_GOOD = frozenset(
    {400, 404, 405, 406, 411, 413, 414, 417, 419, 420, 422, 424, 431, 432, 501, 607}
)
OUTCOMES: Mapping[int, Callable[[int, str], Outcome]] = {
    **dict.fromkeys(LINE, LineStopped),
    **dict.fromkeys(FOR_GOOD, Refused),
}


class ApiError(Exception):
    """The provider answered, and the answer was no. `code` is its return.status."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code} {message}")
        self.code = code
        self.message = message


class Client(KavenegarAPI):  # type: ignore[misc]  # the library has no annotations
    """The official method names with honest failures: ApiError, NothingSent or Unsure."""

    def __init__(self, api_key: str, base_url: str, timeout: tuple[float, float]) -> None:
        # The parent keeps and prints what it is given; the key lives in the wire alone.
        super().__init__("…")
        self.wire = Wire(base_url, api_key, timeout)

    def _request(self, action: str, method: str, params: Mapping[str, Any] | None = None) -> Any:
        """The entries of a 200. Lists go as JSON, which is what the documentation asks for."""
        fields = {name: _field(value) for name, value in (params or {}).items()}
        answer = self.wire.post(f"{action}/{method}.json", fields)
        if 300 <= answer.http_status < 400:
            raise Unsure(f"redirect {answer.http_status}")
        status, message, entries = _envelope(answer.body, answer.http_status)
        if status != 200:
            raise ApiError(status, message)
        return entries


class Kavenegar(Gateway):
    """Speaks to Kavenegar, or to anything that answers as it does."""

    def __init__(
        self,
        api_key: str,
        sender: str | None = None,
        *,
        base_url: str = BASE_URL,
        timeout: tuple[float, float] = TIMEOUT,
    ) -> None:
        """`timeout` in seconds, to connect and to answer; `sender` None is the account's own line.
        Raises ValueError for a key or base URL that cannot be one."""
        self._client = Client(api_key, base_url, timeout)
        self._sender = {} if sender is None else {"sender": sender}

    def send(self, message: Message) -> Outcome:
        """One message with its `localid`. Source of the classes: the table above."""
        fields = {"receptor": message.receptor, "message": message.text}
        try:
            entries = self._client.sms_send({**fields, **self._sender, "localid": message.local_id})
        except ApiError as error:
            unclear: Outcome = Ambiguous(f"{error.code} {error.message}")
            kind = OUTCOMES.get(error.code)
            return kind(error.code, error.message) if kind else unclear
        except NothingSent as error:
            return NotSent(str(error))
        except Unsure as error:
            return Ambiguous(str(error))
        return _accepted(entries, message)

    def look_up(self, local_ids: Sequence[int]) -> dict[int, Report]:
        """sms/statuslocalmessageid, 500 ids a call. Raises Unavailable."""
        return self._reports(self._client.sms_statuslocalmessageid, "localid", local_ids)

    def statuses(self, message_ids: Sequence[int]) -> dict[int, Report]:
        """sms/status, 500 ids a call. Raises Unavailable."""
        return self._reports(self._client.sms_status, "messageid", message_ids)

    def account(self) -> Account:
        """account/info, account/config; an unreadable switch counts as on. Raises Unavailable."""
        info = _ask(self._client.account_info)
        config = _ask(self._client.account_config)
        credit, expires = _whole(_get(info, "remaincredit")), _whole(_get(info, "expiredate"))
        if credit is None or expires is None or not isinstance(config, Mapping):
            raise Unavailable("account answered in an unknown shape")
        return Account(
            credit=credit,
            expires=datetime.fromtimestamp(min(expires, 2**35), UTC),
            debug_mode=_is_on(config.get("debugmode")),
            resend_failed=_is_on(config.get("resendfailed")),
        )

    def close(self) -> None:
        """Close the calling thread's connection."""
        self._client.wire.close()

    def _reports(
        self, method: Callable[..., Any], name: str, ids: Sequence[int]
    ) -> dict[int, Report]:
        reports: dict[int, Report] = {}
        for start in range(0, len(ids), MOST_IDS):
            asked = ids[start : start + MOST_IDS]
            entries = _ask(method, {name: ",".join(map(str, asked))})
            reports |= _read_reports(entries, name, frozenset(asked))
        return reports


def _ask(method: Callable[..., Any], *params: Mapping[str, Any]) -> Any:
    try:
        return method(*params)
    except ApiError as error:
        trouble = Unavailable(str(error), error.code)
    except (NothingSent, Unsure) as error:
        trouble = Unavailable(str(error))
    raise trouble


def _field(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | tuple) else str(value)


def _envelope(body: bytes, http_status: int) -> tuple[int, str, Any]:
    """`return.status`, `return.message`, `entries`. Raises Unsure for anything of another shape."""
    unreadable = Unsure(f"HTTP {http_status} with an unreadable body")
    try:
        parsed = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        parsed = None
    verdict = _get(parsed, "return")
    status = _whole(_get(verdict, "status"))
    if status is None:
        raise unreadable
    return (
        status,
        masked(str(_get(verdict, "message") or ""))[:LONGEST_REASON],
        _get(parsed, "entries"),
    )


def _accepted(entries: Any, message: Message) -> Outcome:
    """A 200 proves an acceptance only if it shows our own message."""
    entry = entries[0] if isinstance(entries, list) and len(entries) == 1 else None
    message_id, status = _whole(_get(entry, "messageid")), _whole(_get(entry, "status"))
    receptor, text = _get(entry, "receptor"), _get(entry, "message")
    if not message_id or status is None or receptor is None or text is None:
        return Ambiguous("accepted without a record to prove it")
    if not _same_phone(str(receptor), message.receptor):
        return Mismatch("another receptor has this localid")
    if _canonical(str(text)) != _canonical(message.text):
        return Mismatch("another text has this localid")
    return Accepted(message_id, status, _whole(_get(entry, "cost")))


def _read_reports(entries: Any, name: str, asked: frozenset[int]) -> dict[int, Report]:
    reports = {}
    for entry in entries if isinstance(entries, list) else []:
        key, status = _whole(_get(entry, name)), _whole(_get(entry, "status"))
        if key in asked and key is not None and status is not None:
            known = _whole(_get(entry, "messageid")) if status != UNKNOWN_ID else 0
            reports[key] = Report(known or 0, status)
    return reports


def _same_phone(first: str, second: str) -> bool:
    try:
        return Phone.parse(first) == Phone.parse(second)
    except BadPhone:
        return first == second


def _canonical(text: str) -> Iterable[str]:
    """Line ends and composed letters are the provider's to choose; the words are not."""
    return normalize("NFC", text).split()


def _get(value: object, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else None


def _whole(value: object) -> int | None:
    """A number of at least 0 that fits a bigint; the provider writes some of them as text."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= LARGEST else None


def _is_on(switch: object) -> bool:
    return str(switch).strip().lower() not in {"disabled", "false", "0"}
