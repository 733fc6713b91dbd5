"""A process that may only think: it reads one file from its input, says one thing and ends.

Run by `app.media` as a process of its own, without the environment, because a picture or a document
from outside may be made to break what reads it.
"""

import json
import resource
import sys
from collections.abc import Callable

SECONDS = 8  # of the processor
MEMORY = (
    1024 * 1024 * 1024
)  # of addresses: a page of 40 megapixels needs 300 MB while it is decoded
PAGES = "pages"
REFUSED = "refused"


class Unfit(Exception):
    """The file is readable and not wanted; the argument is the code of the fault."""


def answer(look: Callable[[bytes], int | None]) -> None:
    """Say how many pages the file has, or why it is refused. Anything else that goes wrong ends
    the process: whoever started it knows then that the file can't be read."""
    _confine()
    try:
        said: dict[str, object] = {PAGES: look(sys.stdin.buffer.read())}
    except Unfit as fault:
        said = {REFUSED: str(fault)}
    sys.stdout.write(json.dumps(said))


def _confine() -> None:
    """From here on no file, no connection and no process can be opened, whatever the input does."""
    limits = {
        resource.RLIMIT_CPU: SECONDS,
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_NOFILE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_CORE: 0,
    }
    for which, most in limits.items():
        resource.setrlimit(which, (most, most))
