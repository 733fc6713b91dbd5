"""Tools of other telephone lines than the default one, drafts of rules, and the command."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.doorbell import Doorbell, SilentBell
from app.tools import Tools
from config import Settings
from tests import make
from tests.app import command, drafts
from tests.app.command import Run

Line = Callable[..., Tools]


@pytest.fixture
def line(settings: Settings) -> Iterator[Line]:
    """`line(20)`: a cap of twenty; other settings by name; a bell of one's own."""
    made: list[Tools] = []

    def build(cap: int = 1000, bell: Doorbell | None = None, **changes: Any) -> Tools:
        changed = settings.model_copy(update={"call_cap": cap} | changes)
        made.append(make.tools(changed, bell or SilentBell()))
        return made[-1]

    yield build
    for tools in made:
        tools.sessions.kw["bind"].dispose()


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    return command.runner(settings, monkeypatch)


@pytest.fixture
def draft(tmp_path: Path) -> Callable[..., str]:
    """`draft({name: text})`: a folder of these files, or of the small rules of `drafts`."""

    def write(files: dict[str, str] | None = None) -> str:
        for name, content in (files or drafts.files()).items():
            (tmp_path / name).write_text(content, "utf-8")
        return str(tmp_path)

    return write
