"""Redis flushed, away, full: it is a doorbell, so nothing may be lost and nobody logged out."""

import http.cookiejar
import re
import time
import urllib.parse
import urllib.request
from collections.abc import Callable

import pytest

from tests.chaos.client import Wishes
from tests.chaos.conclusion import conclude
from tests.chaos.conftest import Staging
from tests.chaos.figures import Figures
from tests.chaos.generator import Generator
from tests.chaos.history import History
from tests.chaos.stage import Stage
from tests.chaos.watch import delays, repeatedly, watching

# seconds of the fault, seconds between two strikes
SIZES = {"smoke": (8.0, 2.0), "long": (60.0, 5.0)}
DELAY_SECONDS = 30
CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Operator:
    """A person with a session of the pages: is she still logged in?"""

    def __init__(self, stage: Stage) -> None:
        self._web = stage.web
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(jar)
        page, _ = self._open("/login")
        token = CSRF.search(page)
        form = {"username": "operator", "password": stage.password()}
        self._open("/login", form | {"csrf_token": token[1] if token else ""})
        self.looks = 0
        self.log_outs = 0

    def _open(self, path: str, form: dict[str, str] | None = None) -> tuple[str, str]:
        data = urllib.parse.urlencode(form).encode() if form else None
        with self._opener.open(self._web + path, data, timeout=10) as answer:
            return answer.read().decode(), answer.url

    def look(self) -> None:
        """`/login` sends who is logged in to her desk, and shows the form to who is not."""
        try:
            _, url = self._open("/login")
        except OSError:
            return
        self.looks += 1
        self.log_outs += url.endswith("/login")


def _flush(stage: Stage, seconds: float, every: float) -> int:
    end, strikes = time.monotonic() + seconds, 0
    with stage.store.client() as client:
        while time.monotonic() < end:
            client.flushall()
            strikes += 1
            time.sleep(every)
    return strikes


def _away(stage: Stage, seconds: float, _every: float) -> int:
    stage.links.store.turn("refuse")
    time.sleep(seconds)
    stage.links.store.turn("pass")
    return 1


def _silent(stage: Stage, seconds: float, _every: float) -> int:
    stage.links.store.turn("hang")
    time.sleep(seconds)
    stage.links.store.turn("pass")
    return 1


def _full(stage: Stage, seconds: float, _every: float) -> int:
    with stage.store.client() as client:
        client.config_set("maxmemory", "1mb")
        time.sleep(seconds)
        client.config_set("maxmemory", "0")
    return 1


FAULTS: dict[str, Callable[[Stage, float, float], int]] = {
    "flushed": _flush,
    "away": _away,
    "silent": _silent,
    "full": _full,
}


@pytest.mark.chaos
@pytest.mark.timeout(300)
@pytest.mark.parametrize("fault", FAULTS)
def test_redis_in_trouble(
    staging: Staging, history: History, figures: Figures, size: str, seed: int, fault: str
) -> None:
    seconds, every = SIZES[size]
    stage = staging(workers=1)
    operator = Operator(stage)
    generator = Generator(stage.web, stage.token("operator"), Wishes(seed), history)
    with watching(stage) as watch, repeatedly(operator.look, 1.0):
        generator.start(4, pause=0.1)
        time.sleep(1.0)
        strikes = FAULTS[fault](stage, seconds, every)
        generator.stop()
    end = conclude(stage, history, 60)
    answered = {each.seen: each.ended_at for each in history.acknowledged()}
    late = delays(answered, list(end.world.messages), "registered")
    errors = sum(each.status >= 500 or each.status == 0 for each in history.all())
    figures.note(
        fault=fault,
        strikes=strikes,
        acked=len(history.acknowledged()),
        intake_errors=errors,
        slowest_answer=round(max(each.seconds for each in history.all()), 2),
        log_outs=f"{operator.log_outs} of {operator.looks} looks",
        accepted=len(end.world.messages),
        worst_sms_delay=round(max(late, default=0), 1),
        settled_after=end.settled,
        **watch.figures(),
        wrong=end.wrong,
    )
    assert end.wrong == []
    assert errors == 0
    assert operator.log_outs == 0
    assert operator.looks > 0
    assert max(late) <= DELAY_SECONDS
    assert watch.unowned == 0
