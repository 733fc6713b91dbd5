"""The `samaneh` command: a table of contents."""

import click

from app.commands.database import migrate
from app.commands.files import files
from app.commands.letters import import_, route
from app.commands.line import capacity
from app.commands.people import token, user
from app.commands.receipts import receipts
from app.commands.reports import audit, doctor, ledger
from app.commands.rules import rules
from app.commands.sms_line import line
from app.commands.up import up


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="samaneh111")
def main() -> None:
    """Samaneh 111: citizens' correspondence, registered, referred, receipted, answered.

    JSON for programs goes to stdout, words for people to stderr. Exit codes: 0 done, 1 found
    something wrong, 2 bad usage.
    """


COMMANDS = (
    up, route, import_, doctor, ledger, audit, token, user, capacity, rules, receipts, line,
    files, migrate,
)  # fmt: skip
for command in COMMANDS:
    main.add_command(command)
