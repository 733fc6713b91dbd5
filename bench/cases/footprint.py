"""What `samaneh up` takes at rest: memory and processor of its whole tree of processes."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TypeVar

import psutil

from bench.case import Case, Figures, Run, Target
from bench.system import System, fresh

Told = TypeVar("Told")


def work(run: Run) -> Iterator[Figures]:
    """A minute's rest, then a minute for each round."""
    seconds = run.of(15, 60)
    with fresh() as system:
        time.sleep(seconds)
        for _ in range(run.rounds):
            before, began = _processor_seconds(system), time.monotonic()
            time.sleep(seconds)
            used, passed = _processor_seconds(system) - before, time.monotonic() - began
            memory = list(_each(system, psutil.Process.memory_full_info))
            yield {
                "memory (PSS) MB": sum(one.pss for one in memory) / 2**20,
                "memory (RSS, shared pages counted often) MB": sum(o.rss for o in memory) / 2**20,
                "processes": len(memory),
                "idle processor % of a core": used / passed * 100,
            }


def _processor_seconds(system: System) -> float:
    times = list(_each(system, psutil.Process.cpu_times))
    ended = sum(one.children_user + one.children_system for one in times)
    return ended + sum(one.user + one.system for one in times)


def _each(system: System, ask: Callable[[psutil.Process], Told]) -> Iterator[Told]:
    """Of every process; one that has just ended is left out."""
    for process in _tree(system):
        with suppress(psutil.NoSuchProcess):
            yield ask(process)


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
