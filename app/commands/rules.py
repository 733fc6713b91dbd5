"""`rules`: what decides letters; new rules checked, kept, tried and put in charge."""

import os
import pwd
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from app.actions import rules as action
from app.actions.rules import SHORTEST_PREFIX, Ambiguous, UnknownVersion
from app.commands.backtest import backtest, suggest
from app.commands.data_dir import data_dir_option
from app.commands.drafts import draft_argument, read_draft
from app.commands.surroundings import say_json, with_tools
from app.door import Invalid
from app.queries import rules as reading
from app.tools import Tools
from routing.loading import default_rules
from routing.rules import RuleSet
from routing.sources import BadRules


@click.group()
def rules() -> None:
    """The routing rules: data, versioned, tried on past letters before they decide new ones."""


@rules.command("show")
@data_dir_option
def show(data_dir: Path) -> None:
    """Version and rules in their order, as JSON: those that decide; the program's own where no
    system runs."""
    try:
        found = _deciding(data_dir)
    except (click.ClickException, SQLAlchemyError) as error:
        why = error.message if isinstance(error, click.ClickException) else type(error).__name__
        click.echo(f"The program's own rules ({why}).", err=True)
        found = default_rules()
    say_json(_described(found))


@with_tools
def _deciding(tools: Tools) -> RuleSet:
    return tools.rules


@rules.command("check")
@draft_argument
def check(path: Path) -> None:
    """Read a folder, or one of rules.yaml, lexicon.yaml, experience.tsv; what does not stand
    beside the file is the program's own. Exit 1 naming file and line of a fault."""
    say_json(_described(read_draft(path).rules))


@rules.command("list")
@with_tools
def list_(tools: Tools) -> None:
    """Every stored version, newest first, with the letters that it decided, as JSON."""
    with tools.sessions() as session:
        say_json(reading.stored(session))


@rules.command("add")
@draft_argument
@with_tools
def add(tools: Tools, path: Path) -> None:
    """Check the rules at PATH and keep them under their version; they do not decide yet."""
    draft = read_draft(path)
    try:
        stored = action.add(tools, draft.files)
    except Invalid as error:
        raise click.ClickException(str(error)) from None
    if not stored.new:
        click.echo("These rules were stored already.", err=True)
    say_json({"version": stored.version, "new": stored.new})


@rules.command("activate")
@click.argument("version")
@click.option("--by", default=lambda: _os_user(), help="Who says so. [your account here]")
@with_tools
def activate(tools: Tools, version: str, by: str) -> None:
    """Let a stored VERSION decide from now on, without a restart. At least its first four
    characters."""
    if len(version) < SHORTEST_PREFIX:
        raise click.BadParameter(f"at least {SHORTEST_PREFIX} characters", param_hint="VERSION")
    try:
        say_json(action.activate(tools, version, by))
    except UnknownVersion:
        raise click.ClickException(f"no stored version begins with {version}") from None
    except Ambiguous as error:
        raise click.ClickException(f"{version} may be any of {error}") from None
    except BadRules as error:
        raise click.ClickException(f"not activated: {error}") from None
    except Invalid as error:
        raise click.BadParameter(str(error), param_hint="--by") from None


def _os_user() -> str:
    """The account that this process runs under, whatever the environment says."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _described(found: RuleSet) -> dict[str, object]:
    listed = [{"id": rule.id, "title": rule.title} for rule in found.rules]
    return {"version": found.version, "rules": listed}


rules.add_command(backtest)
rules.add_command(suggest)
