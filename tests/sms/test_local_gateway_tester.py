"""What a tester turns, sees and is told: faults, call-backs, the page, a gateway killed."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from sms.fake.server import Server
from sms.gateway import Accepted, Ambiguous, LineStopped, Message
from sms.kavenegar import Kavenegar

Api = Callable[..., dict[str, Any]]
Admin = Callable[..., Any]
Make = Callable[..., Message]


def until(seen: Callable[[], bool], seconds: float = 5) -> None:
    """Wait for something another thread does."""
    end = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def test_an_ordered_fault_strikes_as_often_as_asked_and_only_its_method(
    kavenegar: Kavenegar, make_message: Make, admin: Admin
) -> None:
    admin("faults", {"match": {"method": "sms/send"}, "fault": "418", "times": 2})
    assert kavenegar.account().credit > 0
    outcomes = [type(kavenegar.send(make_message())) for _ in range(3)]
    assert outcomes == [LineStopped, LineStopped, Accepted]


def test_a_fault_can_be_for_one_telephone_for_ever_until_it_is_cleared(
    kavenegar: Kavenegar, make_message: Make, admin: Admin
) -> None:
    admin("faults", {"match": {"receptor": "09121234568"}, "fault": "418", "times": None})
    assert isinstance(kavenegar.send(make_message()), Accepted)
    for _ in range(3):
        assert isinstance(kavenegar.send(make_message("09121234568")), LineStopped)
    assert len(admin("faults")["waiting"]) == 1
    admin("faults", verb="DELETE")
    assert isinstance(kavenegar.send(make_message("09121234568")), Accepted)


def test_a_fault_with_a_chance_strikes_sometimes(
    kavenegar: Kavenegar, make_message: Make, admin: Admin
) -> None:
    admin("faults", {"fault": "html_500", "times": None, "chance": 0.5})
    outcomes = {type(kavenegar.send(make_message())) for _ in range(40)}
    assert outcomes == {Accepted, Ambiguous}


def test_the_header_comes_before_the_queue(gateway: Server, admin: Admin) -> None:
    admin("faults", {"fault": "418"})
    url = f"{gateway.url}/v1/dev/account/info.json"
    answer = requests.get(url, headers={"X-Fake-Fault": "409;delay=0.1"}, timeout=5)
    assert answer.status_code == 409
    assert answer.elapsed.total_seconds() >= 0.1
    assert requests.get(url, headers={"X-Fake-Fault": "nonsense"}, timeout=5).status_code == 400
    assert requests.get(url, timeout=5).status_code == 418


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("faults", {"fault": "nonsense"}),
        ("faults", {}),
        ("faults", []),
        ("faults", {"fault": "418", "times": "many"}),
        ("faults", {"fault": "418", "match": "sms/send"}),
        ("settings", {"nonsense": 1}),
        ("settings", {"rate": "fast"}),
        ("settings", {"links": 1}),
        ("settings", {"credit": "much"}),
        ("clock", {"advance": -1}),
        ("clock", {}),
        ("inbound", {"from": "02188776655", "message": "x"}),
        ("inbound", {"from": "09121234567", "message": " "}),
    ],
)
def test_a_wish_that_makes_no_sense_is_400_and_says_why(
    path: str, body: object, admin: Admin
) -> None:
    answer = admin(path, body)
    assert answer["http"] == 400
    assert answer["error"]


def test_a_slow_answer_holds_up_nobody_elses(
    gateway: Server, make_message: Make, admin: Admin
) -> None:
    admin("settings", {"latency_ms": 200})
    client = Kavenegar("dev", base_url=gateway.url)
    messages = [make_message(text=f"پیام {number}") for number in range(64)]
    begun = time.monotonic()
    with ThreadPoolExecutor(32) as pool:
        outcomes = list(pool.map(client.send, messages))
    # One after another they would take 13 seconds.
    assert time.monotonic() - begun < 6
    assert all(isinstance(each, Accepted) for each in outcomes)


def test_settings_are_turned_all_or_none(admin: Admin) -> None:
    admin("settings", {"rate": 5, "links": "perhaps"})
    assert admin("settings")["rate"] == 0


def test_calls_are_remembered_without_the_key(
    kavenegar: Kavenegar, make_message: Make, admin: Admin
) -> None:
    kavenegar.send(make_message())
    [call] = admin("requests.json")["requests"]
    assert (call["path"], call["status"]) == ("/v1/***/sms/send.json", 200)
    assert call["params"]["receptor"] == "09121234567"


def test_messages_are_paged_and_filtered(api: Api, admin: Admin) -> None:
    for number in range(5):
        api("sms/send", receptor=f"0912123456{number % 2}", message=f"پیام {number}")
    assert admin("messages.json?receptor=09121234561")["total"] == 2
    first = admin("messages.json?limit=2")["messages"]
    rest = admin(f"messages.json?after={first[-1]['messageid']}")["messages"]
    assert [each["message"] for each in (*first, *rest)] == [f"پیام {n}" for n in range(5)]
    assert admin("messages.json?limit=1&newest=1")["messages"][0]["message"] == "پیام 4"
    assert admin("messages.json?limit=x")["http"] == 400
    admin("messages", verb="DELETE")
    assert admin("messages.json")["total"] == 0


def test_a_delivery_is_reported_as_a_form(api: Api, admin: Admin, listener: Any) -> None:
    admin("settings", {"callback_url": listener.url})
    entry = api("sms/send", receptor="09121234567", message="سلام")["entries"][0]
    admin("clock", {"advance": 10})
    until(lambda: bool(listener.heard))
    expected = ("/hooks/kavenegar/s3cret/delivery", f"messageid={entry['messageid']}&status=10")
    assert listener.heard == [expected]
    assert "s3cret" not in str(admin("settings"))


def test_reports_can_be_doubled_out_of_order_and_early(
    api: Api, admin: Admin, listener: Any
) -> None:
    switches = ("callback_duplicate", "callback_reorder", "callback_early")
    admin("settings", {"callback_url": listener.url, **dict.fromkeys(switches, True)})
    api("sms/send", receptor="09121234567", message="سلام")
    assert [body[-2:] for _, body in listener.heard] == ["10"]
    admin("clock", {"advance": 10})
    until(lambda: len(listener.heard) == 4)
    assert [body.rpartition("=")[2] for _, body in listener.heard] == ["10", "10", "10", "4"]


def test_a_report_that_is_not_taken_is_tried_three_times(
    api: Api, admin: Admin, listener: Any
) -> None:
    listener.answers = [500, 500, 500]
    admin("settings", {"callback_url": f"{listener.url}/delivery"})
    api("sms/send", receptor="09121234567", message="سلام")
    for tries in (1, 2, 3):
        admin("clock", {"advance": 30})
        until(lambda tries=tries: len(listener.heard) == tries)
    admin("clock", {"advance": 3000})
    time.sleep(0.5)
    assert len(listener.heard) == 3


def test_what_a_citizen_writes_is_passed_on(admin: Admin, listener: Any) -> None:
    admin("settings", {"callback_url": listener.url})
    admin("inbound", {"from": "+989121234567", "to": "3000", "message": "hello"})
    until(lambda: bool(listener.heard))
    body = "messageid=1&from=09121234567&to=3000&message=hello"
    assert listener.heard == [("/hooks/kavenegar/s3cret/inbound", body)]


def test_the_buttons_of_the_page_end_a_message_and_report_it(
    api: Api, admin: Admin, listener: Any
) -> None:
    admin("settings", {"callback_url": listener.url})
    entry = api("sms/send", receptor="09121234567", message="سلام")["entries"][0]
    assert admin(f"messages/{entry['messageid']}/status", {"status": 14})["http"] == 200
    assert admin("messages.json")["messages"][0]["status"] == 14
    until(lambda: listener.heard[0][1].endswith("status=14") if listener.heard else False)
    assert admin("messages/5/status", {"status": 14})["http"] == 404
    assert admin(f"messages/{entry['messageid']}/status", {"status": 99})["http"] == 400


def test_the_page_is_right_to_left_and_needs_nothing_from_elsewhere(gateway: Server) -> None:
    page = requests.get(gateway.url, timeout=5)
    assert '<html lang="fa" dir="rtl">' in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    for name in ("phone.css", "phone.js", "icon.svg"):
        assert f"/static/{name}" in page.text
        assert requests.get(f"{gateway.url}/static/{name}", timeout=5).ok
    assert "<script>" not in page.text
    assert "style=" not in page.text


def test_the_sheet_knows_no_left_and_no_right(gateway: Server) -> None:
    sheet = requests.get(f"{gateway.url}/static/phone.css", timeout=5).text
    assert "left" not in sheet
    assert "right" not in sheet


def test_strange_addresses_are_told_in_json(gateway: Server) -> None:
    assert requests.get(f"{gateway.url}/nothing", timeout=5).json()["error"]
    assert requests.get(f"{gateway.url}/healthz", timeout=5).json() == {"status": "ok"}
    form = requests.post(f"{gateway.url}/_gateway/clock", data={"advance": 5}, timeout=5)
    assert form.status_code == 415


@contextmanager
def process(data_dir: Path, *more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "sms.fake", "--port", "0", "--data-dir", str(data_dir), *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout
        try:
            yield started, started.stdout.readline().strip()
        finally:
            started.kill()


def test_what_was_answered_survives_a_kill(tmp_path: Path, make_message: Make) -> None:
    with process(tmp_path) as (first, url):
        client = Kavenegar("dev", base_url=url, timeout=(1, 1))
        requests.post(f"{url}/_gateway/clock", json={"advance": 500}, timeout=5)
        messages = [make_message(text=f"پیام {number}") for number in range(30)]
        sent = [client.send(message) for message in messages]
        first.send_signal(signal.SIGKILL)
    with process(tmp_path) as (second, url):
        client = Kavenegar("dev", base_url=url, timeout=(1, 1))
        found = client.look_up([message.local_id for message in messages])
        totals = requests.get(f"{url}/_gateway/summary.json", timeout=5).json()
        assert [found[message.local_id].message_id for message in messages] == [
            outcome.message_id for outcome in sent if isinstance(outcome, Accepted)
        ]
        assert totals["messages"] == 30
        assert totals["now"] > time.time() + 400
        second.terminate()
        assert second.wait(5) == 0


def test_a_taken_port_is_said_plainly(tmp_path: Path, gateway: Server) -> None:
    port = gateway.url.rpartition(":")[2]
    command = [sys.executable, "-m", "sms.fake", "--port", port, "--data-dir", str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"gateway: 127.0.0.1:{port}: ")
    assert "Traceback" not in ended.stderr
