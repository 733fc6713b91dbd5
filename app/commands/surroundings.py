"""Where a command finds the running system: the environment, or what `up` left in its data dir."""

import json
import os
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import OperationalError

from app.commands.data_dir import data_dir_option, kept_secrets
from app.doorbell import RedisDoorbell, connect
from app.tools import Tools, from_settings
from config import BadSettings, Settings
from routing.loading import default_rules

RUNNING = "running.json"


def settings_of(data_dir: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings for a command: the environment first, then the running system's own.

    Raises ClickException when neither names a database.
    """
    found = _of_running(data_dir) | dict(environment)
    if "DATABASE_URL" not in found:
        raise click.ClickException(
            f"nothing runs in {data_dir}: start `samaneh up`, name its --data-dir, "
            "or set DATABASE_URL and REDIS_URL"
        )
    os.environ.update(found)
    try:
        return Settings.from_env()
    except BadSettings as error:
        raise click.ClickException(str(error)) from None


def _of_running(data_dir: Path) -> dict[str, str]:
    try:
        running = json.loads((data_dir / RUNNING).read_text())
    except FileNotFoundError:
        return {}
    found = kept_secrets(data_dir) | {
        "DATABASE_URL": running["database_url"],
        "REDIS_URL": running["redis_url"],
        "KAVENEGAR_API_KEY": "dev",
        "KAVENEGAR_BASE_URL": running["gateway"] or "http://127.0.0.1:9",
    }
    return {name: value for name, value in found.items() if value}


def with_tools(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--data-dir` and, as its first argument, the tools over that system."""

    @data_dir_option
    @wraps(command)
    def equipped(data_dir: Path, **arguments: Any) -> Any:
        settings = settings_of(data_dir)
        bell = RedisDoorbell(connect(settings.redis_url))
        tools: Tools = from_settings(settings, default_rules, bell)
        try:
            return command(tools, **arguments)
        except OperationalError as error:
            # str(error) would repeat the address with its password.
            reason = type(error.orig).__name__
            raise click.ClickException(
                f"the database does not answer ({reason}): is `samaneh up` still running?"
            ) from None
        finally:
            tools.sessions.kw["bind"].dispose()

    return equipped


def say_json(value: object) -> None:
    """For programs: one JSON object on stdout."""
    click.echo(json.dumps(value, ensure_ascii=False))
