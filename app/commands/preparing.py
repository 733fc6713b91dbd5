"""What `samaneh up` does to the database before anything else runs: migrate, seed.

Run as `python -m app.commands.preparing [--demo]`, so that what only this needs is gone from memory
afterwards. The last line of stdout is `{"people": [names], "fault": ""}`; nobody can learn the exit
code, because supervisord reaps every child.
"""

import json
import os
import sys
from datetime import UTC, datetime

import click

from app import migrating
from app.actions import seeding
from app.commands.data_dir import DEMO_PASSWORD
from app.doorbell import SilentBell
from app.tools import from_settings
from config import Settings
from routing.loading import default_rules


def main() -> None:
    """Over the settings of the environment."""
    demo = "--demo" in sys.argv[1:]
    tools = from_settings(Settings.from_env(), default_rules, SilentBell())
    engine = tools.sessions.kw["bind"]
    fault, people = "", seeding.demo_names() if demo else []
    try:
        migrating.upgrade(engine)
    except Exception as error:  # noqa: BLE001 - whatever it is, people are told and all is stopped
        fault = f"the database could not be migrated: {error}"
    else:
        seeding.ensure_reference(tools, datetime.now(UTC).date())
        if demo:
            seeding.seed_demo(tools, os.environ[DEMO_PASSWORD])
    engine.dispose()
    click.echo(json.dumps({"people": people, "fault": fault}))


if __name__ == "__main__":
    main()
