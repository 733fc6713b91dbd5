"""What the system proves about itself, by its size: `python -m bench.audit LETTERS …`.

For each number of letters a fresh system is filled (`bench.millions`), its events sealed, and
`samaneh doctor` and `samaneh audit verify` run three times each; with `--data-dir DIR` the system
that runs there is asked as it is. One JSON object a line: seconds (median, fastest, slowest) and
the most memory that our processes had together (proportional set size; PostgreSQL not counted).
"""

import json
import os
import statistics
import subprocess
import time
from pathlib import Path
from typing import Any

import click
import psutil
from sqlalchemy import text

from app.actions import sealing
from app.commands.surroundings import settings_of
from app.doorbell import SilentBell
from app.tools import Tools, from_settings
from bench.millions import fill, halted
from bench.system import SAMANEH, fresh
from routing.loading import default_rules

COMMANDS = (("doctor",), ("audit", "verify"))
ROUNDS = 3
BURST = 500_000
_SIZES = text("""
select relname, pg_table_size(oid) as rows, pg_indexes_size(oid) as indexes from pg_class
where relkind = 'r' and relnamespace = 'public'::regnamespace and pg_table_size(oid) > 1000000
order by 2 desc""")
_BURST = text("""
insert into events (at, province, kind, actor)
select now(), :province, 'burst', 'system' from generate_series(1, :n)""")


def measured(data_dir: Path, rounds: int = ROUNDS) -> dict[str, Any]:
    """Of the system that runs in `data_dir`; it is only read."""
    tools = tools_of(data_dir)
    with tools.sessions() as session:
        session.execute(text("set local statement_timeout = 0"))
        letters, events = session.execute(
            text("select (select count(*) from correspondences), (select count(*) from events)")
        ).one()
        sizes = {name: [rows, indexes] for name, rows, indexes in session.execute(_SIZES)}
    found = {" ".join(words): _runs(data_dir, words, rounds) for words in COMMANDS}
    load = [round(one, 1) for one in os.getloadavg()]
    return {"letters": letters, "events": events, **found, "bytes": sizes, "load": load}


def burst(tools: Tools, events: int = BURST) -> dict[str, float]:
    """So many events at once, and how fast they are sealed."""
    with tools.sessions.begin() as session:
        session.execute(_BURST, {"province": tools.province, "n": events})
    began, sealed = time.monotonic(), 0
    while done := sealing.seal(tools):
        sealed += done
    seconds = time.monotonic() - began
    return {"events": sealed, "seconds": round(seconds, 2), "per_second": round(sealed / seconds)}


def tools_of(data_dir: Path) -> Tools:
    """The tools over the system that runs there."""
    return from_settings(settings_of(data_dir, {}), default_rules, SilentBell())


def _runs(data_dir: Path, words: tuple[str, ...], rounds: int) -> dict[str, Any]:
    """Raises RuntimeError if something is found wrong: then nothing was measured."""
    seconds, memory = [], []
    for _ in range(rounds):
        began = time.monotonic()
        command = [str(SAMANEH), *words, "--data-dir", str(data_dir)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        memory.append(_most_memory(process))
        seconds.append(time.monotonic() - began)
        if process.returncode:
            raise RuntimeError(process.communicate()[0])
    return {
        "seconds": round(statistics.median(seconds), 2),
        "fastest": round(min(seconds), 2),
        "slowest": round(max(seconds), 2),
        "memory_mb": round(max(memory)),
    }


def _most_memory(process: subprocess.Popen[str]) -> float:
    most, root = 0.0, psutil.Process(process.pid)
    while process.poll() is None:
        most = max(most, _memory(root))
        time.sleep(0.1)
    return most / 2**20


def _memory(root: psutil.Process) -> float:
    try:
        return float(sum(p.memory_full_info().pss for p in (root, *root.children(recursive=True))))
    except psutil.Error:
        return 0.0  # one of them has just ended


@click.command()
@click.argument("letters", type=click.IntRange(1000), nargs=-1)
@click.option("--data-dir", type=click.Path(path_type=Path, exists=True))
@click.option("--rounds", type=click.IntRange(1), default=ROUNDS)
def main(letters: tuple[int, ...], data_dir: Path | None, rounds: int) -> None:
    """Measure the system that runs in --data-dir, or fresh ones with so many LETTERS."""
    if data_dir is not None:
        print(json.dumps(measured(data_dir, rounds)))
    for number in letters:
        with fresh("--empty") as system, halted(system.data_dir):
            tools = tools_of(system.data_dir)
            fill(tools, number)
            found = measured(system.data_dir, rounds)
            print(json.dumps(found | {"burst": burst(tools)}), flush=True)
            tools.sessions.kw["bind"].dispose()


if __name__ == "__main__":
    main()
