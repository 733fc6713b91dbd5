"""Files as citizens' paper makes them, and as somebody makes them who means harm."""

import os
import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from app.actions.attaching import File


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 80), **how: Any) -> bytes:
    """No two are the same."""
    kept = BytesIO()
    Image.frombytes("RGB", size, os.urandom(size[0] * size[1] * 3)).save(kept, kind, **how)
    return kept.getvalue()


def scans(pages: int = 1) -> bytes:
    """A PDF as a scanner makes it: pictures only."""
    kept, size = BytesIO(), (40, 60)
    first, *more = [Image.frombytes("L", size, os.urandom(2400)) for _ in range(pages)]
    first.save(kept, "PDF", save_all=True, append_images=more)
    return kept.getvalue()


def file(name: str = "scan.png") -> File:
    """One that was looked into."""
    return File(name, "image/png", None, picture())


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, *more: bytes) -> bytes:
    """One that only claims to be of that size."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = (chunk(b"IHDR", head), *more, chunk(b"IDAT", b""), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def bomb() -> bytes:
    """100 kilobytes that are 120 megabytes of pixels: large, and still allowed."""
    deflate, row = zlib.compressobj(9), bytes(3 * 6320 + 1)
    rows = b"".join(deflate.compress(row * 10) for _ in range(632)) + deflate.flush()
    head = struct.pack(">IIBBBBB", 6320, 6320, 8, 2, 0, 0, 0)
    chunks = chunk(b"IHDR", head), chunk(b"IDAT", rows), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def action(kind: str, **more: str) -> DictionaryObject:
    words = {NameObject(f"/{name}"): TextStringObject(said) for name, said in more.items()}
    return DictionaryObject({NameObject("/S"): NameObject(kind)} | words)


def pdf(**root: Any) -> bytes:
    """A page with this in its catalogue."""
    writer = _writer()
    for name, value in root.items():
        writer.root_object[NameObject(f"/{name}")] = value
    return _written(writer)


def pdf_with_hidden(kind: str) -> bytes:
    """An action in an array in an object that no page leads to."""
    writer = _writer()
    writer._add_object(ArrayObject([NumberObject(1), ArrayObject([action(kind)])]))
    return _written(writer)


def pdf_with_file() -> bytes:
    writer = _writer()
    writer.add_attachment("a.exe", b"MZ")
    return _written(writer)


def locked() -> bytes:
    writer = _writer()
    writer.encrypt("a password", algorithm="AES-256")
    return _written(writer)


def pdf_of_picture(width: int, height: int) -> bytes:
    """A page whose picture claims to be so large."""
    names = {"/Subtype": NameObject("/Image")}
    sizes = {"/Width": NumberObject(width), "/Height": NumberObject(height)}
    writer = _writer()
    values = (names | sizes).items()
    writer._add_object(DictionaryObject({NameObject(name): value for name, value in values}))
    return _written(writer)


def _writer() -> PdfWriter:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    return writer


def _written(writer: PdfWriter) -> bytes:
    kept = BytesIO()
    writer.write(kept)
    return kept.getvalue()
