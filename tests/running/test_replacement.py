import os
import signal
import stat

import psutil
import psycopg
import pytest
import redis
from observed import Up, lives, until

# (name in running.json, which of a list)
KILLED = [
    ("gateway", None),
    ("poller", None),
    ("workers", 0),
    ("workers", 1),
    ("postgres", None),
    ("valkey", None),
    ("web", 0),
    ("web", 1),
]


def pid_of(up: Up, name: str, place: int | None) -> int:
    found = up.running()["pids"][name]
    pid: int = found if place is None else found[place]
    return pid


@pytest.mark.parametrize(("name", "place"), KILLED)
def test_a_killed_process_is_replaced_within_two_seconds(
    standing: Up, name: str, place: int | None
) -> None:
    count = len(standing.running()["pids"]["web"])
    until(lambda: psutil.pid_exists(pid_of(standing, name, place)), 2)  # after the kill before
    killed = pid_of(standing, name, place)
    os.kill(killed, signal.SIGKILL)

    def replaced() -> bool:
        pids = standing.running()["pids"]
        others = pids[name] if isinstance(pids[name], list) else [pids[name]]
        return killed not in others and len(pids["web"]) == count and all(map(lives, others))

    until(replaced, 2)


def test_twice_killed_is_twice_replaced(standing: Up) -> None:
    for _ in range(2):
        killed = pid_of(standing, "poller", None)
        os.kill(killed, signal.SIGKILL)
        until(lambda killed=killed: pid_of(standing, "poller", None) != killed, 2)


def test_a_killed_engine_answers_again_within_two_seconds(standing: Up) -> None:
    running = standing.running()
    for name in ("postgres", "valkey"):
        os.kill(running["pids"][name], signal.SIGKILL)

    def answers() -> bool:
        try:
            psycopg.connect(running["database_url"]).close()
            with redis.Redis.from_url(running["redis_url"]) as client:
                return bool(client.ping())
        except (psycopg.OperationalError, redis.ConnectionError):
            return False

    until(answers, 2)


def test_running_json_is_for_its_owner_only(standing: Up) -> None:
    assert stat.S_IMODE((standing.data / "running.json").stat().st_mode) == 0o600


def test_running_json_names_every_process(standing: Up) -> None:
    running = standing.running()
    assert set(running) == {"web", "gateway", "database_url", "redis_url", "pids"}
    pids = running["pids"]
    assert set(pids) == {"supervisor", "web", "workers", "poller", "postgres", "valkey", "gateway"}
    assert pids["supervisor"] == standing.process.pid
    assert (len(pids["web"]), len(pids["workers"])) == (3, 2)
    assert running["gateway"] is None
    assert running["web"].startswith("http://127.0.0.1:")


def test_no_password_is_on_a_command_line(standing: Up) -> None:
    running = standing.running()
    secrets = [running[key].split(":")[2].split("@")[0] for key in ("database_url", "redis_url")]
    for pid in standing.pids():
        assert not any(secret in " ".join(psutil.Process(pid).cmdline()) for secret in secrets)


def test_the_application_is_not_a_superuser_and_its_letters_are_persian(standing: Up) -> None:
    with psycopg.connect(standing.running()["database_url"]) as connection:
        assert connection.execute("SHOW is_superuser").fetchone() == ("off",)
        assert (
            connection.execute("SELECT datcollate FROM pg_database").fetchall()
            == [("C.UTF-8",)] * 4
        )
        connection.execute("CREATE EXTENSION pg_trgm")
        row = connection.execute("SELECT cardinality(show_trgm('سلام'))").fetchone()
        assert row == (5,)
        connection.rollback()
