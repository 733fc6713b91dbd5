"""Whether a PDF is whole, only paper, and not too long: no key, no program, no file inside it."""

import codecs
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader, filters
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from app.looking.confined import Unfit, answer

# All that reads is loaded before the limits come; a title in Persian is UTF-16.
_CODECS = ("utf-8", "utf-16", "utf-16-be", "utf-16-le", "latin-1", "ascii", "charmap")
READS_WITH = (PdfReader, filters, *map(codecs.lookup, _CODECS))
PAGES = 60
OBJECTS = 20_000  # a scanner makes a dozen for each page
PIXELS = 40_000_000
_BEGIN, _END, _PADDING = b"%PDF-", b"%%EOF", b"\x00\t\n\f\r "
_ACTIVE_KEYS = frozenset(
    ("/JS", "/JavaScript", "/EF", "/EmbeddedFile", "/EmbeddedFiles", "/XFA", "/RichMediaContent")
)
_ACTIONS = """/JavaScript /Launch /GoToE /GoToR /SubmitForm /ImportData /Rendition /Movie /Sound
    /RichMediaExecute /GoTo3DView /Thread"""
_ACTIVE_VALUES = {
    "/S": frozenset(_ACTIONS.split()),
    "/Subtype": frozenset(
        ("/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D", "/EmbeddedFile")
    ),
    "/Type": frozenset(("/EmbeddedFile", "/Filespec", "/F")),
}
# Read from the bytes, too: a reader that repairs a file might find what no table lists.
_WRITTEN_OUT = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia)\b")


def look(content: bytes) -> int:
    """The number of pages. Raises Unfit, or whatever breaks while a broken file is read."""
    _only_a_document(content)
    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted:
        raise Unfit("file-locked")
    if _WRITTEN_OUT.search(content):
        raise Unfit("file-active")
    for each in _all_objects(reader):
        _is_only_paper(each)
    pages = sum(1 for _ in zip(reader.pages, range(PAGES + 1), strict=False))
    if pages > PAGES:
        raise Unfit("file-pages")
    if not pages:
        raise Unfit("file-broken")
    return pages


def _only_a_document(content: bytes) -> None:
    """From the first byte to the last: nothing before it, nothing behind it, no archive around."""
    end = content.rfind(_END)
    if not content.startswith(_BEGIN):
        raise Unfit("file-mixed")
    if end < 0:
        raise Unfit("file-broken")
    if content[end + len(_END) :].strip(_PADDING) or zipfile.is_zipfile(BytesIO(content)):
        raise Unfit("file-mixed")


def _all_objects(reader: PdfReader) -> Iterator[Any]:
    """Each dictionary of each object in the tables, used or not, however deep in arrays."""
    numbers = {(number, each) for each, table in reader.xref.items() for number in table}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > OBJECTS:
        raise Unfit("file-heavy")
    yield reader.trailer
    for number, generation in numbers:
        yield from _dictionaries(reader.get_object(IndirectObject(number, generation, reader)))


def _dictionaries(whole: Any) -> Iterator[Any]:
    """References are not followed: what they lead to is an object of its own."""
    waiting = [whole]
    while waiting:
        each = waiting.pop()
        if isinstance(each, DictionaryObject):
            yield each
            waiting += each.values()
        elif isinstance(each, ArrayObject):
            waiting += list(each)


def _is_only_paper(each: Any) -> None:
    named = {key: each[key] for key in _ACTIVE_VALUES if isinstance(each.get(key), str)}
    if _ACTIVE_KEYS & each.keys() or any(
        value in _ACTIVE_VALUES[key] for key, value in named.items()
    ):
        raise Unfit("file-active")
    if named.get("/Subtype") == "/Image":
        width, height = each.get("/Width"), each.get("/Height")
        if isinstance(width, int) and isinstance(height, int) and width * height > PIXELS:
            raise Unfit("file-dimensions")


if __name__ == "__main__":
    answer(look)
