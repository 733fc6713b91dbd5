"""A run's results for people: tables of medians and spread, what was aimed at."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

Found = Mapping[str, Any]
Row = tuple[str, ...]


def show(found: Found) -> None:
    """The tables on stdout."""
    console = Console(width=120)
    judged = Table("target", "wanted", "median", "least – greatest", "", title="Targets")
    for row in targets(found):
        judged.add_row(*row)
    console.print(judged)
    for case in found["cases"].values():
        table = Table("figure", "median", "least – greatest", title=case["title"])
        for row in figures(case):
            table.add_row(*row)
        console.print(table)
        if "failed" in case:
            console.print(f"[bold]{case['title']} failed: {case['failed']}[/bold]")
    console.print(told_machine(found))


def whole(found: Found) -> bool:
    """Whether every case could be measured."""
    return not any("failed" in case for case in found["cases"].values())


def targets(found: Found) -> Iterator[Row]:
    """Target, bound, median, spread, verdict."""
    for case in found["cases"].values():
        for target in case["targets"]:
            met = "met" if target["met"] else "missed"
            yield (target["what"], target["wanted"], *_spread(target), met)


def figures(case: Found) -> Iterator[Row]:
    """Figure, median, spread."""
    for name, spread in case["figures"].items():
        yield (name, *_spread(spread))


def _spread(found: Found) -> tuple[str, str]:
    if "median" not in found:
        return "–", "–"
    return _number(found["median"]), f"{_number(found['least'])} – {_number(found['greatest'])}"


def _number(value: float) -> str:
    """Three digits that mean something."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def told_machine(found: Found) -> str:
    """The machine and its load on one line."""
    facts = ", ".join(
        f"{name.replace('_', ' ')} {value}" for name, value in found["machine"].items()
    )
    return f"{facts}; load {found['load_at_begin']} at the begin, {found['load_at_end']} at the end"
