"""`samaneh rules` as administrators use it: a rule set is checked, kept and put in charge."""

import json
import os
import pwd
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli import main
from app.tools import Tools
from routing.loading import default_files, default_rules
from tests import make
from tests.app import database, drafts
from tests.app.command import Run, said

Folder = Callable[..., str]

VERSION = drafts.version(drafts.files())
SHIPPED = default_rules().version


def test_a_rule_is_changed_without_a_developer(tools: Tools, run: Run, draft: Folder) -> None:
    """Check, keep, put in charge; and back again."""
    path = draft()
    assert said(run("rules", "check", path))["version"] == VERSION
    assert said(run("rules", "add", path)) == {"version": VERSION, "new": True}
    assert said(run("rules", "show"))["version"] == SHIPPED
    told = said(run("rules", "activate", VERSION[:4], "--by", "zahra"))
    assert (told["version"], told["before"], told["activated_by"]) == (VERSION, SHIPPED, "zahra")
    shown = said(run("rules", "show"))
    assert (shown["version"], len(shown["rules"])) == (VERSION, 3)
    assert run("rules", "activate", SHIPPED).exit_code == 0
    assert said(run("rules", "show"))["version"] == SHIPPED
    assert drafts.active(tools) == (SHIPPED, pwd.getpwuid(os.getuid()).pw_name)
    database.assert_healthy(tools)


def test_the_list_tells_what_each_version_decided_and_who_put_it_in_charge(
    tools: Tools, run: Run, draft: Folder
) -> None:
    make.register(tools)
    run("rules", "add", draft())
    run("rules", "activate", VERSION, "--by", "zahra")
    listed: list[dict[str, Any]] = json.loads(run("rules", "list").stdout)
    assert [
        (row["version"], row["letters"], row["active"], row["activated_by"]) for row in listed
    ] == [(VERSION, 0, True, "zahra"), (SHIPPED, 1, False, "program")]
    run("rules", "activate", SHIPPED, "--by", "reza")
    back: list[dict[str, Any]] = json.loads(run("rules", "list").stdout)
    assert [(row["active"], row["activated_by"]) for row in back] == [
        (False, "zahra"),
        (True, "reza"),
    ]
    assert back[1]["activated_at"] > back[0]["activated_at"] >= back[0]["stored_at"]


def test_the_same_rules_may_be_added_again(run: Run, draft: Folder) -> None:
    path = draft()
    run("rules", "add", path)
    again = run("rules", "add", path)
    assert (again.exit_code, said(again)) == (0, {"version": VERSION, "new": False})
    assert "already" in again.stderr


def test_one_file_is_enough_and_the_rest_is_the_programs_own(run: Run, draft: Folder) -> None:
    folder = draft({"rules.yaml": default_files()["rules.yaml"]})
    assert said(run("rules", "check", f"{folder}/rules.yaml"))["version"] == SHIPPED


@pytest.mark.parametrize("command", ["check", "add", "backtest"])
def test_a_fault_is_named_with_file_and_line(run: Run, draft: Folder, command: str) -> None:
    path = draft(drafts.files(loans="bakery"))
    for place in (path, f"{path}/rules.yaml"):
        refused = run("rules", command, place)
        assert refused.exit_code == 1
        assert "rules.yaml:8: 'bakery' is no agency" in refused.stderr
        assert not refused.stdout


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("activate", "abc"), 2, "at least 4"),
        (("activate", SHIPPED, "--by", " "), 2, "by"),
        (("activate", SHIPPED, "--by", "program"), 2, "by"),
        (("activate", "ffff"), 1, "no stored version begins with ffff"),
        (("activate", "abcd"), 1, "abcd00000000, abcd11111111"),
        (("activate", "abcd0"), 1, "lexicon.yaml:1"),
        (("backtest",), 2, "PATH"),
        (("backtest", "/no/such/folder"), 2, "/no/such/folder"),
        (("suggest", "--since", "yesterday"), 2, "YYYY-MM-DD"),
    ],
)
def test_what_can_not_be_done_is_told_and_changes_nothing(
    tools: Tools, run: Run, words: tuple[str, ...], code: int, why: str
) -> None:
    for twin in ("abcd00000000", "abcd11111111"):
        drafts.store(tools, twin, {"lexicon.yaml": "nonsense: 1", "rules.yaml": "[]"})
    refused = run("rules", *words)
    assert refused.exit_code == code
    assert why in refused.stderr
    assert not refused.stdout
    assert drafts.active(tools) == (SHIPPED, "program")


def test_where_nothing_runs_the_programs_own_rules_are_shown(tmp_path: Any) -> None:
    words = ["rules", "show", "--data-dir", str(tmp_path)]
    shown = CliRunner().invoke(main, words, env={"DATABASE_URL": None})
    assert shown.exit_code == 0
    assert json.loads(shown.stdout)["version"] == SHIPPED
    assert "own rules" in shown.stderr


def test_a_migrated_system_says_which_rules_decide(run: Run, draft: Folder) -> None:
    run("rules", "add", draft())
    run("rules", "activate", VERSION)
    assert said(run("migrate"))["rules"] == VERSION
