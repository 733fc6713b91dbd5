"""Delivery reports tenfold, shuffled and forged: one event for each transition, the truth wins."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.chaos import world
from tests.chaos.client import Wishes
from tests.chaos.conclusion import conclude
from tests.chaos.conftest import Staging
from tests.chaos.figures import Figures
from tests.chaos.generator import Generator
from tests.chaos.history import History
from tests.chaos.stage import HOOK_SECRET, Stage
from tests.chaos.watch import settle, until
from tests.chaos.world import Sms

SIZES = {"smoke": 15, "long": 200}
TIMES = 10
# The provider's final status → what the receipt must become.
TRUTH = {10: "delivered", 11: "undelivered", 14: "blocked", 6: "failed"}
HINTS = (1, 2, 4, 5, 6, 10, 11, 13, 14, 100)
DELIVERED = 10
_MESSAGES = "select message_id, state from receipts where message_id is not null"
_EVENTS = """
select correspondence_id, data->>'stage', kind, count(*) from events
where kind like 'receipt_%' group by 1, 2, 3"""


def _hook(stage: Stage, secret: str = HOOK_SECRET) -> str:
    return f"{stage.web}/hooks/kavenegar/{secret}/delivery"


def _storm(stage: Stage, hints: list[tuple[int, int]]) -> Counter[int]:
    """POST each (message, status); how often which answer."""
    with requests.Session() as session, ThreadPoolExecutor(8) as pool:

        def tell(hint: tuple[int, int]) -> int:
            form = {"messageid": hint[0], "status": hint[1]}
            return session.post(_hook(stage), data=form, timeout=30).status_code

        return Counter(pool.map(tell, hints))


def _states(stage: Stage) -> dict[int, str]:
    with stage.database.connect() as connection:
        return {int(str(i)): str(state) for i, state in connection.execute(_MESSAGES)}


def _events(stage: Stage) -> list[tuple[str, int]]:
    with stage.database.connect() as connection:
        return [(str(row[2]), int(str(row[3]))) for row in connection.execute(_EVENTS)]


def _forged(stage: Stage, messages: list[Sms]) -> dict[str, object]:
    """What a stranger may try; the answers it gets."""
    form = {"messageid": messages[0].number, "status": DELIVERED}
    return {
        "wrong_secret": requests.post(_hook(stage, "x" * 36), data=form, timeout=30).status_code,
        "too_long": requests.post(_hook(stage), data="x" * 5000, timeout=30).status_code,
        "unknown_id": requests.post(_hook(stage), data={"messageid": 7}, timeout=30).status_code,
        "no_number": requests.post(_hook(stage), data={"messageid": "'"}, timeout=30).status_code,
    }


def _finish(stage: Stage, messages: list[Sms], source: random.Random) -> dict[int, str]:
    """Every message ends in one way or another; what its receipt must then say."""
    truth = {sms.number: source.choice(list(TRUTH)) for sms in messages}
    for number, status in truth.items():
        stage.gateway.finish(number, status)
    return {number: TRUTH[status] for number, status in truth.items()}


@pytest.mark.chaos
@pytest.mark.timeout(400)
def test_callbacks(
    staging: Staging, history: History, figures: Figures, size: str, seed: int
) -> None:
    source = random.Random(seed)
    stage = staging(workers=1)
    stage.gateway.turn(final_after=100_000, callback_duplicate=True, callback_reorder=True)
    generator = Generator(stage.web, stage.token("operator"), Wishes(seed), history)
    generator.register(SIZES[size])
    settle(stage, 60)
    messages = list(world.look(stage).messages)
    answers = _forged(stage, messages)
    lies = [(sms.number, DELIVERED) for sms in messages] * 2
    _storm(stage, lies)
    until(lambda: len(stage.gateway.calls("sms/status")) > 0, 20, "nobody asked the provider")
    believed = sum(state == "delivered" for state in _states(stage).values())
    wanted = _finish(stage, messages, source)
    hints = [(sms.number, status) for sms in messages for status in HINTS[:TIMES]]
    source.shuffle(hints)
    statuses = _storm(stage, hints)
    settled = until(lambda: _states(stage) == wanted, 60, "the provider's truth is not known")
    _storm(stage, hints)
    events = _events(stage)
    end = conclude(stage, history, 60)
    figures.note(
        messages=len(messages),
        hints=len(lies) + 2 * len(hints),
        answers=dict(statuses),
        forged=answers,
        forged_believed=believed,
        transitions=dict(Counter(kind for kind, _ in events)),
        most_events_of_a_transition=max(count for _, count in events),
        settled_after=round(settled, 1),
        wrong=end.wrong,
    )
    assert end.wrong == []
    assert believed == 0
    assert answers == {"wrong_secret": 404, "too_long": 404, "unknown_id": 200, "no_number": 200}
    assert set(statuses) == {200}
    assert all(count == 1 for _, count in events)
    assert _states(stage) == wanted
