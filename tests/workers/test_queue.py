"""The doorbell and the workers behind it, on a real Valkey."""

import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from rq import Queue
from rq.job import Job

from app import doorbell
from app.doorbell import QUEUE, BellBoy, RedisDoorbell, SilentBell
from config import Settings
from workers.guarded import DrainWorker, GuardedJob
from workers.serializer import AllowList, Refused

SERVER = os.environ.get("SAMANEH_TEST_REDIS_URL", "")


def queue(redis: Redis) -> Queue:
    return Queue(QUEUE, connection=redis, serializer=AllowList, job_class=GuardedJob)


def test_many_rings_before_anybody_hears_are_one_job(redis: Redis) -> None:
    bell = RedisDoorbell(redis)
    for _ in range(20):
        bell.ring()
    assert len(queue(redis)) == 1


def test_after_it_was_heard_the_next_ring_is_a_job_again(redis: Redis) -> None:
    bell = RedisDoorbell(redis)
    bell.ring()
    doorbell.answered(redis)
    bell.ring()
    assert len(queue(redis)) == 2


def test_the_bell_boy_rings_for_all_who_asked_and_nobody_waits_for_him() -> None:
    slow = SlowBell()
    boy = BellBoy(slow)
    for _ in range(20):
        boy.ring()
    assert slow.rung.wait(5)  # the first asking
    assert slow.times == 1  # all have asked, and he is still ringing
    slow.go_on.set()
    until(lambda: slow.times == 2, 5)  # the rest of them, together
    boy.ring()
    until(lambda: slow.times == 3, 5)


class SlowBell(SilentBell):
    """Rings until it is told to go on."""

    def __init__(self) -> None:
        self.times = 0
        self.rung, self.go_on = threading.Event(), threading.Event()

    def ring(self) -> None:
        self.times += 1
        self.rung.set()
        self.go_on.wait(10)


def until(true: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_rings_of_many_at_once_are_one_job(redis: Redis) -> None:
    bell = RedisDoorbell(redis)
    ringers = [threading.Thread(target=bell.ring) for _ in range(20)]
    for ringer in ringers:
        ringer.start()
    for ringer in ringers:
        ringer.join()
    assert len(queue(redis)) == 1


def test_a_silent_redis_holds_nobody_up(caplog: pytest.LogCaptureFixture) -> None:
    bell = RedisDoorbell(doorbell.connect("redis://127.0.0.1:1/0"))
    bell.ring()
    bell.ring()
    assert not bell.answers()
    assert len([r for r in caplog.records if "unreachable" in r.message]) == 1


def test_a_job_carries_nothing_but_its_name(redis: Redis) -> None:
    RedisDoorbell(redis).ring()
    job = queue(redis).jobs[0]
    assert json.loads(job.data) == [doorbell.DRAIN, None, [], {}]


CALLS = [
    ["os.system", None, ["touch /nothing"], {}],
    ["workers.jobs.drain_outbox", None, ["extra"], {}],
    ["workers.jobs.drain_outbox", None, [], {"extra": 1}],
    ["workers.jobs.drain_outbox", "instance", [], {}],
    ["workers.jobs.drain_outbox"],
    ["subprocess.run", None, [], {}],
    "workers.jobs.drain_outbox",
]


@pytest.mark.parametrize("call", CALLS)
def test_what_is_not_ours_is_refused_and_told_at_the_highest_level(
    call: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.CRITICAL), pytest.raises(Refused):
        AllowList.loads(json.dumps(call).encode())
    assert caplog.records


@pytest.mark.parametrize("name", ["success_callback_name", "failure_callback_name", "webhooks"])
def test_a_job_that_would_call_something_else_afterwards_is_refused(
    redis: Redis, name: str
) -> None:
    RedisDoorbell(redis).ring()
    job = queue(redis).jobs[0]
    redis.hset(job.key, name, "os.system")
    with pytest.raises(Refused):
        GuardedJob.fetch(job.id, connection=redis, serializer=AllowList)


def test_a_worker_refuses_a_planted_call_and_goes_on(
    redis: Redis, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    planted = tmp_path / "planted"
    job = Job.create("os.system", [f"touch {planted}"], connection=redis, serializer="json")
    Queue(QUEUE, connection=redis, serializer="json").enqueue_job(job)
    worker = DrainWorker([queue(redis)], connection=redis, serializer=AllowList)
    worker.work(burst=True, logging_level="CRITICAL")
    assert not planted.exists()
    assert any(r.levelno == logging.CRITICAL for r in caplog.records)


def test_a_ring_reaches_the_outbox_through_a_real_worker_process(
    redis: Redis, settings: Settings
) -> None:
    url = f"redis://{_address(redis)}"
    environment = os.environ | {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": url,
        "SAMANEH_SECRET_KEY": settings.samaneh_secret_key.get_secret_value(),
        "SAMANEH_DATA_KEY": settings.samaneh_data_key.get_secret_value(),
        "SAMANEH_INDEX_KEY": settings.samaneh_index_key.get_secret_value(),
        "SAMANEH_HOOK_SECRET": settings.samaneh_hook_secret.get_secret_value(),
        "KAVENEGAR_API_KEY": "dev",
        "KAVENEGAR_BASE_URL": "http://127.0.0.1:9",
    }
    RedisDoorbell(redis).ring()
    job = queue(redis).jobs[0]
    program = "from workers.__main__ import make; make().work(burst=True)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    # A job that succeeded leaves nothing behind; one that failed would stay for an hour.
    assert not Job.exists(job.id, connection=redis), done.stderr


def _address(redis: Redis) -> str:
    given = redis.connection_pool.connection_kwargs
    return f":{given['password']}@{given['host']}:{given['port']}/{given['db']}"
