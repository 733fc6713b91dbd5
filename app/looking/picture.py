"""Whether a JPEG or PNG is whole, one picture, nothing else, and not too large to be shown."""

import re
import zlib
from collections.abc import Iterator
from io import BytesIO

from PIL import TiffImagePlugin
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from app.looking.confined import Unfit, answer

READS_WITH = (TiffImagePlugin,)  # what cameras write about a picture; loaded before the limits come
PIXELS = 40_000_000
PNG = b"\x89PNG\r\n\x1a\n"
_START, _SCAN, _END = 0xD8, 0xDA, 0xD9
_ALONE = frozenset((0x01, *range(0xD0, 0xD8)))
_PADDING = b"\x00\r\n "
_AFTER_DATA = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")  # the marker that ends compressed data


def look(content: bytes) -> None:
    """Decode all of it. Raises Unfit, or whatever breaks while a broken file is read."""
    is_png = content.startswith(PNG)
    end = _end_of_png(content) if is_png else _end_of_jpeg(content)
    if content[end:].strip(_PADDING):
        raise Unfit("file-mixed")
    with (PngImageFile if is_png else JpegImageFile)(BytesIO(content)) as picture:
        if picture.width * picture.height > PIXELS:
            raise Unfit("file-dimensions")
        picture.draft(None, (picture.width // 8, picture.height // 8))  # all is read, less is kept
        picture.load()


def _end_of_png(content: bytes) -> int:
    for kind, end in _chunks(content):
        if kind == b"acTL":
            raise Unfit("file-moving")
        if kind == b"IEND":
            return end
    raise Unfit("file-broken")


def _chunks(content: bytes) -> Iterator[tuple[bytes, int]]:
    """Each chunk's kind and where it ends; ends itself where a chunk is not what it should be."""
    at = len(PNG)
    while at + 12 <= len(content):
        end = at + 12 + int.from_bytes(content[at : at + 4], "big")
        body = content[at + 4 : end - 4]
        if end > len(content) or zlib.crc32(body) != int.from_bytes(content[end - 4 : end], "big"):
            return
        yield body[:4], end
        at = end


def _end_of_jpeg(content: bytes) -> int:
    """Behind the marker that ends it: segments are jumped over, a thumbnail in them with them."""
    at = 2
    while at + 2 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == _END:
            return at + 2
        if marker == 0xFF:
            at += 1
        elif marker in _ALONE:
            at += 2
        else:
            at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
            if marker == _SCAN:
                at = _behind_data(content, at)
    raise Unfit("file-broken")


def _behind_data(content: bytes, at: int) -> int:
    found = _AFTER_DATA.search(content, at)
    return found.end() - 2 if found else len(content)


if __name__ == "__main__":
    answer(look)
