"""The end of a scenario: wait until all is settled, then compare everything."""

from dataclasses import dataclass

from tests.chaos.checker import check
from tests.chaos.history import History
from tests.chaos.stage import Stage
from tests.chaos.watch import settle
from tests.chaos.world import World, look


@dataclass(frozen=True, slots=True)
class Conclusion:
    """`settled` seconds it took, what is there, what is wrong (also: not settled in time)."""

    settled: float
    world: World
    wrong: list[str]


def conclude(stage: Stage, history: History, seconds: float) -> Conclusion:
    """After healing and submitting again; `seconds` is how long settling may take."""
    late = []
    try:
        settled = settle(stage, seconds)
    except TimeoutError as error:
        settled, late = seconds, [str(error)]
    found = look(stage)
    return Conclusion(round(settled, 1), found, [*late, *check(history, found)])
