"""One call to a provider: pooled per thread, bounded in time and size, every failure named.

The key is in the path of the address or in a header, so no exception of the HTTP library may leave
this module: they hold both. Ours are raised where no other exception is being handled, so that not
even `__context__` leads back to one.
"""

import logging
import os
import re
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

# urllib3 sees most closed connections before it reuses one, but not one that the server closes in
# the same instant: that send would be ambiguous. Servers commonly keep a quiet connection 5 seconds
# or longer, so we leave before they do.
QUIET_SECONDS = 4.0
# The longest honest answer, 500 statuses, is a tenth of this.
LONGEST_ANSWER = 1 << 20
PIECE = 1 << 14
KEY_IN_PATH = re.compile(r"(/v1/)[^/\s]+")
HEADERS = {"Accept": "application/json", "User-Agent": "samaneh111"}


class WireTrouble(Exception):
    """No whole answer came. The text names the kind of failure and never the address."""


class NothingSent(WireTrouble):
    """The connection was never made: the provider has seen nothing."""


class Unsure(WireTrouble):
    """Something may have been received and acted on."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status line and body, as they came."""

    http_status: int
    body: bytes


def masked(text: str) -> str:
    """The text without the key, should somebody have put our path into it."""
    return KEY_IN_PATH.sub(r"\1…", text)


class Secret:
    """A text that shows itself to nobody who does not ask by name."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError("a secret is not written down")


class MaskKey(logging.Filter):
    """urllib3 writes every path at DEBUG; the key is in the path."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = masked(record.getMessage())
        record.args = None
        return True


_MASK = MaskKey()


class Wire:
    """The way to one provider. Threads share it; each has its own connection."""

    def __init__(
        self, base_url: str, key: str, timeout: tuple[float, float], *, header: str | None = None
    ) -> None:
        """`timeout` in seconds: to connect, and to wait for an answer. The key goes into `header`,
        else into the path, `/v1/{key}/`. Raises ValueError for a base URL that is not
        http(s)://host[:port] and for a key that cannot be one, before anything is sent."""
        parts = urlsplit(base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
            raise ValueError("the gateway's base URL must be http(s)://host[:port]")
        if not re.fullmatch(r"[\w.=~-]+", key, re.ASCII):
            raise ValueError("the gateway's key must be letters, digits and . = ~ - _")
        self._key = Secret(key)
        self._header = header
        self._base = Secret(f"{base_url.rstrip('/')}/{'' if header else f'v1/{key}/'}")
        self._timeout = timeout
        self._mine = threading.local()
        # A logger keeps one copy of a filter, however often it is added.
        logging.getLogger("urllib3.connectionpool").addFilter(_MASK)

    def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        """Send a form, return whatever was answered. Raises NothingSent or Unsure, nothing else."""
        return self.call("POST", path, data=fields)

    def call(self, verb: str, path: str, **what: Any) -> Answer:
        """As `post`; `what` is `data`, `json` or `params` of requests."""
        try:
            return self._exchange(verb, path, what)
        except (requests.RequestException, HTTPError) as error:
            trouble = _name(error)
        raise trouble

    def hide(self, text: str) -> str:
        """The text without our key, should somebody have put it there."""
        return masked(text).replace(self._key.reveal(), "…")

    def close(self) -> None:
        """Close the calling thread's connection."""
        self._session().close()

    def _exchange(self, verb: str, path: str, what: Mapping[str, Any]) -> Answer:
        with self._session().request(
            verb,
            self._base.reveal() + path,
            headers=HEADERS | ({self._header: self._key.reveal()} if self._header else {}),
            timeout=self._timeout,
            allow_redirects=False,
            stream=True,
            **what,
        ) as response:
            return Answer(response.status_code, self._read(response))

    def _read(self, response: requests.Response) -> bytes:
        """The body, unless it drips or swells: the read time-out alone is per packet."""
        deadline = time.monotonic() + self._timeout[1]
        body = bytearray()
        # read1 gives what has come; iter_content would wait for a full piece, however slow.
        while piece := response.raw.read1(PIECE, decode_content=True):
            body += piece
            if len(body) > LONGEST_ANSWER or time.monotonic() > deadline:
                raise requests.ReadTimeout
        return bytes(body)

    def _session(self) -> requests.Session:
        mine, now = self._mine, time.monotonic()
        # After a fork parent and child hold the same socket; two voices on it would mix answers.
        if getattr(mine, "pid", None) != os.getpid():
            mine.session, mine.pid = _new_session(), os.getpid()
        elif now - mine.used > QUIET_SECONDS:
            mine.session.close()
        mine.used = now
        session: requests.Session = mine.session
        return session


def _new_session() -> requests.Session:
    session = requests.Session()
    # No proxy, .netrc or CA bundle from the environment: they could read or redirect the key.
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    # No retry below us: a second POST is decided above, after a look-up.
    adapter = HTTPAdapter(pool_connections=1, pool_maxsize=1, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def _name(error: requests.RequestException | HTTPError) -> WireTrouble:
    """Tell "never connected" from "connected, then silence" by what urllib3 raised underneath."""
    cause: object = error.args[0] if error.args else error
    cause = getattr(cause, "reason", cause)
    if isinstance(cause, NewConnectionError | ConnectTimeoutError):
        return NothingSent(type(cause).__name__)
    if isinstance(cause, HTTPError) and _bad_certificate(cause):
        return NothingSent("SSLCertVerificationError")
    return Unsure(type(cause).__name__ if isinstance(cause, Exception) else type(error).__name__)


def _bad_certificate(cause: HTTPError) -> bool:
    """A certificate is judged before the first byte of a request is written."""
    return any(isinstance(part, ssl.SSLCertVerificationError) for part in cause.args)
