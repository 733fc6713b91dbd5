"""`migrate`: a production database brought to what this code expects."""

from datetime import UTC, datetime

import click

from app import migrating
from app.actions import seeding
from app.commands.surroundings import say_json, with_tools
from app.tools import Tools


@click.command()
@with_tools
def migrate(tools: Tools) -> None:
    """Apply missing migrations, then agencies, holidays and the rule set. Safe to repeat."""
    migrating.upgrade(tools.sessions.kw["bind"])
    seeding.ensure_reference(tools, datetime.now(UTC).date())
    say_json({"schema": migrating.CODE_HEAD, "rules": tools.rules.version})
