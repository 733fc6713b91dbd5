"""The local SMS gateway as a scenario sees it: its own process, its list, its faults, its clock."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import requests

from app.running.ports import free_port

SEND = {"method": "sms/send"}
WAIT_SECONDS = 20


class Gateway:
    """`python -m sms.fake` with a data directory of its own."""

    def __init__(self, directory: Path, environment: dict[str, str], callback_url: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = (directory / "gateway.log").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "sms.fake", "--port", str(self.port),
             "--data-dir", str(directory / "gateway")],
            env=os.environ | environment | {"GATEWAY_CALLBACK_URL": callback_url},
            cwd=environment["PYTHONPATH"],
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log,
        )  # fmt: skip
        self._session = requests.Session()
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end:
            try:
                requests.get(f"{self.url}/healthz", timeout=1)
            except requests.ConnectionError:
                time.sleep(0.05)
            else:
                return
        raise TimeoutError("the gateway did not start")

    def close(self) -> None:
        self._session.close()
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def _get(self, name: str, **asked: Any) -> Any:
        return self._session.get(f"{self.url}/_gateway/{name}", params=asked, timeout=60).json()

    def _post(self, name: str, **wish: Any) -> Any:
        answer = self._session.post(f"{self.url}/_gateway/{name}", json=wish, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def messages(self) -> list[dict[str, Any]]:
        """Every accepted message, oldest first, read page by page."""
        found: list[dict[str, Any]] = []
        while page := self._get("messages.json", after=_last(found), limit=2000)["messages"]:
            found += page
        return found

    def summary(self) -> dict[str, Any]:
        found: dict[str, Any] = self._get("summary.json")
        return found

    def calls(self, method: str = "sms/send") -> list[dict[str, Any]]:
        """The last calls of one method, oldest first (the gateway remembers 2,000 of all)."""
        calls: list[dict[str, Any]] = self._get("requests.json")["requests"]
        return [call for call in calls if call["path"].endswith(f"/{method}.json")]

    def fault(self, name: str, **more: Any) -> None:
        """Order a fault for sending, for ever unless `times` is given."""
        self._post("faults", **{"fault": name, "times": None, "match": SEND} | more)

    def heal(self) -> None:
        self._session.delete(f"{self.url}/_gateway/faults", timeout=30).raise_for_status()

    def turn(self, **switches: Any) -> None:
        self._post("settings", **switches)

    def advance(self, seconds: float) -> None:
        self._post("clock", advance=seconds)

    def finish(self, message: int, status: int) -> None:
        """The message ends now with this provider status."""
        self._post(f"messages/{message}/status", status=status)


def _last(messages: list[dict[str, Any]]) -> int:
    return int(messages[-1]["messageid"]) if messages else 0
