"""How the client holds its connections, and that its key is never seen."""

import copy
import logging
import pickle
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from sms import wire
from sms.fake.factory import create_gateway
from sms.fake.server import Server
from sms.fake.settings import GatewaySettings
from sms.gateway import Accepted, Message, Unavailable
from sms.kavenegar import Client, Kavenegar
from sms.reading import ApiError

KEY = "5ecretKEY0123456789abcdef"
Make = Callable[..., Message]


@pytest.fixture
def locked(tmp_path: Path) -> Any:
    """A gateway that knows one key, and that key only."""
    with Server(create_gateway(GatewaySettings(tmp_path / "locked", key=KEY))) as server:
        yield server


@pytest.mark.parametrize(
    "fault", ["slow", "418", "html_500", "reset", "accept_then_truncate", "redirect"]
)
def test_the_key_is_in_no_log_outcome_or_traceback(
    fault: str, locked: Server, make_message: Make, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    gateway = Kavenegar(KEY, base_url=locked.url, timeout=(0.5, 0.4))
    client = Client(KEY, locked.url, (0.5, 0.4))
    seen = [repr(gateway), str(client), repr(client), repr(vars(client)), repr(vars(client.wire))]
    requests.post(f"{locked.url}/_gateway/faults", json={"fault": fault, "times": 3}, timeout=5)
    seen.append(repr(gateway.send(make_message())))
    for ask in (client.account_info, gateway.account):
        with pytest.raises((ApiError, wire.WireTrouble, Unavailable)) as trouble:
            ask()
        seen.append(_everything(trouble.value))
    assert "connectionpool" in caplog.text
    assert KEY not in caplog.text
    assert KEY not in "".join(seen)


def test_the_key_is_not_in_the_trouble_of_a_host_that_is_not_there(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(Unavailable) as trouble:
        Kavenegar(KEY, base_url="http://nowhere.invalid").account()
    assert KEY not in _everything(trouble.value) + caplog.text
    assert trouble.value.__cause__ is None
    assert trouble.value.__context__ is None


def _everything(error: BaseException) -> str:
    """All that a crash reporter could gather, local variables too."""
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(told.format()) + repr(error) + str(error) + repr(vars(error))


def test_the_client_cannot_be_written_down() -> None:
    client = Client(KEY, "http://127.0.0.1:1", (1, 1))
    for write in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError):
            write(client)


@pytest.mark.parametrize(
    "url", ["", "api.kavenegar.com", "ftp://host", "http://", "http://u:p@host"]
)
def test_a_base_url_that_is_none_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ValueError, match="base URL"):
        Kavenegar("dev", base_url=url)


@pytest.mark.parametrize("key", ["", "a/b", "a b", "a\r\nb", "کلید"])
def test_a_key_that_is_none_is_refused_at_the_start(key: str) -> None:
    with pytest.raises(ValueError, match="key") as refusal:
        Kavenegar(key)
    assert not key or key not in str(refusal.value)


def test_a_message_never_shows_its_number_or_text() -> None:
    shown = repr(Message("09121234567", "راز", 1))
    assert "0912" not in shown
    assert "راز" not in shown


def test_lists_go_as_json_and_persian_stays_persian(gateway: Server) -> None:
    client = Client("dev", gateway.url, (1, 1))
    receptors = ["09121234567", "09121234568"]
    entries = client.sms_sendarray(
        {"receptor": receptors, "message": ["یک‌کم", "دو 🙂"], "sender": ["10004346"] * 2}
    )
    assert [(each["receptor"], each["message"]) for each in entries] == [
        ("09121234567", "یک‌کم"),
        ("09121234568", "دو 🙂"),
    ]


def test_the_environment_cannot_redirect_the_key(
    kavenegar: Kavenegar, make_message: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert isinstance(kavenegar.send(make_message()), Accepted)


def connections(admin: Callable[..., Any]) -> int:
    return len({each["port"] for each in admin("requests.json")["requests"]})


def test_a_thread_keeps_its_connection_and_threads_share_none(
    kavenegar: Kavenegar, make_message: Make, admin: Callable[..., Any]
) -> None:
    def send_three() -> None:
        for _ in range(3):
            assert isinstance(kavenegar.send(make_message()), Accepted)

    threads = [threading.Thread(target=send_three) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert connections(admin) == 4


def test_a_connection_that_was_quiet_too_long_is_not_used_again(
    kavenegar: Kavenegar,
    make_message: Make,
    admin: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wire, "QUIET_SECONDS", 0.0)
    kavenegar.send(make_message())
    kavenegar.send(make_message())
    assert connections(admin) == 2


def test_a_gateway_that_was_restarted_is_found_again(tmp_path: Path, make_message: Make) -> None:
    settings = GatewaySettings(tmp_path)
    with Server(create_gateway(settings)) as server:
        port = int(server.url.rpartition(":")[2])
        client = Kavenegar("dev", base_url=server.url)
        assert isinstance(client.send(make_message()), Accepted)
    with Server(create_gateway(settings), port=port):
        assert isinstance(client.send(make_message()), Accepted)


FORK = """
import os, sys
from sms.gateway import Accepted, Message
from sms.kavenegar import Kavenegar
client = Kavenegar("dev", base_url=sys.argv[1])
assert isinstance(client.send(Message("09121234567", "before", 1)), Accepted)
child = os.fork()
for turn in range(20):
    mine = 100 * (child == 0) + 10 + turn
    outcome = client.send(Message("09121234567", f"number {mine}", mine))
    assert isinstance(outcome, Accepted), outcome
if child == 0:
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
"""


def test_a_forked_child_does_not_share_its_parents_connection(
    gateway: Server, admin: Callable[..., Any]
) -> None:
    subprocess.run([sys.executable, "-c", FORK, gateway.url], check=True, timeout=20)
    assert admin("summary.json")["messages"] == 41
    assert connections(admin) == 2
