"""The telephone line's cap: exact at its boundary, over midnight, and while it is changed."""

import random
import statistics
import time
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from tests.chaos import world
from tests.chaos.client import Client, Wish, Wishes
from tests.chaos.clock import Clock
from tests.chaos.conclusion import conclude
from tests.chaos.conftest import Staging
from tests.chaos.figures import Figures
from tests.chaos.generator import Generator
from tests.chaos.history import History, Operation
from tests.chaos.stage import Stage
from tests.chaos.together import together

PATIENCE_SECONDS = 120.0
RUNS = {"smoke": 2, "long": 20}
CALLS = {"smoke": (200,), "long": (200, 1126)}
SECONDS_AROUND_MIDNIGHT = {"smoke": 4.0, "long": 10.0}
CHANGES = {"smoke": 4, "long": 40}
_DAY_OF = "select text, call_day from correspondences where call_day is not null"


def _call(stage: Stage, token: str, wish: Wish) -> Operation:
    client = Client(stage.web, token, timeout=PATIENCE_SECONDS)
    seen = client.submit(wish)
    client.close()
    return seen


def _used(stage: Stage) -> int:
    shown = stage.reports("capacity", "show")
    assert shown is not None
    return int(shown["used"])


@pytest.mark.chaos
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("place", [0, 1])
def test_cap_at_its_boundary(
    staging: Staging, history: History, figures: Figures, size: str, seed: int, place: int
) -> None:
    if place >= len(CALLS[size]):
        pytest.skip("only in the long run")
    at_once = CALLS[size][place]
    stage = staging(workers=1, CALL_CAP=400)
    wishes = Wishes(seed, channels=("call",))
    token = stage.token("operator")
    generator = Generator(stage.web, token, wishes, history)
    runs = []
    for run in range(RUNS[size]):
        cap, before = _used(stage) + at_once // 2, len(history.acknowledged())
        assert stage.command("capacity", "set", str(cap)).returncode == 0
        numbers = range(run * at_once + 1, (run + 1) * at_once + 1)
        for seen in together(partial(_call, stage, token), [wishes.of(n) for n in numbers]):
            history.add(seen)
        generator.resubmit()
        taken = history.acknowledged()[before:]
        accepted = sum(each.status == 201 for each in taken)
        runs.append((accepted, len(taken) - accepted, _used(stage) - cap))
    end = conclude(stage, history, 120)
    seconds = [each.seconds for each in history.all()]
    figures.note(
        at_once=at_once,
        runs=len(runs),
        exact=sum(r == (at_once // 2, at_once - at_once // 2, 0) for r in runs),
        first_runs=runs[:3],
        unanswered=sum(each.result == "info" for each in history.all()),
        p50=round(statistics.median(seconds), 2),
        p95=round(statistics.quantiles(seconds, n=20)[18], 2),
        wrong=end.wrong,
    )
    assert end.wrong == []
    assert runs == [(at_once // 2, at_once - at_once // 2, 0)] * RUNS[size]


def _wrong_days(stage: Stage, history: History, midnight: datetime, ahead: float) -> list[str]:
    """Calls whose day is not the one on which both question and answer fell."""
    with stage.database.connect() as connection:
        days: dict[str, Any] = {
            world.key_of(text): day for text, day in connection.execute(_DAY_OF)
        }
    wrong = []
    for each in history.acknowledged():
        day = days.get(each.key)
        early = each.ended_at + ahead < midnight.timestamp()
        late = each.invoked_at + ahead >= midnight.timestamp()
        if day and ((early and day >= midnight.date()) or (late and day < midnight.date())):
            wrong.append(each.key)
    return wrong


@pytest.mark.chaos
@pytest.mark.timeout(300)
def test_cap_over_midnight(
    staging: Staging, history: History, figures: Figures, size: str, seed: int
) -> None:
    around = SECONDS_AROUND_MIDNIGHT[size]
    stage = staging(workers=1, CALL_CAP=60)
    generator = Generator(
        stage.web, stage.token("operator"), Wishes(seed, channels=("call",)), history
    )
    clock = Clock(stage)
    midnight = clock.advance_to(23, 59, 60 - around) + timedelta(seconds=around)
    ahead = clock.now().timestamp() - time.time()
    generator.start(50)
    time.sleep(2 * around)
    generator.stop()
    generator.resubmit()
    end = conclude(stage, history, 90)
    astray = _wrong_days(stage, history, midnight, ahead)
    two = sorted((d for d in end.world.days if d.used), key=lambda d: d.day)
    figures.note(
        requests=len(history.by_key()),
        days={d.day: f"{d.used} used, {d.held} held of {d.cap}" for d in two},
        callbacks=len(end.world.callbacks),
        on_the_wrong_day=len(astray),
        wrong=end.wrong,
    )
    assert end.wrong == []
    assert astray == []
    assert [d.used + d.held for d in two] == [d.cap for d in two]
    assert len(two) == 2


@pytest.mark.chaos
@pytest.mark.timeout(300)
def test_cap_changed_under_load(
    staging: Staging, history: History, figures: Figures, size: str, seed: int
) -> None:
    source = random.Random(seed)
    stage = staging(workers=1, CALL_CAP=100)
    generator = Generator(
        stage.web, stage.token("operator"), Wishes(seed, channels=("call",)), history
    )
    generator.start(8, pause=0.05)
    asked = [source.randrange(0, 300) for _ in range(CHANGES[size])]
    changed = [stage.command("capacity", "set", str(cap)).returncode for cap in asked]
    generator.stop()
    generator.resubmit()
    end = conclude(stage, history, 60)
    figures.note(
        changes=len(asked),
        requests=len(history.by_key()),
        days={d.day: f"{d.used} used, {d.held} held of {d.cap}" for d in end.world.days if d.used},
        callbacks=len(end.world.callbacks),
        wrong=end.wrong,
    )
    assert end.wrong == []
    assert changed == [0] * len(asked)
