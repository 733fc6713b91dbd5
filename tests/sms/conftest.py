"""A real local gateway on a free port for each test, and a client that loses patience soon."""

import itertools
import random
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

from sms.fake.factory import create_gateway
from sms.fake.server import Server
from sms.fake.settings import GatewaySettings
from sms.faraz import Faraz
from sms.gateway import Message
from sms.kavenegar import Kavenegar

PATIENCE = (0.5, 0.4)
CODE = "14050829371642"
LOCAL_IDS = itertools.count(random.randrange(10**14, 10**15))


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Server]:
    with Server(create_gateway(GatewaySettings(tmp_path / "gateway"))) as server:
        yield server


@pytest.fixture
def kavenegar(gateway: Server) -> Kavenegar:
    return Kavenegar("dev", base_url=gateway.url, timeout=PATIENCE)


@pytest.fixture
def faraz(gateway: Server) -> Faraz:
    return Faraz("dev", "10004346", base_url=gateway.url, timeout=PATIENCE)


@pytest.fixture
def api(gateway: Server) -> Callable[..., dict[str, Any]]:
    """Call the provider's API as any program may, and return the JSON body."""

    def call(method: str, verb: str = "POST", key: str = "dev", **params: object) -> dict[str, Any]:
        url = f"{gateway.url}/v1/{key}/{method}.json"
        where = {"data" if verb == "POST" else "params": params}
        answer = requests.request(verb, url, timeout=5, **where)
        body: dict[str, Any] = answer.json()
        assert answer.status_code == body["return"]["status"]
        return body

    return call


@pytest.fixture
def admin(gateway: Server) -> Callable[..., Any]:
    """GET without a body, POST with one."""

    def call(path: str, body: object = None, verb: str = "") -> Any:
        verb = verb or ("GET" if body is None else "POST")
        answer = requests.request(verb, f"{gateway.url}/_gateway/{path}", json=body, timeout=5)
        return {**answer.json(), "http": answer.status_code}

    return call


@pytest.fixture
def make_message() -> Callable[..., Message]:
    def make(receptor: str = "09121234567", text: str = "سلام") -> Message:
        return Message(receptor, text, next(LOCAL_IDS))

    return make


@pytest.fixture
def listener() -> Iterator["Listener"]:
    with Listener() as server:
        yield server


class Listener:
    """Remembers the forms that are posted to it; answers with the next of `answers`, else 200."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self.answers: list[int] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                outer.heard.append((self.path, body))
                self.send_response(outer.answers.pop(0) if outer.answers else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        self._http = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}/hooks/kavenegar/s3cret"

    def __enter__(self) -> "Listener":
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
