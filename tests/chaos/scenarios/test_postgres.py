"""PostgreSQL crashed, away, silent: no false success, quick refusals, quickly back."""

import time
from collections.abc import Callable

import pytest

from tests.chaos.client import Wishes
from tests.chaos.conclusion import conclude
from tests.chaos.conftest import Staging
from tests.chaos.figures import Figures
from tests.chaos.generator import Generator
from tests.chaos.history import History, Operation
from tests.chaos.stage import Stage
from tests.chaos.watch import watching

# restarts, seconds away
SIZES = {"smoke": (2, 6.0), "long": (5, 60.0)}
LEASE_SECONDS = {"smoke": 25, "long": 60}
# Nobody can tell a silent database from a slow one: what hangs there is answered when it ends.
REFUSED_WITHIN_SECONDS = {"restarted": 3.0, "away": 3.0, "silent": 70.0, "replies_lost": 3.0}
STRIKES = 5
BACK_WITHIN_SECONDS = 10.0
Span = tuple[float, float]


def _restarts(stage: Stage, times: int, _seconds: float) -> list[Span]:
    spans = []
    for _ in range(times):
        began = time.time()
        stage.database.restart_at_once()
        spans.append((began, time.time()))
        time.sleep(3.0)
    return spans


def _through_the_link(mode: str) -> Callable[[Stage, int, float], list[Span]]:
    def away(stage: Stage, _times: int, seconds: float) -> list[Span]:
        began = time.time()
        stage.links.database.turn(mode)  # type: ignore[arg-type]
        time.sleep(seconds)
        stage.links.database.turn("pass")
        spans = [(began, time.time())]
        time.sleep(3.0)
        return spans

    return away


def _replies_lost(stage: Stage, times: int, _seconds: float) -> list[Span]:
    """Whoever was committing then can't know whether it was done."""
    began = time.time()
    for _ in range(times * STRIKES):
        stage.links.database.turn("swallow")
        time.sleep(0.2)
        stage.links.database.turn("reset")
        stage.links.database.turn("pass")
        time.sleep(0.5)
    return [(began, time.time())]


FAULTS: dict[str, Callable[[Stage, int, float], list[Span]]] = {
    "restarted": _restarts,
    "away": _through_the_link("refuse"),
    "silent": _through_the_link("hang"),
    "replies_lost": _replies_lost,
}


def _until_back(history: History, spans: list[Span]) -> float:
    """The longest time from the end of a fault to the first answer that is a success."""
    successes = sorted(each.ended_at for each in history.all() if each.result == "ok")
    return max(next((at - end for at in successes if at > end), float("inf")) for _, end in spans)


def _refusals(history: History, spans: list[Span]) -> list[Operation]:
    return [
        each
        for each in history.all()
        if each.result == "info" and any(a <= each.invoked_at <= b for a, b in spans)
    ]


@pytest.mark.chaos
@pytest.mark.timeout(300)
@pytest.mark.parametrize("fault", FAULTS)
def test_postgres_in_trouble(
    staging: Staging, history: History, figures: Figures, size: str, seed: int, fault: str
) -> None:
    stage = staging(workers=1, SMS_LEASE_SECONDS=LEASE_SECONDS[size])
    generator = Generator(stage.web, stage.token("operator"), Wishes(seed), history)
    with watching(stage) as watch:
        generator.start(8, pause=0.2)
        time.sleep(1.0)
        spans = FAULTS[fault](stage, *SIZES[size])
        generator.stop()
    asked_again = generator.resubmit()
    end = conclude(stage, history, 90)
    refused = _refusals(history, spans)
    slowest = max((each.seconds for each in refused), default=0.0)
    back = _until_back(history, spans)
    figures.note(
        fault=fault,
        strikes=len(spans),
        away_seconds=round(sum(end - began for began, end in spans), 1),
        acked=len(history.acknowledged()),
        refused=len(refused),
        statuses=sorted({each.status for each in refused}),
        slowest_refusal=round(slowest, 2),
        back_after=round(back, 1),
        unanswered_then_resubmitted=asked_again,
        settled_after=end.settled,
        **watch.figures(),
        wrong=end.wrong,
    )
    assert end.wrong == []
    assert slowest <= REFUSED_WITHIN_SECONDS[fault]
    assert {each.status for each in refused} <= ({0, 503} if fault == "silent" else {503})
    assert back <= BACK_WITHIN_SECONDS
    assert watch.unowned == 0
