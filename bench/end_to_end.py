"""The province's two weeks from the file to the telephones: `python -m bench.end_to_end [LETTERS]`.

A fresh `samaneh up` with its own worker, poller and gateway; the file is imported while messages go
out. The clock runs from the start of the import to the moment when the gateway has accepted every
message that is due. Then the gateway's own list is compared with the database: each message once,
none missing, none too many; and the doctor looks. `KEY=value` words are settings of the system.
"""

import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import requests

from bench import visit
from bench.databases import address
from bench.outbox import summary
from bench.system import System, fresh

# A backlog of a province goes out in calls for many; single letters still go one by one.
SETTINGS = {"SMS_ARRAY_FROM": "400"}
PATIENCE_SECONDS = 1800
SEALED_SECONDS = 60


def main() -> None:
    numbers = [int(word) for word in sys.argv[1:] if "=" not in word]
    changes = dict(word.split("=", 1) for word in sys.argv[1:] if "=" in word)
    print(json.dumps(measured(*numbers, **changes)))


def measured(letters: int = visit.LETTERS, **changes: str) -> dict[str, Any]:
    """Seconds of the import and of all, messages a second, and whether each went once."""
    settings = SETTINGS | changes
    with tempfile.TemporaryDirectory(prefix="samaneh-visit-") as name:
        file = visit.write(Path(name) / "visit.csv", letters)
        with fresh("--empty", **settings) as system:
            began = time.monotonic()
            done = visit.imported(system, file)
            due = _due(system)
            _wait(system, due)
            seconds = time.monotonic() - began
            return {
                "letters": letters,
                "said": done["said"],
                "import_seconds": round(done["seconds"], 1),
                "import_memory_mb": round(done["memory_mb"]),
                "messages": due,
                "seconds": round(seconds, 1),
                "messages_per_second": round(due / seconds),
                **_compared(system),
                "doctor_finds": _complaints(system),
                "settings": settings,
            }


def _due(system: System) -> int:
    with psycopg.connect(address(system)) as connection:
        found = connection.execute("select count(*) from receipts").fetchone()
    assert found is not None
    return int(found[0])


def _wait(system: System, due: int) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while (accepted := summary(system)["messages"]) < due:
        if time.monotonic() > until:
            raise RuntimeError(f"{accepted} of {due} after {PATIENCE_SECONDS} s")
        time.sleep(0.2)


def _compared(system: System) -> dict[str, int | bool]:
    """The gateway's list against the receipts, by the number that each message carries."""
    with psycopg.connect(address(system)) as connection:
        owed = {number for (number,) in connection.execute("select local_id from receipts")}
    sent = Counter(_listed(system))
    return {
        "each_once": owed == sent.keys() and set(sent.values()) <= {1},
        "missing": len(owed - sent.keys()),
        "too_many": len(sent.keys() - owed),
        "twice": sum(times > 1 for times in sent.values()),
        "repeats_asked_for": summary(system)["dedupe_hits"],
    }


def _listed(system: System) -> Iterator[int]:
    """The number of each accepted message, page after page."""
    after: int | None = 0
    while after is not None:
        page = requests.get(
            f"{system.gateway}/_gateway/messages.json", params={"after": after}, timeout=60
        ).json()
        for one in page["messages"]:
            yield from [int(one["localid"])] * one["accepts"]
        after = page["next"]


def _complaints(system: System) -> dict[str, int]:
    """What the doctor finds when the chain has had a minute to follow."""
    until = time.monotonic() + SEALED_SECONDS
    while True:
        checks: dict[str, int] = json.loads(system.command("doctor").stdout)["checks"]
        found = {name: number for name, number in checks.items() if number}
        if not found or time.monotonic() > until:
            return found
        time.sleep(1)


if __name__ == "__main__":
    main()
