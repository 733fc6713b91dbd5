"""All measurements: `python -m bench.all [--quick] [CASE …]`; `make bench` is this, and the report.

Each case starts what it needs on free ports in a temporary directory, warms up and runs its rounds.
The table comes on stdout, and with all rounds as JSON into bench/results. Exit 1 when a case
failed; a missed target is told and is no failure. Cases over five million letters run when they
are named, or with BIG=1 in the environment.
"""

import json
import os
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

import click

from bench import machine, report
from bench.case import ROUNDS, Case, Figures, Run, summary
from bench.cases import CASES

RESULTS = Path(__file__).with_name("results")


@click.command()
@click.option("--quick", is_flag=True, help="In some minutes, with coarse figures.")
@click.option("--rounds", type=click.IntRange(1, 20), default=None, help="Of each case.")
@click.argument("names", nargs=-1, type=click.Choice(list(CASES)))
def main(*, quick: bool, rounds: int | None, names: tuple[str, ...]) -> None:
    """Measure; print the table; write the results."""
    run = Run(quick, rounds or ROUNDS)
    chosen = [CASES[name] for name in names] or _usual()
    found = {"began": _now(), "quick": quick, "machine": machine.facts()}
    found |= {"load_at_begin": machine.load()}
    found["cases"] = {case.name: _one(case, run) for case in chosen}
    found |= {"load_at_end": machine.load(), "ended": _now()}
    path = _file("-".join(names) or "all", quick=quick)
    path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    report.show(found)
    click.echo(f"all rounds: bench/results/{path.name}")
    sys.exit(0 if report.whole(found) else 1)


def _usual() -> list[Case]:
    return [case for case in CASES.values() if not case.big or os.environ.get("BIG")]


def _one(case: Case, run: Run) -> dict[str, object]:
    """A case that fails is told, and the others go on."""
    rounds: list[Figures] = []
    try:
        for figures in case.work(run):
            rounds.append(figures)
            _say(f"{case.name} {len(rounds)}: {json.dumps(dict(figures), ensure_ascii=False)}")
    except Exception as error:  # noqa: BLE001 - whatever breaks one case must not lose the others
        traceback.print_exc()
        return summary(case, rounds) | {"failed": f"{type(error).__name__}: {error}"}
    return summary(case, rounds)


def _file(cases: str, *, quick: bool) -> Path:
    RESULTS.mkdir(exist_ok=True)
    day = datetime.now(UTC).date().isoformat()
    return RESULTS / f"{day}-{cases}{'-quick' if quick else ''}.json"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _say(line: str) -> None:
    click.echo(line, err=True)


if __name__ == "__main__":
    main()
