"""The settings of Redis for production: what the application does is allowed, and little else."""

import hashlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from redis import Redis
from redis.exceptions import RedisError, ResponseError
from rq import Queue
from rq.job import Job

from app.doorbell import DRAIN, QUEUE, RedisDoorbell, connect
from app.factory import create_app
from app.running import valkey
from app.running.ports import free_port
from app.tools import Tools
from config import Settings
from workers.guarded import GuardedJob
from workers.serializer import AllowList

DEPLOY = Path(__file__).parents[2] / "deploy"
# By the ACL, or by the settings for everybody.
REFUSED = r"(?i)no permissions|ACL failure|not allowed"
PASSWORDS = {"samaneh": "kargozar-1405", "admin": "sarparast-1405"}
Server = Callable[[str], str]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`server("samaneh")`: the address for this user of a Valkey with the shipped settings."""
    home, port = tmp_path_factory.mktemp("valkey"), free_port()
    rules = (DEPLOY / "users.acl").read_text()
    for user, password in PASSWORDS.items():
        digest = hashlib.sha256(password.encode()).hexdigest()
        rules = rules.replace(f"#PASSWORD-OF-{user.upper()}-AS-SHA256", f"#{digest}")
    (home / "users.acl").write_text(rules)
    changed = ("--port", str(port), "--aclfile", str(home / "users.acl"), "--dir", str(home))
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            (str(valkey.binary()), str(DEPLOY / "valkey.conf"), *changed), stdout=log, stderr=log
        )

        def address(user: str) -> str:
            return f"redis://{user}:{PASSWORDS[user]}@127.0.0.1:{port}/0"

        try:
            until = time.monotonic() + 20
            while not valkey.answers(address("admin")):
                assert time.monotonic() < until, (home / "log").read_text()
                time.sleep(0.05)
            yield address
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture
def admin(server: Server) -> Iterator[Redis]:
    with Redis.from_url(server("admin")) as client:
        client.flushall()
        client.acl_log_reset()
        yield client


@pytest.fixture
def ours(server: Server, admin: Redis) -> Iterator[Redis]:
    """The application, in a Redis that holds something of somebody else."""
    admin.set("session:of-others", "secret")
    with Redis.from_url(server("samaneh")) as client:
        yield client


def refusals(admin: Redis) -> list[str]:
    return [f"{one['username']} {one['reason']} {one['object']}" for one in admin.acl_log()]


def queue(redis: Redis) -> Queue:
    return Queue(QUEUE, connection=redis, serializer=AllowList, job_class=GuardedJob)


def surroundings(settings: Settings, url: str) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": url,
        "SAMANEH_SECRET_KEY": settings.samaneh_secret_key.get_secret_value(),
        "SAMANEH_DATA_KEY": settings.samaneh_data_key.get_secret_value(),
        "SAMANEH_INDEX_KEY": settings.samaneh_index_key.get_secret_value(),
        "SAMANEH_HOOK_SECRET": settings.samaneh_hook_secret.get_secret_value(),
        "KAVENEGAR_API_KEY": "dev",
        "KAVENEGAR_BASE_URL": "http://127.0.0.1:9",
    }


def work(settings: Settings, url: str, program: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", f"from workers.__main__ import make\n{program}"],
        env=surroundings(settings, url),
        capture_output=True,
        timeout=90,
        check=False,
        text=True,
    )


def test_a_ring_is_heard_and_worked_off_and_nothing_is_refused(
    settings: Settings, server: Server, admin: Redis
) -> None:
    url = server("samaneh")
    bell = RedisDoorbell(connect(url))
    assert bell.answers()
    bell.ring()
    job = queue(admin).jobs[0]
    done = work(settings, url, "make().work(burst=True)")
    assert done.returncode == 0, done.stderr
    assert not Job.exists(job.id, connection=admin), done.stderr
    assert refusals(admin) == []


def test_a_worker_that_waits_hears_a_ring_and_leaves_in_peace(
    settings: Settings, server: Server, admin: Redis
) -> None:
    """As under systemd: it blocks on the queue, listens for commands, ends at SIGTERM."""
    url = server("samaneh")
    process = subprocess.Popen(
        [sys.executable, "-m", "workers"],
        env=surroundings(settings, url),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        within(30, lambda: admin.smembers("rq:workers"))
        RedisDoorbell(connect(url)).ring()
        within(20, lambda: not admin.exists("rq:samaneh:rung") and not admin.keys("rq:job:*"))
        process.terminate()
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
    assert refusals(admin) == []


def within(seconds: float, true: Callable[[], object]) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, f"not within {seconds} s"
        time.sleep(0.1)


def test_what_a_worker_does_with_a_strangers_job_is_allowed_too(
    settings: Settings, server: Server, admin: Redis, tmp_path: Path
) -> None:
    planted = tmp_path / "planted"
    job = Job.create("os.system", [f"touch {planted}"], connection=admin, serializer="json")
    Queue(QUEUE, connection=admin, serializer="json").enqueue_job(job)
    done = work(settings, server("samaneh"), "make().work(burst=True)")
    assert done.returncode == 0, done.stderr
    assert not planted.exists()
    assert refusals(admin) == []


def test_a_worker_that_keeps_house_needs_nothing_more(
    settings: Settings, server: Server, admin: Redis
) -> None:
    """What a worker does by the minute: dead workers, abandoned and old jobs are cleared away."""
    gone = Job.create(DRAIN, connection=admin, serializer=AllowList)
    gone.save()
    for registry in ("wip", "failed", "finished", "deferred", "scheduled"):
        admin.zadd(f"rq:{registry}:{QUEUE}", {gone.id: 1})
    admin.zadd(f"rq:wip:{QUEUE}", {f"{gone.id}:an-execution": 1})
    admin.rpush(f"rq:queue:{QUEUE}:intermediate", gone.id)
    for workers in ("rq:workers", f"rq:workers:{QUEUE}"):
        admin.sadd(workers, "rq:worker:long-dead")
    program = (
        "w = make(); w.run_maintenance_tasks(); w.work(burst=True, with_scheduler=False)\n"
        "w = make(); w.register_birth(); w.heartbeat()\n"
        "w.clean_registries(); w.register_death()\n"
    )
    done = work(settings, server("samaneh"), program)
    assert done.returncode == 0, done.stderr
    assert refusals(admin) == [], done.stderr


def test_the_public_limits_are_counted(
    settings: Settings, tools: Tools, server: Server, admin: Redis
) -> None:
    changed = settings.model_copy(update={"redis_url": server("samaneh")})
    client: FlaskClient = create_app(changed, tools).test_client()
    wrong = {"tracking_code": "12345678901234", "mobile_last4": "0000"}
    for _ in range(2):
        client.post("/api/v1/track", json=wrong, environ_base={"REMOTE_ADDR": "2001:db8::acl"})
    assert refusals(admin) == []
    assert any(key.startswith(b"LIMITS:") for key in admin.scan_iter())


FORBIDDEN = [
    "FLUSHALL", "FLUSHDB", "CONFIG GET *", "CONFIG SET maxmemory 0", "DEBUG SLEEP 0",
    "MODULE LIST", "MODULE LOAD x.so", "SLAVEOF 127.0.0.1 1", "REPLICAOF 127.0.0.1 1",
    "KEYS *", "SCAN 0", "MONITOR", "SHUTDOWN NOSAVE", "SAVE", "BGREWRITEAOF", "ACL LIST",
    "ACL SETUSER samaneh +@all", "CLIENT KILL TYPE normal", "CLIENT PAUSE 1", "SCRIPT FLUSH",
    "SCRIPT KILL", "FUNCTION LIST", "SWAPDB 0 1", "MIGRATE 127.0.0.1 1 k 0 1", "RENAME rq:a rq:b",
    "GET session:of-others", "DEL session:of-others", "SET session:mine 1",
    "SUBSCRIBE session:events", "PSUBSCRIBE *", "PUBLISH session:events x", "EVAL return(1) 0",
]  # fmt: skip


@pytest.mark.parametrize("command", FORBIDDEN)
def test_what_the_application_never_does_is_refused(ours: Redis, command: str) -> None:
    with pytest.raises(ResponseError, match=REFUSED):
        ours.execute_command(*command.split())


def test_a_script_reaches_no_further_than_its_user(ours: Redis) -> None:
    steal = ours.script_load("return redis.call('get', 'session:of-others')")
    with pytest.raises(RedisError, match=REFUSED):
        ours.evalsha(steal, 0)
    wipe = ours.script_load("return redis.call('flushall')")
    with pytest.raises(RedisError, match=REFUSED):
        ours.evalsha(wipe, 0)
    assert ours.execute_command("PING")


def test_nobody_comes_in_without_a_name(server: Server) -> None:
    place = server("samaneh").rpartition("@")[2]
    for address in (f"redis://{place}", f"redis://:kargozar-1405@{place}"):
        assert not _lets_in(address)
    assert _lets_in(server("samaneh"))


def _lets_in(address: str) -> bool:
    try:
        with Redis.from_url(address) as client:
            return bool(client.ping())
    except RedisError:
        return False


def test_shipped_users_have_no_password_that_anybody_knows() -> None:
    rules = (DEPLOY / "users.acl").read_text()
    assert "nopass" not in rules
    assert not re.search(r"[>#][0-9a-f]{64}|\s>", rules)


def test_memory_is_refused_and_never_forgotten(admin: Redis) -> None:
    kept = admin.config_get("maxmemory*")
    assert kept["maxmemory-policy"] == "noeviction"
    assert int(kept["maxmemory"]) > 0
    assert admin.config_get("save")["save"] == ""
