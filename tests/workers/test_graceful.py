"""A worker that is told to stop finishes what is in the air; a stranger's job is told to people."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from redis import Redis
from rq import Queue
from rq.job import Job

from app.doorbell import QUEUE, RedisDoorbell
from app.tools import Tools
from config import Settings
from tests import make
from tests.app.database import one, rows
from tests.workers.test_poller import within

SLOW_SECONDS = 1.5


class SlowProvider(BaseHTTPRequestHandler):
    """Takes every message, and says so a good while later."""

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
        said = {name: values[0] for name, values in parse_qs(raw).items()}
        self.server.asked.append(said["localid"])  # type: ignore[attr-defined]
        time.sleep(SLOW_SECONDS)
        entry = {
            "messageid": 10_000_000 + int(said["localid"]) % 1_000_000,
            "status": 1,
            "receptor": said["receptor"],
            "message": said["message"],
            "cost": 120,
        }
        body = {"return": {"status": 200, "message": "تایید شد"}, "entries": [entry]}
        answer = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def provider() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), SlowProvider)
    server.asked = []  # type: ignore[attr-defined]
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    yield server
    server.shutdown()
    server.server_close()
    serving.join(5)


def worker(settings: Settings, redis: Redis, provider_port: int) -> subprocess.Popen[bytes]:
    given = redis.connection_pool.connection_kwargs
    environment = os.environ | {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": f"redis://:{given['password']}@{given['host']}:{given['port']}/{given['db']}",
        "SAMANEH_SECRET_KEY": settings.samaneh_secret_key.get_secret_value(),
        "SAMANEH_DATA_KEY": settings.samaneh_data_key.get_secret_value(),
        "SAMANEH_INDEX_KEY": settings.samaneh_index_key.get_secret_value(),
        "SAMANEH_HOOK_SECRET": settings.samaneh_hook_secret.get_secret_value(),
        "KAVENEGAR_API_KEY": "dev",
        "KAVENEGAR_BASE_URL": f"http://127.0.0.1:{provider_port}",
    }
    return subprocess.Popen([sys.executable, "-m", "workers"], env=environment)


def test_what_is_in_the_air_is_finished_and_written_down(
    tools: Tools, settings: Settings, redis: Redis, provider: ThreadingHTTPServer
) -> None:
    for _ in range(6):
        make.register(tools, text=make.UNCLEAR)
    RedisDoorbell(redis).ring()
    process = worker(settings, redis, provider.server_port)
    try:
        within(30, lambda: len(provider.asked) == 6)  # type: ignore[attr-defined]
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
    assert {row.state for row in rows(tools, "select state from receipts")} == {"accepted"}


def test_a_strange_job_is_told_to_people_and_the_worker_goes_on(
    tools: Tools, settings: Settings, redis: Redis, provider: ThreadingHTTPServer
) -> None:
    for _ in range(3):
        job = Job.create("os.system", ["true"], connection=redis, serializer="json")
        Queue(QUEUE, connection=redis, serializer="json").enqueue_job(job)
    make.register(tools, text=make.UNCLEAR)
    RedisDoorbell(redis).ring()
    process = worker(settings, redis, provider.server_port)
    misused = "select count(*) from events where kind = 'doorbell_misused'"
    try:
        within(30, lambda: one(tools, misused) == 1)
        within(30, lambda: one(tools, "select state from receipts") == "accepted")
        assert one(tools, misused) == 1
    finally:
        process.terminate()
        process.wait(20)
