"""The `samaneh` command: a table of contents. What a command needs is loaded when it is called."""

from importlib import import_module

import click

COMMANDS = {
    "up": "up:up",
    "route": "letters:route",
    "import": "letters:import_",
    "doctor": "reports:doctor",
    "ledger": "reports:ledger",
    "audit": "reports:audit",
    "token": "people:token",
    "user": "people:user",
    "capacity": "line:capacity",
    "rules": "rules:rules",
    "receipts": "receipts:receipts",
    "line": "sms_line:line",
    "files": "files:files",
    "migrate": "database:migrate",
}
"""Name → module of app.commands and what it calls the command."""


class _Contents(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(f"app.commands.{module}"), name)
        return command


@click.group(cls=_Contents, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="samaneh111")
def main() -> None:
    """Samaneh 111: citizens' correspondence, registered, referred, receipted, answered.

    JSON for programs goes to stdout, words for people to stderr. Exit codes: 0 done, 1 found
    something wrong, 2 bad usage.
    """
