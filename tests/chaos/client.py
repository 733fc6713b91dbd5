"""One operator's program: a keep-alive connection, and what became of each wish."""

import http.client
import json
import random
import select
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bench.people import citizen
from tests.chaos.history import Operation, result_of

TIMEOUT_SECONDS = 10.0
REGISTER = "/api/v1/correspondences"
# One that is referred at once (two SMS), one that a person has to decide (one SMS).
REFERRED = "با سلام، متقاضی وام ازدواج هستم. در بانک ملی ثبت نام کرده‌ام و نوبتم نمی‌رسد."
UNCLEAR = "سلام. لطفاً به داد ما برسید. دیگر طاقت نداریم."


@dataclass(frozen=True, slots=True)
class Wish:
    """One registration. The key stands in the text, so that the letter itself says whose it is."""

    number: int
    key: str
    channel: str
    text: str

    @property
    def body(self) -> dict[str, Any]:
        text = f"{self.text} [{self.key}]"
        return {"channel": self.channel, "text": text, "citizen": citizen(self.number)}


@dataclass(frozen=True, slots=True)
class Wishes:
    """The same wish for the same seed and number, whoever asks and whenever."""

    seed: int
    channels: tuple[str, ...] = ("letter", "letter", "electronic")
    texts: tuple[str, ...] = (REFERRED, REFERRED, REFERRED, UNCLEAR)

    def of(self, number: int) -> Wish:
        source = random.Random(f"{self.seed}/{number}")
        key = f"chaos-{self.seed}-{number:06d}"
        return Wish(number, key, source.choice(self.channels), source.choice(self.texts))

    def of_key(self, key: str) -> Wish:
        return self.of(int(key.rpartition("-")[2]))


class Client:
    """Speaks JSON to one web address; after any trouble it connects anew."""

    def __init__(
        self, web: str, token: str, process: int = 0, timeout: float = TIMEOUT_SECONDS
    ) -> None:
        address = urlsplit(web)
        self._host, self._port = str(address.hostname), address.port
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._process, self._timeout = process, timeout
        self._connection: http.client.HTTPConnection | None = None

    def close(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None

    def ask(
        self, verb: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        """Status and JSON; status 0 when there was no whole answer."""
        sent = json.dumps(body) if body is not None else None
        try:
            connection = self._connected()
            connection.request(verb, path, sent, self._headers | dict(headers or {}))
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            return 0, {"code": type(error).__name__}

    def _connected(self) -> http.client.HTTPConnection:
        """The open connection, or a new one if the server has left the old one meanwhile."""
        kept = self._connection
        if kept and kept.sock and select.select([kept.sock], [], [], 0)[0]:
            self.close()
        if self._connection is None:
            self._connection = http.client.HTTPConnection(
                self._host, self._port, timeout=self._timeout
            )
        return self._connection

    def submit(self, wish: Wish, op: str = "register") -> Operation:
        """Register it; what is known afterwards."""
        began = time.time()
        status, body = self.ask("POST", REGISTER, wish.body, {"Idempotency-Key": wish.key})
        found = body if isinstance(body, dict) else {}
        return Operation(
            op=op,
            key=wish.key,
            process=self._process,
            invoked_at=began,
            ended_at=time.time(),
            result=result_of(status),
            status=status,
            code=str(found.get("code", "")),
            seen=str(found.get("tracking_code") or found.get("callback", {}).get("id", "")),
            more={"channel": wish.channel, "mobile": wish.body["citizen"]["mobile"]},
        )
