"""Files that come with a form: taken in, looked into, and named where one is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import IO

import flask
from flask import g, request
from werkzeug.datastructures import FileStorage

from app import media
from app.access import Wanted
from app.actions import attaching
from app.actions.attaching import File
from app.api.caller import tools
from app.door import Fault, Invalid
from app.media import LARGEST, Refused
from app.web.gate import person
from app.wording import FAULTS

FIELD = "files"
AT_ONCE = 5
LIMIT = AT_ONCE * LARGEST + 1024 * 1024  # of a whole form with its files
TAKING = frozenset(
    ("operator.register", "operator.attach", "following.note", "agency.reply", "attachments.attach")
)
NAME_LIMIT = 120


class Request(flask.Request):
    """Files of a form stay in memory and never touch the disk."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()


@dataclass(frozen=True, slots=True, repr=False)
class Brought:
    """What was chosen: the files that are fit, and of the others the name and why."""

    files: tuple[File, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()

    @property
    def names(self) -> list[str]:
        return [file.name for file in self.files] + [name for name, _ in self.refused]


class Unfit(Invalid):
    """At least one file is refused, so none is kept; other fields may be wrong too."""

    def __init__(self, *others: Fault) -> None:
        super().__init__(Fault(FIELD, "files-refused"), *others)


def make_room() -> None:
    """A form that may bring files may be larger. To be called before anything of it is read."""
    if request.endpoint in TAKING:
        request.max_content_length = LIMIT


def brought() -> Brought:
    """What came with this form, looked into once."""
    if "brought" not in g:
        g.brought = _look([each for each in request.files.getlist(FIELD) if each.filename])
    found: Brought = g.brought
    return found


def fit() -> tuple[File, ...]:
    """The files, all of them fit to be kept; none may be chosen. Raises Unfit."""
    if brought().refused:
        raise Unfit
    return brought().files


def with_answer(code: Wanted) -> int:
    """Keep the files that came with this form for the answer; how many came.

    Raises Unfit, NotFound, Changed, Taken, IllegalMove, Invalid.
    """
    files = fit()
    if files:
        attaching.attach_to_answer(tools(), person(), code, files)
    return len(files)


def _look(chosen: Sequence[FileStorage]) -> Brought:
    if len(chosen) > AT_ONCE:
        why = FAULTS["files-many"]
        return Brought(refused=tuple((_name(each), why) for each in chosen))
    files, refused = [], []
    for each in chosen:
        name, content = _name(each), each.stream.read(LARGEST + 1)
        try:
            seen = media.look(content)
        except Refused as error:
            refused.append((name, FAULTS.get(error.code, FAULTS["other"])))
        else:
            files.append(File(name, seen.media_type, seen.pages, content))
    return Brought(tuple(files), tuple(refused))


def _name(chosen: FileStorage) -> str:
    """What the file is called where it came from: without its folder and what can't be seen."""
    last = (chosen.filename or "").replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable()).strip()[:NAME_LIMIT] or "بی‌نام"
