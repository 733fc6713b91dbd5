"""The `samaneh` command over a test's own database, and what it said."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from config import Settings

Run = Callable[..., Result]


def runner(settings: Settings, environment: pytest.MonkeyPatch) -> Run:
    """Run a command as if the URLs of these settings were in the environment."""
    for name in ("database_url", "redis_url", "kavenegar_base_url"):
        environment.setenv(name.upper(), getattr(settings, name))
    for name in ("samaneh_secret_key", "samaneh_data_key", "samaneh_index_key"):
        environment.setenv(name.upper(), getattr(settings, name).get_secret_value())
    environment.setenv("SAMANEH_HOOK_SECRET", settings.samaneh_hook_secret.get_secret_value())
    environment.setenv("KAVENEGAR_API_KEY", "dev")
    environment.setenv("DATABASE_URL", settings.database_url.replace("+psycopg", ""))

    def invoke(*words: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(main, words, input=stdin, catch_exceptions=False)

    return invoke


def said(result: Result) -> dict[str, Any]:
    """The object on the last line of stdout."""
    found: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return found
