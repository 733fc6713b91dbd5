"""The footprint at rest: `python -m bench.resting [REST] [SECONDS] [LETTERS]` → JSON.

Memory of the whole process tree of `samaneh up` after REST seconds, as proportional set size (PSS:
what several processes share is divided among them) and as resident set size (RSS), in MB; the share
of one core that it takes over SECONDS; then both memories again after a burst of LETTERS and
another rest.
"""

import json
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psutil

from bench.people import citizen
from bench.system import System, fresh

TEXT = "با سلام، متقاضی وام ازدواج هستم و نوبتم در بانک ملی نمی‌رسد. لطفاً پیگیری کنید. " * 5
MEGABYTE = 1_000_000


def main() -> None:
    rest, seconds, letters = (
        int(word) for word in (*sys.argv[1:4], *("60", "60", "500")[len(sys.argv) - 1 :])
    )
    with fresh() as system:
        time.sleep(rest)
        found: dict[str, Any] = {"at_rest": memory(system), "cpu": cpu(system, seconds)}
        burst(system, letters)
        time.sleep(rest)
        found |= {"after_burst": memory(system)}
    print(json.dumps(found, indent=2))


def tree(system: System) -> dict[psutil.Process, str]:
    """Every process of the system and what it is."""
    pids = json.loads((system.data_dir / "running.json").read_text())["pids"]
    known = {
        pid: name
        for name, one in pids.items()
        for pid in (one if isinstance(one, list) else [one])
        if pid
    }
    supervisor = psutil.Process(pids["supervisor"])
    found = [supervisor, *supervisor.children(recursive=True)]
    return {one: known.get(one.pid) or _known_by_parent(one, known) for one in found}


def _known_by_parent(one: psutil.Process, known: dict[int, str]) -> str:
    return f"{known.get(one.ppid(), '?')}: {' '.join(one.cmdline())[:48]}"


def memory(system: System) -> dict[str, Any]:
    """PSS and RSS of each and of all."""
    each = []
    for one, name in tree(system).items():
        told = one.memory_full_info()
        each.append((name, round(told.pss / MEGABYTE, 1), round(told.rss / MEGABYTE, 1)))
    total = {"pss": round(sum(e[1] for e in each), 1), "rss": round(sum(e[2] for e in each), 1)}
    return total | {"of": sorted(each)}


def cpu(system: System, seconds: float) -> dict[str, Any]:
    """Per cent of one core, of all and of each group."""
    before = _spent(system)
    time.sleep(seconds)
    spent = _spent(system)
    spent.subtract(before)
    shares = {name: round(100 * used / seconds, 2) for name, used in spent.items()}
    return {"percent": round(sum(shares.values()), 2), "of": shares}


def _spent(system: System) -> Counter[str]:
    """Seconds of CPU so far; those of a child that has ended are its parent's."""
    spent: Counter[str] = Counter()
    for one, name in tree(system).items():
        spent[name.partition(" 127.0.0.1")[0]] += sum(one.cpu_times()[:4])  # type: ignore[assignment]
    return spent


def burst(system: System, letters: int) -> None:
    """Register so many letters over eight connections."""
    token = system.token("operator")
    with ThreadPoolExecutor(8) as pool:
        parts = [range(number, letters, 8) for number in range(8)]
        list(pool.map(lambda numbers: _send(system, token, numbers), parts))


def _send(system: System, token: str, numbers: range) -> None:
    address = urlsplit(system.web)
    connection = HTTPConnection(str(address.hostname), address.port, timeout=30)
    for number in numbers:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        headers["Idempotency-Key"] = uuid4().hex
        body = {"channel": "letter", "text": TEXT, "citizen": citizen(number)}
        connection.request("POST", "/api/v1/correspondences", json.dumps(body), headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 201:
            raise RuntimeError(f"unexpected {answer.status}")


if __name__ == "__main__":
    main()
