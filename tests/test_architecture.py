"""The rules of the house that no other tool checks."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from app import doorbell
from workers.serializer import ALLOWED

ROOT = Path(__file__).parent.parent
CODE = sorted(
    path
    for folder in ("app", "routing", "sms", "workers")
    for path in (ROOT / folder).rglob("*.py")
)
LONGEST_FILE = 250
LONGEST_FUNCTION = 40
NO_ROOM_FOR = {"utils", "helpers", "common", "manager", "misc", "service"}


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_files_and_functions_stay_small_and_well_named(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST_FILE
    assert path.stem not in NO_ROOM_FOR
    for function in functions(path):
        length = (function.end_lineno or 0) - function.lineno + 1
        assert length <= LONGEST_FUNCTION, f"{function.name}: {length} lines"


def test_transactions_begin_in_actions_only() -> None:
    for path in CODE:
        source = path.read_text()
        if path.parent.name != "migrations" and path.name != "migrating.py":
            assert ".commit()" not in source, path
        if path.parent.name != "actions":
            assert "sessions.begin(" not in source, path


def test_models_hold_state_and_never_act() -> None:
    for path in (ROOT / "app" / "models").glob("*.py"):
        classes = [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.ClassDef)]
        methods = [n for c in classes for n in c.body if isinstance(n, ast.FunctionDef)]
        assert not methods, path


def test_the_bell_names_things_that_exist_and_are_allowed() -> None:
    for name in (doorbell.DRAIN, doorbell.SERIALIZER):
        module, _, attribute = name.rpartition(".")
        assert hasattr(import_module(module), attribute)
    assert doorbell.DRAIN in ALLOWED


def test_jobs_are_short_and_end_in_an_action() -> None:
    for function in functions(ROOT / "workers" / "jobs.py"):
        assert len(function.body) <= 4


def test_pages_have_one_direction_and_no_left_or_right() -> None:
    sheets = [*(ROOT / "app").rglob("*.css"), *(ROOT / "sms").rglob("*.css")]
    assert sheets
    for sheet in sheets:
        found = re.findall(
            r"(?:margin|padding|border|text-align)[-:]\s*(?:left|right)", sheet.read_text()
        )
        assert not found, sheet


def test_templates_ask_no_other_host_and_trust_no_text() -> None:
    for template in [*(ROOT / "app").rglob("*.html"), *(ROOT / "sms").rglob("*.html")]:
        source = template.read_text()
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//", source), template
        assert "|safe" not in source.replace(" ", ""), template
        assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|style=\"", source), template
