"""What `samaneh up` takes at rest: memory and processor of its whole tree of processes."""

import json
import time
from collections.abc import Iterator

import psutil

from bench.case import Case, Figures, Run, Target
from bench.system import System, fresh


def work(run: Run) -> Iterator[Figures]:
    """A minute's rest, then a minute for each round."""
    seconds = run.of(15, 60)
    with fresh() as system:
        time.sleep(seconds)
        for _ in range(run.rounds):
            before, began = _processor_seconds(system), time.monotonic()
            time.sleep(seconds)
            used, passed = _processor_seconds(system) - before, time.monotonic() - began
            memory = [process.memory_full_info() for process in _tree(system)]
            yield {
                "memory (PSS) MB": sum(one.pss for one in memory) / 2**20,
                "memory (RSS, shared pages counted often) MB": sum(o.rss for o in memory) / 2**20,
                "processes": len(memory),
                "idle processor % of a core": used / passed * 100,
            }


def _processor_seconds(system: System) -> float:
    times = [process.cpu_times() for process in _tree(system)]
    ended = sum(one.children_user + one.children_system for one in times)
    return ended + sum(one.user + one.system for one in times)


def _tree(system: System) -> list[psutil.Process]:
    found = json.loads((system.data_dir / "running.json").read_text())
    root = psutil.Process(found["pids"]["supervisor"])
    return [root, *root.children(recursive=True)]


CASE = Case(
    "footprint",
    "`samaneh up` at rest",
    work,
    (
        Target("at rest: PSS MB", "memory (PSS) MB", at_most=450),
        Target("at rest: % of a core", "idle processor % of a core", at_most=2),
    ),
)
