"""`make fast`: the core of `routing`, compiled beside its sources (decision 020).

An installation needs nothing of this; all that it needs stands in pyproject.toml.
"""

import os
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from shutil import which
from sysconfig import get_config_var, get_path

from setuptools import Extension, setup

CORE = (
    "alphabet", "banks", "cases", "concepts", "decide", "experience", "facts", "focus", "lexicon",
    "rules", "scope", "stream", "terms", "text",
)  # fmt: skip


def core() -> list[Extension]:
    """The core, all modules in one library: calls between them are then those of C."""
    missing = list(_missing())
    if missing:
        sys.exit(
            f"To compile the router, {' and '.join(missing)} must be installed."
            " Without, everything works as before, the router at its slower speed."
        )
    compiled = import_module("routing.compiled")
    library = compiled.library_of(CORE, compiled.FOLDER)
    modules: list[Extension] = import_module("mypyc.build").mypycify(
        [f"routing/{name}.py" for name in CORE],
        opt_level="3",
        debug_level="0",
        group_name=f"routing.{library}",
    )
    return modules


def _missing() -> Iterator[str]:
    compiler = (os.environ.get("CC") or get_config_var("CC") or "cc").split()[0]
    if which(compiler) is None:
        yield f"a C compiler ({compiler})"
    if not Path(get_path("include"), "Python.h").is_file():
        yield "Python's headers (Python.h)"


setup(ext_modules=core() if "build_ext" in sys.argv else [])
