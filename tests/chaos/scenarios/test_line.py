"""No credit (418): the line stops for everybody, burns no attempt, is seen, and drains later."""

import re
import time
from functools import partial

import pytest
import requests

from tests.chaos.client import Wishes
from tests.chaos.conclusion import conclude
from tests.chaos.conftest import Staging
from tests.chaos.figures import Figures
from tests.chaos.generator import Generator
from tests.chaos.history import History
from tests.chaos.nemesis import frozen
from tests.chaos.stage import Stage
from tests.chaos.watch import until

# seconds without credit, seconds between probes
SIZES = {"smoke": (8.0, 4), "long": (60.0, 30)}
MOST_CALLS = 4
ALARM_SECONDS = 60
ALARM = re.compile(r"^samaneh_sms_line_stopped\{[^}]*\} 1(\.0)?$", re.MULTILINE)


def _alarm(stage: Stage) -> bool:
    return bool(ALARM.search(requests.get(f"{stage.web}/metrics", timeout=10).text))


def _attempts(stage: Stage) -> int:
    with stage.database.connect() as connection:
        row = connection.execute("select coalesce(sum(attempts), 0) from receipts").fetchone()
    return int(str(row[0])) if row else 0


@pytest.mark.chaos
@pytest.mark.timeout(300)
@pytest.mark.parametrize("load", ["trickle", "backlog"])
def test_no_credit(
    staging: Staging, history: History, figures: Figures, size: str, seed: int, load: str
) -> None:
    seconds, probe = SIZES[size]
    stage = staging(SMS_PROBE_SECONDS=probe)
    generator = Generator(stage.web, stage.token("operator"), Wishes(seed), history)
    began = time.monotonic()
    with frozen(stage, ("workers", "poller")):
        stage.gateway.fault("418")
        if load == "backlog":  # sixty letters are due at the moment when the first one is refused
            generator.register(60)
    generator.start(2, pause=0.5)
    alarm = until(partial(_alarm, stage), ALARM_SECONDS, "no alarm")
    time.sleep(max(0.0, seconds - (time.monotonic() - began)))
    generator.stop()
    calls = stage.gateway.calls()
    burnt = _attempts(stage)  # nothing was accepted yet: every attempt was for nothing
    stage.gateway.heal()
    end = conclude(stage, history, 120)
    figures.note(
        load=load,
        stopped_seconds=seconds,
        calls_while_stopped=len(calls),
        attempts_burnt=burnt,
        alarm_after=round(alarm, 1),
        acked=len(history.acknowledged()),
        accepted=len(end.world.messages),
        drained_after=end.settled,
        line=stage.command("line", "show").stdout.strip()[:200],
        wrong=end.wrong,
    )
    assert end.wrong == []
    assert len(calls) <= MOST_CALLS
    assert burnt == 0
    assert not _alarm(stage)
