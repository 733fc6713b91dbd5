"""The doorbell: tell a worker after COMMIT that there is something to do. Never the truth.

A ring that is lost costs a moment: the poller looks at the outbox by itself.
"""

import logging
import threading
import time
from typing import Protocol

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue

QUEUE = "samaneh"
# Names only: a test proves that they exist, and this side never imports the workers.
SERIALIZER = "workers.serializer.AllowList"
DRAIN = "workers.jobs.drain_outbox"
_RUNG = "rq:samaneh:rung"
_RUNG_SECONDS = 30
_SILENCE_SECONDS = 5.0
_BREATH_SECONDS = 0.02

logger = logging.getLogger(__name__)


class Doorbell(Protocol):
    def ring(self) -> None:
        """Ask for the outbox to be drained. Never raises, never waits long."""

    def answers(self) -> bool:
        """Whether a ring would be heard just now."""


class RedisDoorbell:
    """Rings through RQ; one ring is enough until a worker has heard it (`answered`)."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._queue = Queue(QUEUE, connection=redis, serializer=SERIALIZER)
        self._silent_until = 0.0

    def ring(self) -> None:
        if time.monotonic() < self._silent_until:
            return
        try:
            if self._redis.set(_RUNG, 1, nx=True, ex=_RUNG_SECONDS):
                self._queue.enqueue(DRAIN, result_ttl=0, failure_ttl=3600, job_timeout=120)
        except RedisError as error:
            self._silent_until = time.monotonic() + _SILENCE_SECONDS
            logger.warning("doorbell unreachable: %s", type(error).__name__)

    def answers(self) -> bool:
        try:
            return bool(self._redis.ping())
        except RedisError:
            return False


def answered(redis: Redis) -> None:
    """A worker has heard: whoever commits from now on rings again.

    Called before the outbox is read, so that a row committed before the call is seen by the
    reading, and a row committed after it brings its own ring. Redis away: the poller works.
    """
    try:
        redis.delete(_RUNG)
    except RedisError as error:
        logger.warning("doorbell unreachable: %s", type(error).__name__)


class BellBoy:
    """Rings another bell from a thread of his own, so that nobody waits for Redis. Who asks while
    he is on his way is served by the same ring or by the next one."""

    def __init__(self, bell: Doorbell) -> None:
        self._bell = bell
        self._asked = threading.Event()
        self._hiring = threading.Lock()
        self._thread: threading.Thread | None = None

    def ring(self) -> None:
        self._asked.set()
        if self._thread is None:
            with self._hiring:
                self._hire()

    def answers(self) -> bool:
        return self._bell.answers()

    def _hire(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="bell", daemon=True)
            self._thread.start()

    def _serve(self) -> None:
        while self._asked.wait():
            self._asked.clear()
            self._bell.ring()
            time.sleep(_BREATH_SECONDS)


class SilentBell:
    """For commands that leave the work to the poller."""

    def ring(self) -> None:
        return

    def answers(self) -> bool:
        return False


def connect(url: str) -> Redis:
    """A client that gives up within 200 ms: the doorbell may not hold up a registration."""
    return Redis.from_url(url, socket_timeout=0.2, socket_connect_timeout=0.2, max_connections=64)
