"""Letters as the bytes of HTTP requests: invented citizens, real sentences, each with its key."""

import json
import random
from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from bench.people import citizen

LETTERS = Path(__file__).with_name("letters")
CHARACTERS = 400
POOL = 20_000  # citizens and letters; a longer run begins again with new keys
PATH = "/api/v1/correspondences"


def posts(web: str, token: str) -> Iterator[bytes]:
    """Requests without end, no two alike: each a registration with a key of its own.

    It begins somewhere in the pool. The letters are made before this returns, once in a process.
    """
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: {urlsplit(web).netloc}\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
    ).encode()
    run, ends = uuid4().hex[:24].encode(), endings()
    return (
        b"%sIdempotency-Key: %s%08d\r\n%s" % (head, run, number, ends[number % POOL])
        for number in count(random.randrange(POOL))
    )


@cache
def endings() -> tuple[bytes, ...]:
    """What follows the key in a request: the length of the letter, and the letter."""
    return tuple(_ending(payload) for payload in payloads(POOL))


def payloads(number: int) -> list[dict[str, object]]:
    """So many registrations, the same ones every time."""
    words = texts(number)
    return [
        {"channel": "letter", "text": text, "citizen": citizen(at)} for at, text in enumerate(words)
    ]


def _ending(payload: dict[str, object]) -> bytes:
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def texts(number: int, characters: int = CHARACTERS) -> list[str]:
    """So many texts of about this length, of the sentences of bench/letters."""
    source, known = random.Random(111), _known()
    return [_text(source, known, characters) for _ in range(number)]


def _text(source: random.Random, known: list[str], characters: int) -> str:
    text = ""
    while len(text) < characters:
        text += source.choice(known) + " "
    return text[:characters].rpartition(" ")[0]


def _known() -> list[str]:
    files = sorted(LETTERS.glob("*.jsonl"))
    lines = (line for file in files for line in file.read_text("utf-8").splitlines())
    return [json.loads(line)["text"] for line in lines]
