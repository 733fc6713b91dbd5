import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image
from pypdf.generic import ByteStringObject

from app import media
from app.media import Refused, Seen
from tests.app import files


def why(content: bytes) -> str:
    with pytest.raises(Refused) as refused:
        media.look(content)
    return refused.value.code


def test_scans_and_photographs_are_known_by_their_content() -> None:
    assert media.look(files.picture("PNG")) == Seen("image/png", None)
    assert media.look(files.picture("JPEG")) == Seen("image/jpeg", None)
    assert media.look(files.picture("JPEG", progressive=True)) == Seen("image/jpeg", None)
    assert media.look(files.scans(3)) == Seen("application/pdf", 3)


def test_sixty_pages_are_a_letter_and_sixty_one_are_too_many() -> None:
    assert media.look(files.scans(60)).pages == 60
    assert why(files.scans(61)) == "file-pages"


@pytest.mark.parametrize("content", [b"MZ\x90", b"<html>", b"PK\x03\x04", b"GIF89a", b"%!PS", b" "])
def test_anything_else_is_refused_whatever_its_name(content: bytes) -> None:
    assert why(content) == "file-kind"


def test_nothing_and_too_much_are_refused_without_being_looked_into() -> None:
    assert why(b"") == "file-empty"
    assert why(b"%PDF-" + bytes(media.LARGEST)) == "file-large"


@pytest.mark.parametrize(
    "make", [lambda: files.picture("PNG"), lambda: files.picture("JPEG"), lambda: files.scans(2)]
)
def test_what_broke_off_on_the_way_is_refused(make: Callable[[], bytes]) -> None:
    whole = make()
    for part in (0.2, 0.5, 0.95):
        assert why(whole[: int(len(whole) * part)]) == "file-broken"


def test_a_file_that_is_two_things_at_once_is_refused() -> None:
    html, archive = b"<html><script>alert(1)</script></html>", b"PK\x05\x06" + bytes(18)
    assert why(files.picture("JPEG") + html) == "file-mixed"
    assert why(files.picture("PNG") + html) == "file-mixed"
    assert why(files.scans() + archive) == "file-mixed"
    assert why(files.scans() + archive[:-2] + b"\x05\x00%%EOF") == "file-mixed"
    assert why(html + files.scans()) == "file-kind"


def test_a_thumbnail_inside_a_photograph_is_not_its_end() -> None:
    photo, thumbnail = files.picture("JPEG"), files.picture("JPEG", (8, 8))
    segment = b"\xff\xe1" + (len(thumbnail) + 2).to_bytes(2, "big") + thumbnail
    assert media.look(photo[:2] + segment + photo[2:]).media_type == "image/jpeg"


def test_a_picture_that_claims_to_be_huge_is_refused_before_it_is_decoded() -> None:
    assert why(files.png(100_000, 100_000)) == "file-dimensions"
    assert why(files.pdf_of_picture(100_000, 100_000)) == "file-dimensions"


def test_a_picture_whose_check_sum_is_wrong_is_refused() -> None:
    whole = bytearray(files.picture("PNG"))
    whole[len(whole) // 2] ^= 1
    assert why(bytes(whole)) == "file-broken"


def test_a_moving_picture_is_no_scan() -> None:
    assert why(files.png(10, 10, files.chunk(b"acTL", bytes(8)))) == "file-moving"


@pytest.mark.parametrize(
    "content",
    [
        files.pdf(OpenAction=files.action("/JavaScript", JS="app.alert(1)")),
        files.pdf(OpenAction=files.action("/Launch", F="cmd.exe")),
        files.pdf(AA=files.action("/SubmitForm", F="http://example.invalid")),
        files.pdf_with_hidden("/GoToE"),
        files.pdf_with_file(),
    ],
    ids=["javascript", "launch", "submit", "hidden", "file"],
)
def test_a_document_that_would_do_something_is_refused(content: bytes) -> None:
    assert why(content) == "file-active"


def test_a_document_with_a_name_spelled_in_disguise_is_refused() -> None:
    content = files.pdf(OpenAction=files.action("/JavaScript", JS="app.alert(1)"))
    disguised = content.replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/#4aS")
    assert disguised != content
    assert why(disguised) == "file-active"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-16-le", "utf-8-sig"])
def test_a_document_is_taken_however_its_title_is_written(encoding: str) -> None:
    title = ByteStringObject("A letter: نامه".encode(encoding))
    assert media.look(files.pdf(Title=title)).pages == 1


def test_a_picture_that_says_where_it_was_taken_is_taken() -> None:
    kept = Image.Exif()
    kept[0x010E], kept[0x8298] = "نامهٔ شهروند", "x"
    for kind in ("JPEG", "PNG"):
        written = BytesIO()
        Image.new("CMYK" if kind == "JPEG" else "P", (40, 30)).save(
            written, kind, exif=kept, optimize=True
        )
        assert media.look(written.getvalue()).pages is None


def test_a_document_under_lock_is_refused() -> None:
    assert why(files.locked()) == "file-locked"


def test_a_bomb_goes_off_elsewhere() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert media.look(files.bomb()).media_type == "image/png"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000


def test_who_looks_too_long_is_ended() -> None:
    began = time.monotonic()
    with pytest.raises(Refused, match="file-heavy"):
        media.look(files.bomb(), seconds=0.01)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "harm",
    [
        "len(open('/etc/hostname').read())",
        "socket.socket().fileno()",
        "len(bytearray(2 * 1024 ** 3))",
        pytest.param("os.fork()", marks=pytest.mark.skipif(not os.geteuid(), reason="root may")),
    ],
)
def test_who_looks_can_do_nothing_else(harm: str) -> None:
    program = (
        f"import os, socket\nfrom app.looking.confined import answer\nanswer(lambda _: {harm})"
    )
    ended = subprocess.run([sys.executable, "-c", program], input=b"", capture_output=True)
    assert ended.returncode != 0
    assert ended.stdout == b""
