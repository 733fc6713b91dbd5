"""An `up` to ask questions of."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from observed import Up, end, start


@pytest.fixture
def starting(tmp_path: Path) -> Iterator[Callable[..., Up]]:
    """Start an `up` in the directory `name`; what still runs after the test is stopped."""
    started: list[Up] = []

    def begin(*words: str, name: str = "data", env: Mapping[str, str] | None = None) -> Up:
        started.append(start(tmp_path / name, *words, env=env))
        return started[-1]

    yield begin
    for up in started:
        end(up)


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """An `up` that the tests of a module share."""
    up = start(tmp_path_factory.mktemp("standing") / "data")
    yield up.until_ready()
    end(up)
