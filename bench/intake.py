"""Intake as built: `python -m bench.intake [CONNECTIONS] [SECONDS]` → requests a second, p50, p99.

A fresh system, keep-alive connections from threads of one process on the same machine; every
answer must be 201. The load generator takes its share of the same cores: compare within one run.
"""

import http.client
import json
import statistics
import sys
import threading
import time
from urllib.parse import urlsplit
from uuid import uuid4

from bench.people import citizen
from bench.system import System, fresh

TEXT = "با سلام، متقاضی وام ازدواج هستم و نوبتم در بانک ملی نمی‌رسد. لطفاً پیگیری کنید. " * 5


def main() -> None:
    connections = int(sys.argv[1]) if len(sys.argv) > 1 else 32
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 10.0
    with fresh() as system:
        token = system.token("operator")
        _load(system, token, 4, 2.0)
        taken = _load(system, token, connections, seconds)
    print(
        json.dumps(
            {
                "connections": connections,
                "requests": len(taken),
                "per_second": round(len(taken) / seconds),
                "p50_ms": round(statistics.median(taken) * 1000, 1),
                "p99_ms": round(statistics.quantiles(taken, n=100)[98] * 1000, 1),
            }
        )
    )


def _load(system: System, token: str, connections: int, seconds: float) -> list[float]:
    taken: list[float] = []
    until = time.monotonic() + seconds
    work = [
        threading.Thread(target=_one, args=(system, token, number, until, taken))
        for number in range(connections)
    ]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    return taken


def _one(system: System, token: str, number: int, until: float, taken: list[float]) -> None:
    address = urlsplit(system.web)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=30)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    count = 0
    while time.monotonic() < until:
        count += 1
        body = {"channel": "letter", "text": TEXT, "citizen": citizen(number * 100_000 + count)}
        began = time.monotonic()
        headers["Idempotency-Key"] = uuid4().hex
        connection.request("POST", "/api/v1/correspondences", json.dumps(body), headers)
        answer = connection.getresponse()
        answer.read()
        taken.append(time.monotonic() - began)
        if answer.status != http.client.CREATED:
            raise RuntimeError(f"unexpected {answer.status}")


if __name__ == "__main__":
    main()
