"""A database of Valkey for each test process."""

import os
from collections.abc import Iterator

import pytest
from redis import Redis


@pytest.fixture
def redis(worker_id: str) -> Iterator[Redis]:
    """A database of Valkey for this test process alone."""
    number = 1 + int(worker_id.removeprefix("gw") or 0) if worker_id != "master" else 1
    url = os.environ["SAMANEH_TEST_REDIS_URL"].rsplit("/", 1)[0]
    client = Redis.from_url(f"{url}/{number}")
    client.flushdb()
    yield client
    client.flushdb()
    client.close()
