"""Intake against the limit: `python -m bench.intake [CONNECTIONS] [SECONDS] [ROUNDS]` → JSON.

A fresh system; in each round first pgbench writes the rows of one registration as a plain
transaction (bench/limit.py), then as many connections register letters by the API, every answer
201. Workers and poller are halted meanwhile, unless a fourth word is `sending`.
"""

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from bench import databases, limit, load, mail
from bench.system import System, fresh

CLIENTS = (8, 32, 64)
WARM = load.Load(8, 3.0)


def main() -> None:
    given = [float(word) for word in sys.argv[1:4]]
    connections, seconds, rounds = [*given, *(64.0, 10.0, 1.0)[len(given) :]]
    wanted = load.Load(int(connections), seconds)
    with fresh() as system, at_work(system, sending="sending" in sys.argv):
        token = system.token("operator")
        load.run(system.web, mail.posts(system.web, token), WARM)
        target, written = limit_of(system)
        for _ in range(int(rounds)):
            clients = {n: limit.measure(target, written, "plain", n, seconds) for n in CLIENTS}
            figures = load.run(system.web, mail.posts(system.web, token), wanted)
            print(json.dumps(told(figures, clients)), flush=True)


def told(figures: dict[str, float], clients: dict[int, float]) -> dict[str, object]:
    """The ratio is to the best that pgbench reached, with however many clients."""
    best = max(clients.values())
    return {
        **figures,
        "pgbench": {str(number): round(tps) for number, tps in clients.items()},
        "ratio": round(figures["per_second"] / best, 3),
        "load_average": round(psutil.getloadavg()[0], 1),
    }


def limit_of(system: System) -> tuple[str, list[limit.Pattern]]:
    """A copy of the system's database with the letters of the warm-up, and their patterns."""
    written = limit.patterns(databases.address(system))
    return databases.copy(system, "pattern"), written


@contextmanager
def at_work(system: System, *, sending: bool) -> Iterator[None]:
    """Workers and poller halted until the block ends, unless they are to be `sending`."""
    found = json.loads((system.data_dir / "running.json").read_text())["pids"]
    halted = [] if sending else [*found["workers"], found["poller"]]
    for pid in halted:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in halted:
            os.kill(pid, signal.SIGCONT)


if __name__ == "__main__":
    main()
