"""The provider takes every message and never says so: all settled by asking, none sent twice."""

import pytest

from tests.chaos.client import UNCLEAR, Wishes
from tests.chaos.conclusion import conclude
from tests.chaos.conftest import Staging
from tests.chaos.figures import Figures
from tests.chaos.generator import Generator
from tests.chaos.history import History

# messages, seconds until the connection is cut: in the long run the client gives up first
SIZES = {"smoke": (60, 1.0), "long": (200, 60.0)}


@pytest.mark.chaos
@pytest.mark.timeout(400)
def test_timeout_after_accept(
    staging: Staging, history: History, figures: Figures, size: str, seed: int
) -> None:
    messages, delay = SIZES[size]
    stage = staging(SMS_CONNECTIONS=32)
    stage.gateway.turn(dedupe_window=0)  # the provider does not help
    stage.gateway.fault("accept_then_timeout", delay=delay)
    wishes = Wishes(seed, channels=("letter",), texts=(UNCLEAR,))
    generator = Generator(stage.web, stage.token("operator"), wishes, history)
    generator.register(messages)
    end = conclude(stage, history, 60 if size == "smoke" else 240)
    summary = stage.gateway.summary()
    figures.note(
        acked=len(history.acknowledged()),
        accepted=len(end.world.messages),
        calls=len(stage.gateway.calls()),
        repeats_asked_for=summary["dedupe_hits"],
        duplicates=summary["duplicates"],
        settled_after=end.settled,
        wrong=end.wrong,
    )
    assert end.wrong == []
    assert len(end.world.messages) == messages
    assert summary["dedupe_hits"] == 0
