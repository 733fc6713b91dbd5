"""`rules`: the routing rules in use, and a look at new ones before they are."""

from pathlib import Path

import click

from app.commands.surroundings import say_json
from routing.rules import BadRules, RuleSet, default_rules, load


@click.group()
def rules() -> None:
    """The routing rules: data, versioned."""


@rules.command("show")
def show() -> None:
    """Version and rules in their order, as JSON."""
    say_json(_described(default_rules()))


@rules.command("check")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def check(folder: Path) -> None:
    """Read rules.yaml and lexicon.yaml of a folder; exit 1 naming file and line of a fault."""
    try:
        say_json(_described(load(folder)))
    except (BadRules, OSError) as error:
        raise click.ClickException(str(error)) from None


def _described(found: RuleSet) -> dict[str, object]:
    listed = [{"id": rule.id, "title": rule.title} for rule in found.rules]
    return {"version": found.version, "rules": listed}
