import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest
import redis
from observed import Up, lives, until

from app.running import postgres, valkey
from app.running.alone import outlive_leftovers
from app.running.engines import Engines, throwaway

Starting = Callable[..., Up]


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_leaves_no_process(starting: Starting, signum: int) -> None:
    up = starting().until_ready()
    pids = up.pids()
    start = time.monotonic()
    os.killpg(up.process.pid, signum)  # as a terminal does: to the whole group
    assert up.process.communicate(timeout=15) == (b"", b"")
    assert up.process.returncode == 0
    assert time.monotonic() - start < 5
    assert len(pids) > 8
    assert not any(map(lives, pids))
    assert not (up.data / "running.json").exists()
    assert not (up.data / "run").exists()
    assert "database system is shut down" in (up.data / "log" / "postgres.log").read_text()
    assert "bye bye" in (up.data / "log" / "valkey.log").read_text()


def test_what_may_wait_stands_back_for_the_others(starting: Starting) -> None:
    pids = starting().until_ready().running()["pids"]
    worker, poller = psutil.Process(pids["workers"][0]), psutil.Process(pids["poller"])
    assert worker.nice() > poller.nice() == psutil.Process().nice()


def test_it_stops_at_once_while_it_is_still_starting(starting: Starting) -> None:
    up = starting()
    until((up.data / "log" / "postgres.log").exists, 20)
    pids = up.pids()
    up.process.terminate()
    assert up.process.communicate(timeout=15) == (b"", b"")
    assert up.process.returncode == 0
    assert not any(map(lives, pids))


def test_stopped_while_it_makes_the_cluster_it_starts_again_later(starting: Starting) -> None:
    up = starting()
    until((up.data / "postgres.new" / "base").exists, 20)
    up.process.terminate()
    assert up.process.wait(10) == 0
    assert not (up.data / "postgres").exists()
    starting().until_ready()


def test_a_killed_supervisor_leaves_no_process_and_no_data_is_lost(starting: Starting) -> None:
    up = starting().until_ready()
    running, pids = up.running(), up.pids()
    remember(running)
    up.process.kill()
    until(lambda: not any(map(lives, pids)), 5)
    again = starting().until_ready()
    assert remembered(again.running()) == ("111", b"111")


def test_after_a_killed_supervisor_the_next_one_starts_at_once(starting: Starting) -> None:
    up = starting().until_ready()
    pids = up.pids()
    up.process.kill()
    starting().until_ready()
    assert not any(map(lives, pids))


def test_everything_killed_with_the_supervisor_loses_no_data(starting: Starting) -> None:
    up = starting().until_ready()
    running = up.running()
    remember(running)
    for pid in [*up.pids(), up.process.pid]:
        with suppress(ProcessLookupError):  # a worker goes with its parent
            os.kill(pid, signal.SIGKILL)
    assert remembered(starting().until_ready().running())[0] == "111"


def test_a_second_one_in_the_same_directory_is_refused(starting: Starting) -> None:
    first = starting().until_ready()
    second = starting()
    out, err = second.process.communicate(timeout=10)
    assert second.process.returncode == 1
    assert out == b""
    assert f"in use by another `samaneh up` (process {first.process.pid})" in err.decode()
    assert all(map(lives, first.pids()))


def test_two_side_by_side_do_not_disturb_each_other(starting: Starting) -> None:
    one, two = starting(name="one"), starting(name="two")
    one.until_ready()
    two.until_ready()
    remember(one.running())
    assert one.stop() == 0
    pids = two.pids()
    time.sleep(0.5)
    assert all(map(lives, pids))
    remember(two.running())
    assert remembered(two.running()) == ("111", b"111")


@pytest.mark.parametrize("name", ["gateway", "worker"])
def test_a_program_that_does_not_start_is_named_with_its_last_words(
    starting: Starting, name: str
) -> None:
    up = starting(name)
    out, err = up.process.communicate(timeout=20)
    assert up.process.returncode == 1
    assert out == b""
    assert f"samaneh up: {name}" in err.decode()
    assert "did not start" in err.decode()
    assert "the moon is in the wrong place" in err.decode()
    assert "Traceback" not in err.decode()


def test_what_prepare_cannot_do_is_said_and_everything_stopped(starting: Starting) -> None:
    up = starting("prepare")
    out, err = up.process.communicate(timeout=20)
    assert (up.process.returncode, out) == (1, b"")
    assert err.decode() == "samaneh up: the migrations are from the future\n"


def test_a_surprise_in_prepare_is_shown_after_everything_has_been_stopped(
    starting: Starting,
) -> None:
    up = starting("surprise")
    _, err = up.process.communicate(timeout=20)
    assert up.process.returncode == 1
    assert err.decode().endswith("LookupError: nobody thought of this\n")
    assert "database system is shut down" in (up.data / "log" / "postgres.log").read_text()


def test_stopped_during_prepare_it_says_nothing_and_has_done_no_wrong(starting: Starting) -> None:
    up = starting("patience")
    until((up.data / "log" / "valkey.log").exists, 20)
    time.sleep(0.7)
    up.process.terminate()
    assert up.process.communicate(timeout=10) == (b"", b"")
    assert up.process.returncode == 0


def test_engines_of_others_are_used_and_not_started(starting: Starting, tmp_path: Path) -> None:
    directory = tmp_path / "theirs"
    directory.mkdir()
    with throwaway(directory) as theirs:
        env = {"DATABASE_URL": theirs.database_url, "REDIS_URL": theirs.redis_url}
        up = starting(env=env).until_ready()
        running = up.running()
        assert Engines(running["database_url"], running["redis_url"]) == theirs
        assert (running["pids"]["postgres"], running["pids"]["valkey"]) == (None, None)
        assert up.stop() == 0
        assert postgres.answers(theirs.database_url)
        assert valkey.answers(theirs.redis_url)


def test_what_an_earlier_run_left_is_told_to_end(tmp_path: Path) -> None:
    alive = tmp_path / "alive"
    held = f"exec 9>'{alive}'; flock -s 9; echo held; exec sleep 600"
    with subprocess.Popen(["sh", "-c", held], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        outlive_leftovers(alive)
        assert process.wait(5) == -signal.SIGTERM


def test_any_path_will_do(starting: Starting) -> None:
    up = starting(name="داده of 'ours'; " + "long" * 20)
    up.until_ready()
    assert up.stop() == 0


def test_a_path_that_supervisord_would_misread_is_refused(starting: Starting) -> None:
    up = starting(name="number #1")
    assert b"the characters of this path" in up.process.communicate(timeout=20)[1]
    assert up.process.returncode == 1


def test_a_damaged_engine_is_named(starting: Starting) -> None:
    up = starting().until_ready()
    assert up.stop() == 0
    (up.data / "postgres" / "PG_VERSION").write_text("9\n")
    _, err = (again := starting()).process.communicate(timeout=20)
    assert again.process.returncode == 1
    assert "postgres did not start" in err.decode()
    assert "not compatible" in err.decode()


def remember(running: dict[str, str]) -> None:
    with psycopg.connect(running["database_url"]) as connection:
        connection.execute("CREATE TABLE call (number text)")
        connection.execute("INSERT INTO call VALUES ('111')")
    with redis.Redis.from_url(running["redis_url"]) as client:
        client.set("call", "111")


def remembered(running: dict[str, str]) -> tuple[object, object]:
    with psycopg.connect(running["database_url"]) as connection:
        row = connection.execute("SELECT number FROM call").fetchone()
    assert row is not None
    with redis.Redis.from_url(running["redis_url"]) as client:
        return row[0], client.get("call")
