"""The same wish two hundred times at once, and two hundred hands on one letter."""

from collections import Counter
from functools import partial

import pytest

from tests.chaos.client import REFERRED, REGISTER, Client, Wish, Wishes
from tests.chaos.conclusion import conclude
from tests.chaos.conftest import Staging
from tests.chaos.figures import Figures
from tests.chaos.generator import Generator
from tests.chaos.history import History, Operation
from tests.chaos.stage import Stage
from tests.chaos.together import together

AT_ONCE = 200
PATIENCE_SECONDS = 60.0
# rounds of submits; letters to claim, and how many people reach for them
SUBMITS = {"smoke": 2, "long": 20}
CLAIMS = {"smoke": (3, 3), "long": (20, 10)}
_CLAIMED = "select correspondence_id, count(*) from events where kind = 'claimed' group by 1"


def _submit(stage: Stage, token: str, wish: Wish) -> Operation:
    client = Client(stage.web, token, timeout=PATIENCE_SECONDS)
    seen = client.submit(wish)
    client.close()
    return seen


@pytest.mark.chaos
@pytest.mark.timeout(600)
def test_identical_submits(
    staging: Staging, history: History, figures: Figures, size: str, seed: int
) -> None:
    stage = staging(workers=1)
    wishes = Wishes(seed)
    generator = Generator(stage.web, stage.token("operator"), wishes, history)
    submit = partial(_submit, stage, stage.token("operator"))
    for number in range(1, SUBMITS[size] + 1):
        for seen in together(submit, [wishes.of(number)] * AT_ONCE):
            history.add(seen)
    first = wishes.of(1)
    other = submit(Wish(first.number, first.key, first.channel, "نامه‌ای دیگر"))
    generator.resubmit()
    end = conclude(stage, history, 60)
    figures.note(
        requests=len(history.all()),
        statuses=dict(Counter(each.status for each in history.all())),
        letters=len(end.world.letters),
        accepted=len(end.world.messages),
        other_body=f"{other.status} {other.code}",
        settled_after=end.settled,
        wrong=end.wrong,
    )
    assert end.wrong == []
    assert len(end.world.letters) == SUBMITS[size]
    assert (other.status, other.code) == (422, "key-reused")


def _claim(stage: Stage, code: str, token: str) -> tuple[str, int]:
    client = Client(stage.web, token, timeout=PATIENCE_SECONDS)
    status, _ = client.ask("POST", f"{REGISTER}/{code}/claim", {})
    client.close()
    return token, status


@pytest.mark.chaos
@pytest.mark.timeout(600)
def test_parallel_claims(
    staging: Staging, history: History, figures: Figures, size: str, seed: int
) -> None:
    letters, people = CLAIMS[size]
    stage = staging(workers=1)
    wishes = Wishes(seed, texts=(REFERRED,))
    generator = Generator(stage.web, stage.token("operator"), wishes, history)
    generator.register(letters)
    hands = [stage.token("agency", "--agency", "bank-melli") for _ in range(people)]
    reaching = [hands[place % people] for place in range(AT_ONCE)]
    statuses: Counter[int] = Counter()
    winners = []
    for letter in history.acknowledged():
        seen = together(partial(_claim, stage, letter.seen), reaching)
        statuses.update(status for _, status in seen)
        winners.append(len({token for token, status in seen if status == 200}))
    with stage.database.connect() as connection:
        claimed = connection.execute(_CLAIMED).fetchall()
    end = conclude(stage, history, 60)
    figures.note(
        letters=letters,
        claims=letters * AT_ONCE,
        statuses=dict(statuses),
        winners_of_each_letter=sorted(set(winners)),
        claimed_events=sorted({int(str(count)) for _, count in claimed}),
        wrong=end.wrong,
    )
    assert end.wrong == []
    assert winners == [1] * letters
    assert [int(str(count)) for _, count in claimed] == [1] * letters
    assert set(statuses) == {200, 409}
