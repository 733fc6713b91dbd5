"""Five million letters: what proves itself, and what people look at."""

from collections.abc import Iterator

from bench import audit, growth
from bench.case import Case, Figures, Run, Target
from bench.millions import fill, halted
from bench.system import fresh

LETTERS = 5_000_000
PROOFS = ("doctor", "audit verify")


def work(run: Run) -> Iterator[Figures]:
    """One system, filled once (a quarter of an hour), asked once a round. Raises RuntimeError
    where a page fails or reads a table that grows from end to end."""
    letters = int(run.of(20_000, LETTERS))
    with fresh("--empty") as system, halted(system.data_dir):
        tools = audit.tools_of(system.data_dir)
        fill(tools, letters)
        for _ in range(run.rounds):
            told = audit.measured(system.data_dir, rounds=1)
            pages = growth.measured(system.data_dir)["pages"]
            if wrong := {name: p for name, p in pages.items() if p.get("sequential", True)}:
                raise RuntimeError(wrong)
            yield {
                "letters": letters,
                **{f"{name}, seconds": told[name]["seconds"] for name in PROOFS},
                **{f"{name}, MB": told[name]["memory_mb"] for name in PROOFS},
                "slowest page, p95 ms": max(page["p95_ms"] for page in pages.values()),
            }
        tools.sessions.kw["bind"].dispose()


CASE = Case(
    "millions",
    "Five million letters",
    work,
    (
        *(Target(f"{name}: seconds", f"{name}, seconds", at_most=60) for name in PROOFS),
        Target("slowest page: p95 ms", "slowest page, p95 ms", at_most=100),
    ),
    big=True,
)
