"""Identity data at rest: sealed with AES-GCM bound to its row, found again by keyed hashes.

Sealed form: version (1 byte) · key number (1 byte) · nonce (12 bytes) · ciphertext and tag.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = 1
_NONCE = 12
_HEADER = 2


class Tampered(Exception):
    """Sealed data does not belong where it was found, or its key is not on the ring."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value lives; a value moved elsewhere can't be opened."""

    table: str
    column: str
    row: UUID

    @property
    def label(self) -> bytes:
        return f"{self.table}|{self.column}|{self.row}".encode()


class Vault:
    """Seals, opens and indexes identity data. Keys come from outside the database."""

    def __init__(self, ring: Mapping[int, bytes], index_key: bytes) -> None:
        self._ciphers = {number: AESGCM(key) for number, key in ring.items()}
        self._current = next(iter(ring))
        self._index_key = index_key

    def seal(self, value: str, place: Place) -> bytes:
        """Encrypt words for one place only, with the ring's first key."""
        return self.seal_bytes(value.encode(), place)

    def open(self, sealed: bytes, place: Place) -> str:
        """Decrypt words that were sealed for this place; raises Tampered."""
        return self.open_bytes(sealed, place).decode()

    def seal_bytes(self, value: bytes, place: Place) -> bytes:
        """The same for what is no text, like the content of a file."""
        nonce = secrets.token_bytes(_NONCE)
        body = self._ciphers[self._current].encrypt(nonce, value, place.label)
        return bytes((_VERSION, self._current)) + nonce + body

    def open_bytes(self, sealed: bytes, place: Place) -> bytes:
        """The same for what is no text; raises Tampered."""
        cipher = self._ciphers.get(sealed[1]) if len(sealed) > _HEADER + _NONCE else None
        if cipher is None or sealed[0] != _VERSION:
            raise Tampered(f"{place.table}.{place.column}")
        nonce, body = sealed[_HEADER : _HEADER + _NONCE], sealed[_HEADER + _NONCE :]
        try:
            return cipher.decrypt(nonce, body, place.label)
        except InvalidTag:
            raise Tampered(f"{place.table}.{place.column}") from None

    def index(self, kind: str, value: str) -> bytes:
        """32 bytes that are equal for equal values of one kind and tell nothing without the key."""
        return self.index_bytes(kind, value.encode())

    def index_bytes(self, kind: str, value: bytes) -> bytes:
        """The same for what is no text."""
        return hmac.digest(self._index_key, kind.encode() + b"|" + value, hashlib.sha256)
