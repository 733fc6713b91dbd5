"""The `samaneh` command as scripts use it: exit codes, JSON on stdout, words on stderr."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from tests import make
from tests.app.command import Run, said


def test_a_healthy_system_is_told_so(run: Run) -> None:
    healthy = run("doctor")
    assert healthy.exit_code == 0
    assert said(healthy)["ok"] is True
    balance = run("ledger", "--day", "2026-11-22")
    assert (balance.exit_code, said(balance)["day"]) == (0, "2026-11-22")
    assert run("ledger", "--day", "1405").exit_code == 2
    assert said(run("audit", "verify"))["ok"] is True


def test_a_token_is_printed_alone_on_the_last_line(run: Run) -> None:
    made = run("token", "create", "--role", "agency", "--agency", "welfare", "--name", "x")
    assert made.exit_code == 0
    assert made.stdout.strip().startswith("s111_")
    assert len(made.stdout.split()) == 1
    assert run("token", "revoke", "--name", "x").exit_code == 0
    assert run("token", "revoke", "--name", "x").exit_code == 1


@pytest.mark.parametrize(
    "words",
    [
        ("token", "create", "--role", "king", "--name", "x"),
        ("token", "create", "--role", "agency", "--name", "x"),
        ("token", "create", "--role", "agency", "--agency", "moon", "--name", "x"),
        ("token", "create", "--role", "operator", "--agency", "welfare", "--name", "x"),
        ("token", "create", "--role", "operator"),
        ("capacity", "set", "minus"),
        ("import", "/no/such/file.csv"),
        ("route", "/no/such/file.jsonl"),
        ("route", "--explain", "--evaluate", "-"),
        ("nonsense",),
    ],
)
def test_bad_usage_is_exit_2_with_words(run: Run, words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert result.stderr
    assert not result.stdout


def test_an_account_is_made_closed_and_opened(run: Run) -> None:
    assert run("user", "create", "zahra", "--role", "triage", "--name", "زهرا").exit_code == 0
    assert run("user", "create", "zahra", "--role", "triage", "--name", "زهرا").exit_code == 2
    assert run("user", "disable", "zahra").exit_code == 0
    assert said_list(run("user", "list"))[0]["disabled"] is True
    assert run("user", "enable", "zahra").exit_code == 0
    assert run("user", "disable", "nobody").exit_code == 1


def said_list(result: Result) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(result.stdout)
    return found


def test_names_are_kept_within_reason(run: Run) -> None:
    assert run("user", "create", "Bad Name", "--role", "triage", "--name", "x").exit_code == 2
    assert run("token", "create", "--role", "triage", "--name", "x" * 5000).exit_code == 2


def test_rules_are_shown_and_new_ones_checked_before_they_are_used(
    run: Run, tmp_path: Path
) -> None:
    shown = said(run("rules", "show"))
    assert str(shown["rules"]).startswith("[{'id': 'R0'")
    (tmp_path / "lexicon.yaml").write_text("nonsense: 1\n")
    (tmp_path / "rules.yaml").write_text("[]\n")
    refused = run("rules", "check", str(tmp_path))
    assert refused.exit_code == 1
    assert "lexicon.yaml" in refused.stderr


def test_a_cap_is_changed_for_one_day(run: Run) -> None:
    assert said(run("capacity", "set", "7", "--day", "2027-01-02"))["cap"] == 7
    assert said(run("capacity", "show", "--day", "2027-01-02"))["remaining"] == 7
    assert said(run("capacity", "show", "--day", "2027-01-03"))["cap"] == 1000


def test_letters_are_routed_line_by_line_and_bad_lines_are_counted(run: Run) -> None:
    line = json.dumps({"id": "a", "text": make.LOAN}, ensure_ascii=False)
    routed = run("route", "-", stdin=line + "\n")
    assert routed.exit_code == 0
    assert {"id", "agency", "rule", "because", "confident"} <= set(said(routed))
    mixed = run("route", "-", stdin=f"not json\n{line}\n")
    assert mixed.exit_code == 1
    assert len(mixed.stdout.splitlines()) == 2


def test_why_a_letter_goes_where_it_goes_is_told_on_request(run: Run) -> None:
    line = json.dumps({"id": "a", "text": make.LOAN}, ensure_ascii=False)
    plain, explained = run("route", stdin=line), run("route", "--explain", stdin=line)
    assert explained.exit_code == 0
    assert said(plain).items() <= said(explained).items()
    more = {"marked", "title", "ruled", "competed", "why_not"}
    assert more <= set(said(explained))
    assert more.isdisjoint(said(plain))


def test_the_rules_are_evaluated_on_labelled_letters(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "labelled.jsonl"
    lines = [
        {"id": "a", "text": "کالابرگم شارژ نشده", "gold": ["labour_welfare"], "kind": "[b]"},
        {"id": "b\ud800", "text": "", "gold": ["welfare"]},
    ]
    file.write_text("\n".join(map(json.dumps, lines)))
    found = run("route", "--evaluate", str(file))
    assert found.exit_code == 0
    assert len(found.stdout.splitlines()) == 1
    assert (said(found)["letters"], said(found)["accuracy"]) == (2, 0.5)
    assert [mistake["id"] for mistake in said(found)["mistakes"]] == ["b\ud800"]
    assert "[b]" in found.stderr
    assert "50.0%" in found.stderr


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"text": "a", "gold": ["welfare"]}\n{"text": "a", "gold": ["moon"]}\n', "line 2"),
        ('{"text": "a"}\n', "line 1"),
        ("\n\n", "no letter"),
        ("", "no letter"),
    ],
)
def test_an_evaluation_is_told_whole_or_not_at_all(run: Run, text: str, reason: str) -> None:
    refused = run("route", "--evaluate", "-", stdin=text)
    assert refused.exit_code == 1
    assert reason in refused.stderr
    assert not refused.stdout


def test_an_unreadable_file_is_one_clear_message(run: Run, tmp_path: Path) -> None:
    for name, content in (("a.csv", "one,two\n1,2\n"), ("b.xlsx", "no sheet"), ("c.pdf", "x")):
        path = tmp_path / name
        path.write_text(content)
        result = run("import", str(path))
        assert result.exit_code == 1
        assert name in result.stderr


def test_where_nothing_runs_it_says_what_to_do(tmp_path: Path) -> None:
    words = ["doctor", "--data-dir", str(tmp_path)]
    result = CliRunner().invoke(main, words, env={"DATABASE_URL": None})
    assert result.exit_code == 1
    assert "samaneh up" in result.stderr


def test_a_command_that_is_called_alone_knows_every_table_that_another_one_names() -> None:
    looked = "[key.column for one in Base.metadata.tables.values() for key in one.foreign_keys]"
    alone = f"import app.commands.people; from app.db import Base; assert {looked}"
    subprocess.run([sys.executable, "-c", alone], check=True)
