"""Codes with check digits: the tracking code we mint, the national ID the state minted."""

import secrets
from uuid import UUID

from app.persian import ascii_digits
from app.vault import Vault

TRACKING_DIGITS = 14
_RANDOM_DIGITS = 12
_MODULUS = 97
NATIONAL_ID_DIGITS = 10
PROOF_DIGITS = 6


class BadNationalId(ValueError):
    """Not a national ID: wrong length, all digits alike or wrong check digit."""


class BadTrackingCode(ValueError):
    """Not a tracking code of ours: wrong length or wrong check digits."""


def mint_tracking_code() -> str:
    """14 ASCII digits: 12 random (the first not 0, spreadsheets drop it), 2 of check (mod 97).

    Never sequential; any single wrong digit and any swap of neighbours is detected.
    """
    body = str(secrets.randbelow(9 * 10 ** (_RANDOM_DIGITS - 1)) + 10 ** (_RANDOM_DIGITS - 1))
    return body + _check_digits(body)


def parse_tracking_code(raw: str) -> str:
    """Accept Persian and Arabic digits, blanks and dashes; raises BadTrackingCode."""
    code = _digits(raw)
    if len(code) != TRACKING_DIGITS or not (code.isascii() and code.isdigit()):
        raise BadTrackingCode
    if _check_digits(code[:_RANDOM_DIGITS]) != code[_RANDOM_DIGITS:]:
        raise BadTrackingCode
    return code


def _digits(raw: str) -> str:
    return "".join(c for c in ascii_digits(raw) if not c.isspace() and c not in "-\u200c")


def _check_digits(body: str) -> str:
    return f"{98 - int(body) * 100 % _MODULUS:02d}"


def parse_national_id(raw: str) -> str:
    """10 ASCII digits with a right check digit; 8 or 9 digits are padded as the registry does.

    Raises BadNationalId. Source of the check: the civil registry's mod-11 rule.
    """
    digits = raw if raw.isascii() and raw.isdigit() else _digits(raw)
    if not (digits.isascii() and digits.isdigit() and 8 <= len(digits) <= NATIONAL_ID_DIGITS):
        raise BadNationalId
    digits = digits.zfill(NATIONAL_ID_DIGITS)
    if len(set(digits)) == 1 or national_id_check(digits[:9]) != digits[9]:
        raise BadNationalId
    return digits


def national_id_check(first_nine: str) -> str:
    """The tenth digit that belongs to nine given ones."""
    remainder = sum(int(d) * (10 - i) for i, d in enumerate(first_nine)) % 11
    return str(remainder if remainder < 2 else 11 - remainder)


def mint_local_id() -> int:
    """A number for the SMS provider's `localid`: random, 15 digits, below 2**53, never a key.

    Random because a reused one makes the provider return an old record and send nothing.
    """
    return secrets.randbelow(9 * 10**14) + 10**14


def proof_code(vault: Vault, check: UUID, mobile: str) -> str:
    """The six digits that prove this mobile in this check. They follow from the keys, so that they
    are kept nowhere; nobody chooses them, for nobody else has the keys."""
    digest = vault.index("proof", f"{check}|{mobile}")
    return f"{int.from_bytes(digest) % 10**PROOF_DIGITS:0{PROOF_DIGITS}d}"
