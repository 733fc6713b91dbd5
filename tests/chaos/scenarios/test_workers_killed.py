"""kill -9 of workers in the middle of a call, and workers that sleep beyond their lease."""

import pytest

from tests.chaos.client import Wishes
from tests.chaos.conclusion import conclude
from tests.chaos.conftest import Staging
from tests.chaos.figures import Figures
from tests.chaos.generator import Generator
from tests.chaos.history import History
from tests.chaos.nemesis import Nemesis
from tests.chaos.stage import Stage
from tests.chaos.watch import watching

# letters at least, kills, freezes, seconds between two letters of each client
SIZES = {"smoke": (30, 5, 0, 0.4), "long": (600, 100, 4, 0.8)}
CLIENTS, LEASE = 2, 25
# Ordered one after the other, each strikes 13 % of what those before it left: half of the calls.
FAULTS = ("accept_then_timeout", "html_500", "accept_then_504", "accept_then_reset", "reset")
CHANCE = 0.13
VICTIMS = ("workers", "poller")
LATEST = 0.2
SETTLED_SECONDS = 60


def _trouble(stage: Stage) -> None:
    """The provider does not help: a repeated localid is a second SMS."""
    stage.gateway.turn(latency_ms=200, dedupe_window=0)
    for fault in FAULTS:
        slow = {"delay": 2.0} if fault == "accept_then_timeout" else {}
        stage.gateway.fault(fault, chance=CHANCE, **slow)


@pytest.mark.chaos
@pytest.mark.timeout(900)
def test_workers_killed_in_the_middle_of_a_call(
    staging: Staging, history: History, figures: Figures, size: str, seed: int
) -> None:
    letters, kills, freezes, pause = SIZES[size]
    stage = staging(SMS_LEASE_SECONDS=LEASE, SMS_CONNECTIONS=4)
    _trouble(stage)
    generator = Generator(stage.web, stage.token("operator"), Wishes(seed), history)
    nemesis = Nemesis(stage, seed)
    with watching(stage) as watch:
        generator.start(CLIENTS, pause=pause)
        for _ in range(freezes):
            nemesis.kill_speaking(VICTIMS, kills // (freezes + 1), LATEST)
            nemesis.freeze_one(VICTIMS, LEASE + 1.0)
        nemesis.kill_speaking(VICTIMS, kills - nemesis.kills, LATEST)
        generator.stop()
        generator.register(max(0, letters - len(history.by_key())))
    calls = stage.gateway.calls()
    faulted = sum(call["fault"] != "" for call in calls)
    stage.gateway.heal()
    generator.resubmit()
    end = conclude(stage, history, SETTLED_SECONDS)
    summary = stage.gateway.summary()
    figures.note(
        kills=nemesis.kills,
        freezes=nemesis.stops,
        acked=len(history.acknowledged()),
        accepted=len(end.world.messages),
        due=len(end.world.receipts),
        duplicates=summary["duplicates"],
        faulted=f"{faulted} of the last {len(calls)} calls",
        settled_after_last_kill=end.settled,
        **watch.figures(),
        wrong=end.wrong,
    )
    assert end.wrong == []
    assert nemesis.kills >= kills
    assert watch.unowned == 0
