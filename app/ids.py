"""Opaque identifiers that sort by time of birth (UUID version 7, RFC 9562)."""

import time
from os import urandom
from uuid import UUID

_MARKS = 0x7 << 76 | 0x2 << 62  # version and variant
_RANDOM = ~(0xF << 76 | 0x3 << 62)


def new_id() -> UUID:
    """48 bits of Unix milliseconds, 74 random bits: neighbours in time are neighbours on disk."""
    millis = time.time_ns() // 1_000_000
    value = (millis & (2**48 - 1)) << 80 | int.from_bytes(urandom(10)) & _RANDOM | _MARKS
    return UUID(int=value)
