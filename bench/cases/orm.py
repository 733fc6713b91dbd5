"""The same intake through Flask and the ORM as most would write it, on the same server, in turn."""

import sys
from collections.abc import Iterator
from pathlib import Path

from app.commands.surroundings import kept_secrets
from app.commands.up import WEB_PROCESSES, WEB_THREADS
from app.running.ports import free_port
from bench import databases, load, mail
from bench.case import Case, Figures, Run, Target
from bench.intake import WARM, at_work
from bench.serving import serving
from bench.system import System, fresh

ROOT = Path(__file__).parents[2]
CONNECTIONS = (8, 64)
OURS = "ours beside the ORM path, {} connections, {}"
THEIRS = "Flask and ORM, {} connections, {}"


def work(run: Run) -> Iterator[Figures]:
    """Ours and the other one in turn, the same granian, database server and letters."""
    with fresh() as system, at_work(system, sending=False):
        token, port = system.token("operator"), free_port()
        with serving(_commands(port), port, _environment(system), ROOT) as web:
            webs = {OURS: system.web, THEIRS: web}
            for address in webs.values():
                load.run(address, mail.posts(address, token), WARM)
            for _ in range(run.rounds):
                figures: dict[str, float] = {}
                for connections in CONNECTIONS:
                    for name, address in webs.items():
                        wanted = load.Load(connections, run.of(3, 10))
                        found = load.run(address, mail.posts(address, token), wanted)
                        figures[name.format(connections, "letters/s")] = found["per_second"]
                        figures[name.format(connections, "p99 ms")] = found["p99_ms"]
                yield figures


def _commands(port: int) -> list[list[str]]:
    one = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--factory"),
        *("bench.orm_path:build", "--host", "127.0.0.1", "--port", str(port), "--no-ws"),
        *("--http", "1", "--workers", "1", "--blocking-threads", str(WEB_THREADS)),
        *("--log-level", "warning"),
    ]
    return [one] * WEB_PROCESSES


def _environment(system: System) -> dict[str, str]:
    settings = system.settings()
    return {
        **kept_secrets(system.data_dir),
        "DATABASE_URL": databases.copy(system, "orm"),
        "REDIS_URL": settings.redis_url,
        "KAVENEGAR_API_KEY": "dev",
        "KAVENEGAR_BASE_URL": settings.kavenegar_base_url,
    }


CASE = Case(
    "orm",
    "The same intake by Flask and the ORM",
    work,
    tuple(
        Target(
            f"ours ÷ ORM path, {connections} connections",
            OURS.format(connections, "letters/s"),
            (THEIRS.format(connections, "letters/s"),),
            at_least=1,
        )
        for connections in CONNECTIONS
    ),
)
