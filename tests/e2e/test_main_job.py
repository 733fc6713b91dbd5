"""The main job in a system that really runs: processes, HTTP, SMS at the gateway."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import pytest
import requests

from bench.system import System, fresh
from tests import make

pytestmark = [pytest.mark.timeout(300)]
CAP = 3


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with fresh(CALL_CAP=str(CAP), SMS_GRACE_SECONDS="15") as running:
        yield running


def within(seconds: float, found: Callable[[], Any]) -> Any:
    """What `found` returns as soon as it is true; fails after so many seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        value = found()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s")


def post(system: System, token: str, path: str, body: dict[str, Any], key: str = "") -> Any:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key or uuid4().hex}
    return requests.post(f"{system.web}/api/v1{path}", json=body, headers=headers, timeout=30)


def messages(system: System, mobile: str) -> list[str]:
    url = f"{system.gateway}/_gateway/messages.json?receptor={mobile}"
    return [m["message"] for m in requests.get(url, timeout=30).json()["messages"]]


def doctor(system: System) -> dict[str, Any]:
    found = system.command("doctor")
    assert found.returncode == 0, found.stderr
    examined: dict[str, Any] = json.loads(found.stdout)
    return examined


def pids(system: System) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((system.data_dir / "running.json").read_text())["pids"]
    return found


def test_a_letter_is_receipted_twice_in_order_and_tracked_by_the_citizen(system: System) -> None:
    mobile = make.mobile(2001)
    body = make.payload(citizen={"mobile": mobile})
    answer = post(system, system.token("operator"), "/correspondences", body).json()
    both = within(15, lambda: len(got := messages(system, mobile)) == 2 and got)
    assert all(answer["tracking_code"] in message for message in both)
    assert "بانک ملی" in both[1]
    tracked = requests.post(
        f"{system.web}/api/v1/track",
        json={"tracking_code": answer["tracking_code"], "mobile_last4": "۲۰۰۱"},
        timeout=30,
    )
    assert tracked.json()["stage"] == "referred"
    assert tracked.json()["agency"]["code"] == "bank-melli"
    assert doctor(system)["ok"]


def test_a_delivery_is_learned_from_the_providers_callback(system: System) -> None:
    mobile = make.mobile(2002)
    token = system.token("operator")
    body = make.payload(text=make.UNCLEAR, citizen={"mobile": mobile})
    code = post(system, token, "/correspondences", body).json()["tracking_code"]

    def delivered() -> bool:
        url = f"{system.web}/api/v1/correspondences/{code}"
        headers = {"Authorization": f"Bearer {token}"}
        found = requests.get(url, headers=headers, timeout=30).json()
        return [r["state"] for r in found["receipts"]] == ["delivered"]

    within(30, delivered)


def test_calls_over_the_cap_are_promised_a_day(system: System) -> None:
    token = system.token("operator")
    statuses = [
        post(system, token, "/correspondences", make.payload(channel="call")).status_code
        for _ in range(CAP + 2)
    ]
    assert sorted(statuses) == [201] * CAP + [202] * 2
    day = requests.get(
        f"{system.web}/api/v1/capacity",
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    ).json()
    assert (day["used"], day["remaining"], day["callbacks"]) == (CAP, 0, 2)
    assert doctor(system)["ok"]


def test_a_file_is_imported_once_and_bad_rows_are_reported(system: System, tmp_path: Path) -> None:
    file = tmp_path / "letters.jsonl"
    rows = [make.payload(citizen={"mobile": make.mobile(3000 + n)}) for n in range(20)]
    rows.append(make.payload(channel="pigeon"))
    file.write_text("\n".join(json.dumps(row) for row in rows) + "\nnot json\n")
    first = json.loads(system.command("import", str(file)).stdout.splitlines()[-1])
    again = json.loads(system.command("import", str(file)).stdout.splitlines()[-1])
    assert (first["read"], first["registered"], first["rejected"]) == (22, 20, 2)
    assert (again["registered"], again["duplicates"]) == (0, 20)
    reasons = [json.loads(line) for line in Path(first["report"]).read_text().splitlines()]
    assert [row["line"] for row in reasons] == [21, 22]
    within(20, lambda: len(messages(system, make.mobile(3019))) == 2)


def test_killed_processes_are_replaced_and_nothing_acknowledged_is_lost(system: System) -> None:
    token = system.token("operator")
    mobiles = [make.mobile(4000 + n) for n in range(30)]
    for number, mobile in enumerate(mobiles):
        body = make.payload(citizen={"mobile": mobile})
        assert post(system, token, "/correspondences", body).status_code == 201
        if number == 10:
            for victim in (*pids(system)["workers"], pids(system)["poller"]):
                os.kill(victim, signal.SIGKILL)
    # What the killed ones had in the air is asked about after its lease of a minute, and sent
    # again when the provider still does not know it after the grace set above.
    within(200, lambda: all(len(messages(system, m)) == 2 for m in mobiles))
    assert doctor(system)["ok"]
    assert all(psutil.pid_exists(pid) for pid in pids(system)["workers"])


def test_bad_settings_stop_it_with_one_message(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="did not start"), fresh(CALL_CAP="many"):
        pass


def test_it_is_alive_ready_and_counted(system: System) -> None:
    assert requests.get(f"{system.web}/healthz", timeout=30).status_code == 200
    ready = requests.get(f"{system.web}/readyz", timeout=30).json()
    assert ready == {
        "ok": True,
        "checks": {"database": True, "migrations": True, "doorbell": True},
    }
    registered = post(system, system.token("operator"), "/correspondences", make.payload())
    assert registered.status_code == 201
    numbers = requests.get(f"{system.web}/metrics", timeout=30).text
    assert 'samaneh_receipts{of="' in numbers
    assert "0909" not in numbers
