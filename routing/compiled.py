"""Whether the core is compiled, and from these very sources (decision 020).

Compiled modules stand beside their sources, all of them in one library whose name tells what they
were compiled from. So nothing but the files themselves has to be believed.
"""

from collections.abc import Iterable
from hashlib import sha256
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

FOLDER = Path(__file__).parent
SUFFIX = EXTENSION_SUFFIXES[0]  # of this Python; what another one compiled is nothing to it
_LIBRARY, _OF_MYPYC = "core_", "__mypyc"


class Stale(ImportError):
    """A compiled module is not that of the source beside it. The message says what to do."""


def refuse_stale(folder: Path = FOLDER) -> None:
    """Raises Stale unless what is compiled in `folder` was compiled from the sources there."""
    modules, libraries = compiled_in(folder)
    if (modules or libraries) and libraries != [library_of(modules, folder) + _OF_MYPYC]:
        raise Stale(
            f"{folder}: the compiled modules are not those of these sources."
            " `make fast` compiles them anew, `make slow` takes them away."
        )


def compiled_in(folder: Path) -> tuple[list[str], list[str]]:
    """The names of the compiled modules in `folder`, and of the libraries that they are in."""
    names = [file.name.removesuffix(SUFFIX) for file in folder.glob(f"*{SUFFIX}")]
    libraries = [name for name in names if name.startswith(_LIBRARY)]
    return [name for name in names if name not in libraries], libraries


def library_of(modules: Iterable[str], folder: Path) -> str:
    """What a library of these modules of `folder` is called, while all sources are as now."""
    digest = sha256(" ".join(sorted(modules)).encode())
    for source in sorted(folder.glob("*.py")):
        digest.update(f"\n{source.name} {sha256(source.read_bytes()).hexdigest()}".encode())
    return _LIBRARY + digest.hexdigest()[:16]
