import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis
from observed import ROOT, lives, until
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.running import postgres, valkey
from app.running.engines import Engines, throwaway
from app.running.errors import UpFailed

FOREVER = """
import sys, time
from pathlib import Path
from app.running.engines import throwaway
with throwaway(Path(sys.argv[1])):
    print("ready", flush=True)
    time.sleep(600)
"""


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    with throwaway(tmp_path_factory.mktemp("engines")) as found:
        yield found


def test_throwaway_engines_are_there_quickly_and_leave_nothing(tmp_path: Path) -> None:
    start = time.monotonic()
    with throwaway(tmp_path):
        assert time.monotonic() - start < 5
        ours = psutil.Process().children(recursive=True)
        assert {"postgres", "valkey-server"} <= {process.name() for process in ours}
    assert not any(lives(process.pid) for process in ours if str(tmp_path) in str(process))
    assert not (tmp_path / "postgres" / "postmaster.pid").exists()


def test_tests_may_make_databases_from_a_template(engines: Engines) -> None:
    with psycopg.connect(engines.database_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE template_of_tests IS_TEMPLATE true")
        connection.execute("CREATE DATABASE gw0 TEMPLATE template_of_tests")


def test_trigrams_see_persian_letters(engines: Engines) -> None:
    with psycopg.connect(engines.database_url) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        row = connection.execute("SELECT similarity('شهرداری', 'شهرداري')").fetchone()
        assert row is not None
        assert row[0] > 0.5
        connection.rollback()


def test_valkey_keeps_what_it_is_given(engines: Engines) -> None:
    with redis.Redis.from_url(engines.redis_url) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_valkey_asks_for_its_password(engines: Engines) -> None:
    port = int(engines.redis_url.rpartition(":")[2].removesuffix("/0"))
    once = Retry(NoBackoff(), retries=0)
    with redis.Redis(port=port, retry=once) as client, pytest.raises(redis.AuthenticationError):
        client.ping()


def test_throwaway_engines_do_not_outlive_a_killed_test_run(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", FOREVER, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        children = [child.pid for child in psutil.Process(process.pid).children(recursive=True)]
        process.send_signal(signal.SIGKILL)
    until(lambda: not any(map(lives, children)), 5)


def test_a_database_of_another_locale_is_refused(tmp_path: Path) -> None:
    with throwaway(tmp_path) as engines:
        maintenance = engines.database_url.removesuffix("samaneh") + "postgres"
        with psycopg.connect(maintenance, autocommit=True) as connection:
            connection.execute("DROP DATABASE samaneh")
            connection.execute("CREATE DATABASE samaneh TEMPLATE template0 LOCALE 'C'")
        with pytest.raises(UpFailed, match="has the locale C / C"):
            postgres.furnish(maintenance, "irrelevant")


def test_the_wheels_have_their_binaries_where_we_look() -> None:
    for binary in (postgres.binary("postgres"), postgres.binary("initdb"), valkey.binary()):
        version = subprocess.run([binary, "--version"], capture_output=True, check=True, text=True)
        assert version.stdout.split()[0] in {"postgres", "initdb", "Valkey"}
