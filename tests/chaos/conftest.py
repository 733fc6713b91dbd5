"""Scenarios are run when they are asked for by path: `pytest tests/chaos [--long]`."""

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.figures import Figures
from tests.chaos.history import History
from tests.chaos.stage import TREE, Plan, Stage, stage

HERE = Path(__file__).parent
Staging = Callable[..., Stage]


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("chaos")
    group.addoption("--long", action="store_true", help="the full figures, not the smoke runs")
    group.addoption("--seed", type=int, help="of the generator and the nemesis; printed")
    group.addoption("--figures", type=Path, metavar="FILE", help="append the measured figures")
    group.addoption("--tree", type=Path, default=TREE, help="another source tree to run")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "chaos: breaks a running system and checks what is left")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Without this directory's name among the arguments no scenario is collected."""
    named = any(HERE in (path := Path(arg.split("::")[0]).absolute(), *path.parents)
                for arg in config.args)  # fmt: skip
    return None if named or collection_path.name != "scenarios" else True


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "size" in metafunc.fixturenames:
        size = "long" if metafunc.config.getoption("--long") else "smoke"
        metafunc.parametrize("size", [size])


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    given = request.config.getoption("--seed")
    return int(given) if given is not None else random.SystemRandom().randrange(1, 10**6)


@pytest.fixture
def figures(request: pytest.FixtureRequest, size: str, seed: int) -> Iterator[Figures]:
    made = Figures(request.node.originalname.removeprefix("test_"), size, seed)
    yield made
    made.tell(request.config.getoption("--figures"))


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    """On disk beside the system's own data."""
    made = History(tmp_path / "history.jsonl")
    yield made
    made.close()


@pytest.fixture
def staging(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Staging]:
    """Starts the system with these settings; it ends with the test."""
    tree = request.config.getoption("--tree").absolute()
    with ExitStack() as stack:

        def begin(workers: int = 2, **environment: Any) -> Stage:
            given = {name: str(value) for name, value in environment.items()}
            return stack.enter_context(stage(Plan(tmp_path, tree, workers, given)))

        yield begin
