"""`samaneh up`: what is to run, and what is said when it does."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from app.commands.data_dir import DEMO_PASSWORD, data_dir_option, kept_secrets
from app.running import up as running
from app.running.engines import Engines, Given
from app.running.errors import UpFailed
from app.running.plan import Program
from app.running.ports import free_port, is_free
from app.running.tied import Tied, tie
from config import BadSettings, Settings

_ENGINE_URLS = {
    "DATABASE_URL": "postgresql://not/yet",
    "REDIS_URL": "redis://not-yet",
}
WEB_PROCESSES = 2
WEB_THREADS = 4


@dataclass(frozen=True, slots=True)
class House:
    """One `up`: its ports, its data, and whether demo people live there."""

    port: int
    gateway_port: int | None
    data_dir: Path
    workers: int
    empty: bool
    people: list[str] = field(default_factory=list)  # user names of the demo

    @property
    def web(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def gateway(self) -> str | None:
        return f"http://127.0.0.1:{self.gateway_port}" if self.gateway_port else None

    @property
    def health(self) -> dict[str, str]:
        urls = {"web": f"{self.web}/readyz"}
        return urls | ({"gateway": f"{self.gateway}/healthz"} if self.gateway else {})


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8111, show_default=True)
@data_dir_option
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True)
@click.option("--empty", is_flag=True, help="No demo people.")
def up(port: int, data_dir: Path, workers: int, empty: bool) -> None:  # noqa: FBT001 - click's flag
    """Run everything on this machine until Ctrl-C or SIGTERM."""
    if not is_free(port):
        raise click.ClickException(f"port {port} is taken; choose another with --port")
    data_dir = data_dir.absolute()
    gateway_port = None if _real_provider() else free_port(prefer=port + 1)
    house = House(port, gateway_port, data_dir, workers, empty)
    _set_environment(house)
    _refuse_bad_settings()
    given = Given(os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL"))
    sys.exit(
        running.run(
            data_dir,
            prepare=lambda engines: _prepare(house, engines),
            announce=lambda: _announce(house),
            addresses=house.health,
            given=given,
        )
    )


def _real_provider() -> bool:
    named = {"KAVENEGAR_API_KEY", "KAVENEGAR_BASE_URL"} & os.environ.keys()
    return bool(named) or os.environ.get("SAMANEH_ENV") == "production"


def _set_environment(house: House) -> None:
    """What a demo needs and the environment does not say; production gets nothing for free."""
    os.environ["WEB_PORT"] = str(house.port)
    if os.environ.get("SAMANEH_ENV") == "production":
        return
    for name, value in kept_secrets(house.data_dir).items():
        os.environ.setdefault(name, value)
    if house.gateway:
        os.environ |= {"KAVENEGAR_API_KEY": "dev", "KAVENEGAR_BASE_URL": house.gateway}


def _refuse_bad_settings() -> None:
    """Before anything starts: one message that names every missing or malformed setting."""
    missing = {k: v for k, v in _ENGINE_URLS.items() if k not in os.environ}
    os.environ.update(missing)
    try:
        Settings.from_env()
    except BadSettings as error:
        raise click.ClickException(str(error)) from None
    finally:
        for name in missing:
            del os.environ[name]


def _prepare(house: House, engines: Engines) -> Sequence[Program]:
    """Have it migrated and seeded, and say what runs beside the engines."""
    os.environ["DATABASE_URL"] = engines.database_url
    os.environ["REDIS_URL"] = engines.redis_url
    words = () if house.empty else ("--demo",)
    preparing = Tied((sys.executable, "-m", "app.commands.preparing", *words))
    spec = house.data_dir / "run" / "preparing.json"
    command = tie(preparing, spec, hold=house.data_dir / "alive")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:  # noqa: S603 - ours
        said = child.communicate()[0].splitlines()
    if not said:
        raise UpFailed("the database could not be prepared")
    told = json.loads(said[-1])
    if told["fault"]:
        raise UpFailed(told["fault"])
    house.people.extend(told["people"])
    return _programs(house)


def _programs(house: House) -> list[Program]:
    python = (sys.executable, "-m")
    gateway = Program(
        "gateway",
        (*python, "sms.fake", "--port", str(house.gateway_port),
         "--data-dir", str(house.data_dir / "gateway")),
        env={"GATEWAY_CALLBACK_URL": f"{house.web}/hooks/kavenegar/"
             f"{os.environ['SAMANEH_HOOK_SECRET']}"},
        yielding=True,
    )  # fmt: skip
    # Servers with one worker each share the port: one that gives up (granian does when its worker
    # dies twice in a few seconds) leaves the others serving.
    web = Program(
        "web",
        (*python, "granian", "--interface", "wsgi", "--factory", "app.wsgi:build",
         "--host", "127.0.0.1", "--port", str(house.port), "--no-ws", "--http", "1",
         "--workers", "1", "--blocking-threads", str(WEB_THREADS),
         "--respawn-failed-workers", "--respawn-interval", "0.1",
         "--workers-kill-timeout", "3", "--log-level", "warning"),
        count=WEB_PROCESSES,
    )  # fmt: skip
    # A message may wait a moment longer, a citizen at the counter may not.
    worker = Program("worker", (*python, "workers"), count=house.workers, yielding=True)
    poller = Program("poller", (*python, "workers.poller"), yielding=True)
    return [*([gateway] if house.gateway else []), web, worker, poller]


def _announce(house: House) -> None:
    lines = ["", "Samaneh 111 is up.", f"  web       {house.web}"]
    if house.gateway:
        lines.append(f"  telephone {house.gateway}   (the citizen's phone: SMS arrive here)")
    lines.append(f"  data      {house.data_dir}")
    if not house.empty and os.environ.get(DEMO_PASSWORD):
        lines += [
            "",
            f"Log in at {house.web}/login with the password {os.environ[DEMO_PASSWORD]} as",
            "  " + ", ".join(house.people),
        ]
    lines += ["", "Ctrl-C stops it; the data stays.", ""]
    click.echo("\n".join(lines), err=True)
