"""kill -9 of web processes (the server's main process and its workers) under load."""

import pytest

from tests.chaos.client import Wishes
from tests.chaos.conclusion import conclude
from tests.chaos.conftest import Staging
from tests.chaos.figures import Figures
from tests.chaos.generator import Generator
from tests.chaos.history import History
from tests.chaos.nemesis import Nemesis
from tests.chaos.watch import watching

# clients, kills
SIZES = {"smoke": (12, 3), "long": (40, 50)}


@pytest.mark.chaos
@pytest.mark.timeout(1500)
def test_web_processes_killed_under_forty_clients(
    staging: Staging, history: History, figures: Figures, size: str, seed: int
) -> None:
    clients, kills = SIZES[size]
    stage = staging(workers=1)
    generator = Generator(stage.web, stage.token("operator"), Wishes(seed), history)
    nemesis = Nemesis(stage, seed)
    with watching(stage) as watch:
        generator.start(clients, pause=0.3)
        nemesis.kill_working(("web",), kills, history.successes)
        generator.stop()
    asked_again = generator.resubmit(480)
    end = conclude(stage, history, 300 if size == "long" else 60)
    figures.note(
        kills=nemesis.kills,
        requests=len(history.all()),
        acked=len(history.acknowledged()),
        unanswered_then_resubmitted=asked_again,
        worst_gap=round(history.worst_gap(), 1),
        accepted=len(end.world.messages),
        settled_after=end.settled,
        **watch.figures(),
        wrong=end.wrong,
    )
    assert end.wrong == []
    assert nemesis.kills >= kills
    assert watch.unowned == 0
