"""Looking into a file from outside without opening it here: a process of its own does that."""

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

LARGEST = 5 * 1024 * 1024
SECONDS = 12.0  # of waiting; the process gives itself fewer of the processor
LOOKS_AT_ONCE = 2  # in one process of the server: each may need some hundred megabytes
_LONGEST_ANSWER = 1000
_ROOT = Path(__file__).parent.parent
_PDF, _PICTURE = "app.looking.document", "app.looking.picture"
_KINDS = (
    (b"%PDF-", "application/pdf", _PDF),
    (b"\xff\xd8\xff", "image/jpeg", _PICTURE),
    (b"\x89PNG\r\n\x1a\n", "image/png", _PICTURE),
)
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
_room = threading.BoundedSemaphore(LOOKS_AT_ONCE)


class Refused(Exception):
    """The file is not kept; `code` is the fault's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Seen:
    """What a file is by its content; a picture has no pages."""

    media_type: str
    pages: int | None


def look(content: bytes, seconds: float = SECONDS) -> Seen:
    """What it is, after all of it was read by a process that can do nothing else.

    Raises Refused. Neither the name of a file nor what the browser says about it is asked.
    """
    if not content:
        raise Refused("file-empty")
    if len(content) > LARGEST:
        raise Refused("file-large")
    for begin, media_type, program in _KINDS:
        if content.startswith(begin):
            with _room:
                return Seen(media_type, _ask(program, content, seconds))
    raise Refused("file-kind")


def _ask(program: str, content: bytes, seconds: float) -> int | None:
    said, ended_by = _run(program, content, seconds)
    if ended_by < 0:  # a signal: the processor's time, or ours, was over
        raise Refused("file-heavy")
    try:
        told = json.loads(said)
    except ValueError:
        raise Refused("file-broken") from None
    if "refused" in told:
        raise Refused(str(told["refused"]))
    pages: int | None = told["pages"]
    return pages


def _run(program: str, content: bytes, seconds: float) -> tuple[bytes, int]:
    """What it said and how it ended. It gets nothing of ours: no environment, no open file."""
    command = [sys.executable, "-P", "-s", "-B", "-m", program]
    with subprocess.Popen(  # noqa: S603 - our own program
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"PYTHONPATH": str(_ROOT)},
    ) as process:
        late = threading.Timer(seconds, process.kill)
        late.start()
        try:
            said = process.communicate(content)[0]
        finally:
            late.cancel()
            process.kill()
    return said[:_LONGEST_ANSWER], process.returncode
