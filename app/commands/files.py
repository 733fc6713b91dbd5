"""`files`: whether what is kept with letters can still be opened."""

import sys

import click

from app.commands.surroundings import say_json, with_tools
from app.queries import attachments
from app.tools import Tools


@click.group()
def files() -> None:
    """Scans of paper, files of answers."""


@files.command("check")
@click.option("--sample", type=click.IntRange(1), default=1000, show_default=True)
@click.option("--all", "everything", is_flag=True, help="Open every file; reads all of them.")
@with_tools
def check(tools: Tools, sample: int, *, everything: bool) -> None:
    """Open files taken at random: each must be as it was sealed, at its own place.

    Exit 1 when one is not; their numbers are named.
    """
    with tools.sessions() as session:
        checked, wrong = attachments.unsound(session, tools.vault, 0 if everything else sample)
    say_json({"checked": checked, "wrong": [str(each) for each in wrong]})
    sys.exit(bool(wrong))
