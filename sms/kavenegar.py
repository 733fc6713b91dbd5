"""Kavenegar: the official client made safe for receipts, and our protocol on top of it.

The official 1.1.2 has no time-out, a new connection for each call, an https that cannot be pointed
at a local gateway, lists sent as repeated fields, one exception for "refused" and "sent but not
answered", and prints the key. Its one `_request` is replaced here; its method names stay.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from kavenegar import KavenegarAPI

from sms import codes, sendarray
from sms.gateway import (
    UNKNOWN_ID,
    Account,
    Gateway,
    Message,
    Outcome,
    Report,
    Singly,
    Unavailable,
)
from sms.reading import (
    LONGEST_REASON,
    TROUBLE,
    ApiError,
    accepted,
    ask,
    get,
    is_on,
    outcome_of,
    parsed,
    whole,
)
from sms.wire import Unsure, Wire

BASE_URL = "https://api.kavenegar.com"
TIMEOUT = (3.05, 15.0)
MOST_IDS = 500


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
        body = parsed(answer.body)
        verdict = get(body, "return")
        status = whole(get(verdict, "status"))
        if status is None:
            raise Unsure(f"HTTP {answer.http_status} with an unreadable body")
        if status != 200:
            message = self.wire.hide(str(get(verdict, "message") or ""))
            raise ApiError(status, message[:LONGEST_REASON])
        return get(body, "entries")


class Kavenegar(Gateway):
    """Speaks to Kavenegar, or to anything that answers as it does."""

    name = "kavenegar"
    remembers = True

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
        self._sender = sender
        self._many = sendarray.Many(self._client, sender, self.look_up)

    def send(self, message: Message) -> Outcome:
        """One message with its `localid`. Source of the classes: `codes.ONE`."""
        fields = {"receptor": message.receptor, "message": message.text}
        sender = {} if self._sender is None else {"sender": self._sender}
        try:
            entries = self._client.sms_send({**fields, **sender, "localid": message.local_id})
        except TROUBLE as error:
            return outcome_of(error, lambda said: codes.ONE.get(said.code))
        alone = entries[0] if isinstance(entries, list) and len(entries) == 1 else None
        return accepted(alone, message)

    def send_many(self, messages: Sequence[Message]) -> list[Outcome | Singly]:
        """sms/sendarray, one call; see `sendarray.Many`."""
        return self._many.send(messages)

    def look_up(self, local_ids: Sequence[int]) -> dict[int, Report]:
        """sms/statuslocalmessageid, 500 ids a call. Raises Unavailable."""
        return self._reports(self._client.sms_statuslocalmessageid, "localid", local_ids)

    def statuses(self, message_ids: Sequence[int]) -> dict[int, Report]:
        """sms/status, 500 ids a call. Raises Unavailable."""
        return self._reports(self._client.sms_status, "messageid", message_ids)

    def account(self) -> Account:
        """account/info, account/config; an unreadable switch counts as on. Raises Unavailable."""
        info = ask(self._client.account_info)
        config = ask(self._client.account_config)
        credit, expires = whole(get(info, "remaincredit")), whole(get(info, "expiredate"))
        if credit is None or expires is None or not isinstance(config, Mapping):
            raise Unavailable("account answered in an unknown shape")
        return Account(
            credit=credit,
            expires=datetime.fromtimestamp(min(expires, 2**35), UTC),
            debug_mode=is_on(config.get("debugmode")),
            resend_failed=is_on(config.get("resendfailed")),
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
            entries = ask(method, {name: ",".join(map(str, asked))})
            reports |= _read_reports(entries, name, frozenset(asked))
        return reports


def _field(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | tuple) else str(value)


def _read_reports(entries: Any, name: str, asked: frozenset[int]) -> dict[int, Report]:
    reports = {}
    for entry in entries if isinstance(entries, list) else []:
        key, status = whole(get(entry, name)), whole(get(entry, "status"))
        if key in asked and key is not None and status is not None:
            known = whole(get(entry, "messageid")) if status != UNKNOWN_ID else 0
            reports[key] = Report(known or 0, status)
    return reports
