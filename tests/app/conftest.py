"""Tools of other telephone lines than the default one, and their connections closed afterwards."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app.doorbell import Doorbell, SilentBell
from app.tools import Tools
from config import Settings
from tests import make

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
