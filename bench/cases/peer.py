"""A peer side by side: django-helpdesk by its REST API, in an environment of its own.

Everything lives in a temporary directory: the environment from bench/peer/requirements.txt, and a
database beside the system's own in the same PostgreSQL. Ours and the peer in turn, 16 connections.
"""

import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

from app.running.ports import LOOPBACK, free_port
from bench import databases, load, mail
from bench.case import Case, Figures, Run, Target
from bench.intake import WARM, at_work
from bench.serving import serving
from bench.system import System, fresh

PEER = Path(__file__).parents[1] / "peer"
CONNECTIONS = 16
OURS, THEIRS = "ours beside the peer, 16 connections, {}", "django-helpdesk, 16 connections, {}"


def work(run: Run) -> Iterator[Figures]:
    """Install, migrate, serve; then rounds."""
    with tempfile.TemporaryDirectory(prefix="samaneh-") as directory, fresh() as system:
        python = _environment(Path(directory) / "venv")
        settings = {
            "PEER_DATABASE_URL": databases.beside(system, "peer"),
            "PEER_SECRET": secrets.token_hex(32),
        }
        ticket, port = _prepared(python, settings), free_port()
        command = [
            *(str(python.with_name("gunicorn")), "wsgi:application"),
            *("--bind", f"{LOOPBACK}:{port}", "--workers", "2", "--threads", "8"),
            *("--keep-alive", "75", "--log-level", "warning"),
        ]
        with at_work(system, sending=False), serving([command], port, settings, PEER) as web:
            yield from _rounds(run, system, (web, ticket))


def _rounds(
    run: Run, system: System, peer: tuple[str, dict[str, str]]
) -> Iterator[dict[str, float]]:
    (web, ticket), token = peer, system.token("operator")
    wanted = load.Load(CONNECTIONS, run.of(4, 15))
    load.run(system.web, mail.posts(system.web, token), WARM)
    load.run(web, _tickets(web, ticket), load.Load(CONNECTIONS, WARM.seconds))
    for _ in range(run.rounds):
        figures: dict[str, float] = {}
        ours = load.run(system.web, mail.posts(system.web, token), wanted)
        theirs = load.run(web, _tickets(web, ticket), wanted)
        for name, found in ((OURS, ours), (THEIRS, theirs)):
            figures[name.format("letters/s")] = found["per_second"]
            figures[name.format("p99 ms")] = found["p99_ms"]
        yield figures


def _environment(directory: Path) -> Path:
    """A virtual environment with the peer; its Python."""
    subprocess.run([sys.executable, "-m", "venv", directory], check=True)
    python = directory / "bin" / "python"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    lock = str(PEER / "requirements.txt")
    subprocess.run([*pip, "--require-hashes", "--only-binary", ":all:", "-r", lock], check=True)
    return python


def _prepared(python: Path, settings: dict[str, str]) -> dict[str, str]:
    made = subprocess.run(
        [python, "prepare.py"], cwd=PEER, env=os.environ | settings, check=True,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    found: dict[str, str] = json.loads(made.stdout.splitlines()[-1])
    return found


def _tickets(web: str, ticket: dict[str, str]) -> Iterator[bytes]:
    """The same letters as tickets. A session and not a password: hashing that one at each request
    would be the peer's whole time."""
    head = (
        f"POST /api/tickets/ HTTP/1.1\r\nHost: {web.removeprefix('http://')}\r\n"
        f"Cookie: sessionid={ticket['session']}; csrftoken={ticket['csrf']}\r\n"
        f"X-CSRFToken: {ticket['csrf']}\r\nContent-Type: application/json\r\n"
    ).encode()
    bodies = [
        json.dumps(
            {
                "queue": ticket["queue"],
                "title": str(one["text"])[:60],
                "description": one["text"],
                "submitter_email": "citizen@example.invalid",
                "priority": 3,
            },
            ensure_ascii=False,
        ).encode()
        for one in mail.payloads(2000)
    ]
    return (b"%sContent-Length: %d\r\n\r\n%s" % (head, len(body), body) for body in cycle(bodies))


CASE = Case(
    "peer",
    "A peer: django-helpdesk by its API",
    work,
    (
        Target(
            "ours ÷ django-helpdesk, 16 connections",
            OURS.format("letters/s"),
            (THEIRS.format("letters/s"),),
            at_least=12,
        ),
    ),
)
