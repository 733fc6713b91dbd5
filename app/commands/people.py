"""`token` and `user`: who may come in."""

import secrets
import sys

import click

from app.actions import people
from app.actions.people import Identity
from app.actors import Role
from app.commands.surroundings import say_json, with_tools
from app.door import Invalid
from app.queries import accounts
from app.tools import Tools
from app.wording import FAULTS

role_option = click.option("--role", type=click.Choice([r.value for r in Role]), required=True)
agency_option = click.option("--agency", help="Agency code, for agency and manager.")


def _usage(error: Invalid) -> click.UsageError:
    words = [f"{f.field}: {f.code} ({FAULTS.get(f.code, '')})" for f in error.faults]
    return click.UsageError("; ".join(words))


@click.group()
def token() -> None:
    """Programs' keys to the API."""


@token.command("create")
@role_option
@agency_option
@click.option("--name", required=True, help="What the token is for.")
@with_tools
def create_token(tools: Tools, role: str, agency: str | None, name: str) -> None:
    """Make a token and print it, once, as the last line of stdout."""
    try:
        secret = people.create_token(tools, Identity(name, Role(role), agency))
    except Invalid as error:
        raise _usage(error) from None
    click.echo("Keep it: it is not shown again.", err=True)
    click.echo(secret)


@token.command("list")
@with_tools
def list_tokens(tools: Tools) -> None:
    """Names, roles and agencies of tokens, as JSON; never the tokens."""
    with tools.sessions() as session:
        say_json(accounts.tokens(session))


@token.command("revoke")
@click.option("--name", required=True)
@with_tools
def revoke_token(tools: Tools, name: str) -> None:
    """Revoke the live tokens of this name; exit 1 if there is none."""
    revoked = people.revoke_token(tools, name)
    say_json({"revoked": revoked})
    sys.exit(0 if revoked else 1)


@click.group()
def user() -> None:
    """People who log in."""


@user.command("create")
@click.argument("username")
@role_option
@agency_option
@click.option("--name", required=True, help="The name that colleagues see.")
@with_tools
def create_user(tools: Tools, username: str, role: str, agency: str | None, name: str) -> None:
    """Make an account and print its first password, once, as the last line of stdout."""
    password = secrets.token_urlsafe(12)
    try:
        people.create_user(tools, username, Identity(name, Role(role), agency), password)
    except Invalid as error:
        raise _usage(error) from None
    click.echo(password)


@user.command("list")
@with_tools
def list_users(tools: Tools) -> None:
    """Accounts as JSON."""
    with tools.sessions() as session:
        say_json(accounts.users(session))


@user.command("password")
@click.argument("username")
@with_tools
def reset_password(tools: Tools, username: str) -> None:
    """Give an account a new password, printed once; its log-ins end."""
    password = secrets.token_urlsafe(12)
    _found(username, people.set_password(tools, username, password))
    click.echo(password)


@user.command("disable")
@click.argument("username")
@with_tools
def disable(tools: Tools, username: str) -> None:
    """Close an account; its log-ins end at once."""
    _found(username, people.set_disabled(tools, username, disabled=True))


@user.command("enable")
@click.argument("username")
@with_tools
def enable(tools: Tools, username: str) -> None:
    """Open an account again."""
    _found(username, people.set_disabled(tools, username, disabled=False))


def _found(username: str, found: bool) -> None:  # noqa: FBT001 - the answer of the action
    if not found:
        click.echo(f"no account named {username}", err=True)
        sys.exit(1)
