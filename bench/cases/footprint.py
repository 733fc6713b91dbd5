"""What `samaneh up` takes at rest: memory and processor of its whole tree of processes."""

import time
from collections.abc import Iterator

from bench import resting
from bench.case import Case, Figures, Run, Target
from bench.system import fresh


def work(run: Run) -> Iterator[Figures]:
    """A minute's rest, then a minute for each round."""
    seconds = run.of(15, 60)
    with fresh() as system:
        time.sleep(seconds)
        for _ in range(run.rounds):
            used, memory = resting.cpu(system, seconds), resting.memory(system)
            yield {
                "memory (PSS) MB": memory["pss"],
                "memory (RSS, shared pages counted often) MB": memory["rss"],
                "processes": len(memory["of"]),
                "idle processor % of a core": used["percent"],
            }


CASE = Case(
    "footprint",
    "`samaneh up` at rest",
    work,
    (
        Target("at rest: PSS MB", "memory (PSS) MB", at_most=450),
        Target("at rest: % of a core", "idle processor % of a core", at_most=2),
    ),
)
