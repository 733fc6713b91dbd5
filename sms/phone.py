"""A mobile number of Iran: parsed once at the door, then passed as a frozen value."""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Self

# Long enough for every spelling seen, short enough that NFKC cannot blow a hostile text up.
LONGEST = 64
MOBILE = re.compile(r"(?:(?:\+98|0098|98)0?|0)?(9\d{9})", re.ASCII)
# Written between the digits by people and by phone books: spaces, dashes, and invisible
# direction marks or joiners that come along when a number is copied.
NOISE_CATEGORIES = frozenset({"Zs", "Pd", "Cf"})
NOISE = frozenset("()./\t")


class BadPhone(ValueError):
    """Not a mobile number of Iran. The text of the error never repeats what was typed."""


@dataclass(frozen=True, slots=True)
class Phone:
    """One mobile number. Its repr shows no digit, so that it may stand in a log or a traceback."""

    e164: str = field(repr=False)

    @property
    def local(self) -> str:
        """The way people write it and the provider takes it: `09…`, eleven digits."""
        return "0" + self.e164.removeprefix("+98")

    @property
    def last4(self) -> str:
        """The four digits a citizen types, with the tracking code, to see a letter."""
        return self.e164[-4:]

    @classmethod
    def parse(cls, raw: str) -> Self:
        """Read any usual spelling: Persian or Arabic digits, +98, 0098, 98, 0 or nothing before 9.

        Raises BadPhone for land lines, foreign numbers and everything else. A prefix no operator
        is known to own passes: numbers move between operators, and the provider has the last word.
        """
        match = MOBILE.fullmatch(_digits(raw)) if len(raw) <= LONGEST else None
        if match is None:
            raise BadPhone("not a mobile number of Iran")
        return cls("+98" + match[1])


def _digits(raw: str) -> str:
    """ASCII digits and what cannot be dropped. A sign kept by mistake fails the pattern."""
    if raw.isascii() and raw.isdigit():
        return raw  # as most are written
    return "".join(
        str(unicodedata.decimal(sign, sign))
        for sign in unicodedata.normalize("NFKC", raw.strip())
        if sign not in NOISE and unicodedata.category(sign) not in NOISE_CATEGORIES
    )
