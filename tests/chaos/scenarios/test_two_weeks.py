"""The provider is away for two weeks: afterwards every SMS goes out once, in order, by day."""

import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from tests.chaos.client import REFERRED, Wishes
from tests.chaos.clock import TEHRAN, Clock
from tests.chaos.conclusion import conclude
from tests.chaos.conftest import Staging
from tests.chaos.figures import Figures
from tests.chaos.generator import Generator
from tests.chaos.history import History
from tests.chaos.world import Sms

# letters, messages a second
SIZES = {"smoke": (60, 50), "long": (5000, 200)}
DAYS = 14
QUIET_FROM, QUIET_UNTIL = 21, 8
# What was claimed by day and is being spoken when the clock jumps into the night.
IN_THE_AIR_SECONDS = 5.0


def _in_quiet_hours(sms: Sms) -> bool:
    hour = datetime.fromtimestamp(sms.at, UTC).astimezone(TEHRAN).hour
    return hour >= QUIET_FROM or hour < QUIET_UNTIL


@pytest.mark.chaos
@pytest.mark.timeout(900)
def test_provider_away_for_two_weeks(
    staging: Staging, history: History, figures: Figures, size: str, seed: int
) -> None:
    letters, rate = SIZES[size]
    stage = staging(SMS_QUIET_HOURS=f"{QUIET_FROM}-{QUIET_UNTIL}", SMS_RATE=rate)
    token = stage.token("operator")
    clock = Clock(stage)
    clock.advance_to(10)
    stage.links.gateway.turn("refuse")
    wishes = Wishes(seed, channels=("letter",), texts=(REFERRED,))
    generator = Generator(stage.web, token, wishes, history)
    generator.register(letters, seconds=300)
    for _ in range(DAYS):
        clock.advance(timedelta(days=1))
        time.sleep(0.3)
    clock.advance_to(22, 30)
    time.sleep(IN_THE_AIR_SECONDS)
    stage.links.gateway.turn("pass")
    time.sleep(3.0)
    at_night = len(stage.gateway.messages())
    clock.advance_to(8, 0, 30)
    end = conclude(stage, history, 60 if size == "smoke" else 400)
    each_second = Counter(int(sms.at) for sms in end.world.messages)
    figures.note(
        acked=len(history.acknowledged()),
        accepted=len(end.world.messages),
        sent_at_night_after_the_return=at_night,
        in_quiet_hours=sum(map(_in_quiet_hours, end.world.messages)),
        most_in_a_second=max(each_second.values(), default=0),
        rate=rate,
        drained_after=end.settled,
        wrong=end.wrong,
    )
    assert end.wrong == []
    assert len(end.world.messages) == 2 * letters
    assert at_night == 0
    assert not any(map(_in_quiet_hours, end.world.messages))
    assert max(each_second.values()) <= 2 * rate
