"""A compiled router is never an older one than its sources."""

import os
import subprocess
import sys
from pathlib import Path
from shutil import copy, copytree, ignore_patterns, which

import pytest

from routing import compiled, decide

ROOT = Path(__file__).parent.parent.parent
MODULES = ["decide", "facts"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The router in a folder of its own, as it is written."""
    copytree(
        ROOT / "routing",
        tmp_path / "routing",
        ignore=ignore_patterns("*.so", "data", "__pycache__"),
    )
    for file in ("Makefile", "setup.py", "pyproject.toml"):
        copy(ROOT / file, tmp_path)
    return tmp_path


@pytest.fixture
def folder(checkout: Path) -> Path:
    """The same, with files called as if two modules had been compiled."""
    folder = checkout / "routing"
    for name in (*MODULES, f"{compiled.library_of(MODULES, folder)}__mypyc"):
        (folder / f"{name}{compiled.SUFFIX}").touch()
    return folder


def test_what_was_compiled_from_these_sources_may_be_used(folder: Path) -> None:
    compiled.refuse_stale(folder)
    assert sorted(compiled.compiled_in(folder)[0]) == MODULES


def test_sources_that_are_merely_touched_or_copied_are_the_same(folder: Path) -> None:
    os.utime(folder / "decide.py", (0, 0))
    compiled.refuse_stale(folder)
    compiled.refuse_stale(copytree(folder, folder.parent / "elsewhere"))


@pytest.mark.parametrize("name", ["decide", "facts", "sources", "newer"])
def test_a_changed_or_new_source_refuses_what_was_compiled(folder: Path, name: str) -> None:
    with (folder / f"{name}.py").open("a") as source:
        source.write("# changed\n")
    with pytest.raises(compiled.Stale, match="make fast"):
        compiled.refuse_stale(folder)


def test_a_source_that_is_gone_refuses_what_was_compiled(folder: Path) -> None:
    (folder / "facts.py").unlink()
    with pytest.raises(compiled.Stale):
        compiled.refuse_stale(folder)


def test_half_of_what_was_compiled_is_refused(folder: Path) -> None:
    whole = list(folder.glob(f"*{compiled.SUFFIX}"))
    for file in whole:
        file.rename(file.with_suffix(".away"))
        with pytest.raises(compiled.Stale):
            compiled.refuse_stale(folder)
        file.with_suffix(".away").rename(file)
    compiled.refuse_stale(folder)


def test_a_library_of_earlier_sources_beside_the_new_one_is_refused(folder: Path) -> None:
    (folder / f"core_0123456789abcdef__mypyc{compiled.SUFFIX}").touch()
    with pytest.raises(compiled.Stale):
        compiled.refuse_stale(folder)


def test_what_another_python_compiled_is_nothing_to_this_one(checkout: Path) -> None:
    (checkout / "routing" / "decide.cpython-27-some-machine.so").touch()
    compiled.refuse_stale(checkout / "routing")


def test_an_import_says_what_to_do_and_make_slow_does_it(folder: Path) -> None:
    if which("make") is None:
        pytest.skip("make is not installed")
    (folder / "decide.py").write_text("CHANGED = True\n")
    stale = started(folder, sys.executable, "-c", "import routing.decide")
    assert stale.returncode == 1
    assert "`make fast` compiles them anew, `make slow` takes them away" in stale.stderr
    assert started(folder, "make", "slow").returncode == 0
    mended = started(
        folder, sys.executable, "-c", "from routing.decide import CHANGED; print(CHANGED)"
    )
    assert mended.stdout == "True\n", mended.stderr


def test_without_a_compiler_there_is_a_clear_sentence(checkout: Path) -> None:
    told = started(
        checkout / "routing",
        *(sys.executable, "setup.py", "-q", "build_ext", "--inplace"),
        CC="no-such-compiler",
    )
    assert told.returncode == 1
    assert told.stderr.startswith("To compile the router, a C compiler (no-such-compiler) must be")
    assert not list(checkout.rglob("*.so"))


def test_the_modules_in_use_are_those_that_were_compiled() -> None:
    modules, _ = compiled.compiled_in(compiled.FOLDER)
    assert decide.__file__.endswith(compiled.SUFFIX) == ("decide" in modules)


def started(folder: Path, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder.parent,
        env=os.environ | {"PYTHONPATH": "", "PYTHONDONTWRITEBYTECODE": "1"} | settings,
        capture_output=True,
        text=True,
        check=False,
    )
