"""The router by itself, on one core (bench/router.py has the parts and the figures of memory)."""

import random
from collections.abc import Iterator

from bench import router
from bench.case import Case, Figures, Run
from routing.compiled import FOLDER, compiled_in
from routing.loading import default_rules


def work(run: Run) -> Iterator[Figures]:
    random.seed(111)
    rules = default_rules()
    texts = router.letters(router.SAMPLE)
    compiled = "compiled" if compiled_in(FOLDER)[0] else "interpreted"
    for _ in range(run.rounds):
        found = router.routed(texts, rules)
        yield {f"{compiled}: {name}": value for name, value in _numbers(found)}


def _numbers(found: dict[str, object], name: str = "") -> Iterator[tuple[str, float]]:
    for key, value in found.items():
        if isinstance(value, dict):
            yield from _numbers(value, f"{name}{key} ")
        elif key == "per_second" and isinstance(value, int | float):
            yield f"{name}letters/s", value


CASE = Case("router", "The router on one core", work)
