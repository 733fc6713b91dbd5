"""The door: what comes from outside is parsed once, here, into frozen values.

API, operator's form and import all come through `parse`; each wrong field gets its own fault.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from app.codes import parse_national_id
from app.lifecycle import Channel
from sms.phone import Phone

T = TypeVar("T")

TEXT_LIMIT = 20_000
NAME_LIMIT = 80
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)  # a year of the Jalali calendar is no Gregorian one


@dataclass(frozen=True, slots=True)
class Fault:
    field: str
    code: str


class Invalid(Exception):
    """One or more fields are wrong; `faults` names each once."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(", ".join(f"{fault.field}: {fault.code}" for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    national_id: str
    mobile: Phone
    first_name: str
    last_name: str


@dataclass(frozen=True, slots=True, repr=False)
class NewCorrespondence:
    """A correspondence as it came, every value right by itself."""

    channel: Channel
    text: str
    person: Person
    county: str | None
    bank: str | None
    covered_by: str | None
    received_at: datetime | None

    @property
    def fields(self) -> dict[str, str]:
        named = {"bank": self.bank, "covered_by": self.covered_by}
        return {name: value for name, value in named.items() if value}


class _Reader:
    """Reads one field after another and remembers what was wrong."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self._raw = raw
        self.faults: list[Fault] = []

    def words(self) -> str:
        """The letter itself, kept to the character, so that evidence points into what was sent."""
        self.text("text", limit=TEXT_LIMIT, missing="text-empty")
        return str(self._raw.get("text"))

    def text(self, path: str, *, limit: int, missing: str | None = "required") -> str:
        """A cleaned string; '' when absent or wrong (then a fault is noted if `missing`)."""
        value = self._find(path)
        if value is not None and not isinstance(value, str):
            return self._wrong(path, "wrong-type")
        cleaned = (value or "").strip()
        if is_blank(cleaned):
            return self._wrong(path, missing) if missing else ""
        if len(cleaned) > limit:
            return self._wrong(path, "text-too-long" if path == "text" else "too-long")
        return cleaned if is_storable(cleaned) else self._wrong(path, "bad-character")

    def parsed(self, path: str, read: Callable[[str], T], code: str) -> T | None:
        """A required field turned into a value by `read`, which raises ValueError."""
        raw = self.text(path, limit=64)
        if not raw:
            return None
        try:
            return read(raw)
        except ValueError:
            self._wrong(path, code)
            return None

    def _find(self, path: str) -> Any:
        value: Any = self._raw
        for name in path.split("."):
            # Nearly always a dict, and that is quicker to see than that it is a mapping.
            found = isinstance(value, (dict, Mapping))
            value = value.get(name) if found else None
        return value

    def _wrong(self, path: str, code: str) -> str:
        self.faults.append(Fault(path, code))
        return ""


def is_blank(text: str) -> bool:
    """Nothing that anybody could see: blanks, joiners, direction marks."""
    return not text or (_is_unseen(text[0]) and all(map(_is_unseen, text)))


def _is_unseen(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign) == "Cf"


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can keep it: no NUL, no half of a surrogate pair."""
    return _UNSTORABLE.search(text) is None


def parse(raw: Mapping[str, Any], now: datetime) -> NewCorrespondence:
    """Field names as in the API; raises Invalid with every fault found."""
    reader = _Reader(raw)
    channel = reader.parsed("channel", Channel, "unknown-channel")
    text = reader.words()
    national_id = reader.parsed("citizen.national_id", parse_national_id, "national-id")
    mobile = reader.parsed("citizen.mobile", Phone.parse, "mobile")
    first = reader.text("citizen.first_name", limit=NAME_LIMIT)
    last = reader.text("citizen.last_name", limit=NAME_LIMIT)
    county, bank, covered_by = (
        reader.text(name, limit=NAME_LIMIT, missing=None) or None
        for name in ("county", "fields.bank", "fields.covered_by")
    )
    received_at = _received_at(reader, now)
    if reader.faults or channel is None or national_id is None or mobile is None:
        raise Invalid(*reader.faults)
    person = Person(national_id, mobile, first, last)
    return NewCorrespondence(channel, text, person, county, bank, covered_by, received_at)


def _received_at(reader: _Reader, now: datetime) -> datetime | None:
    raw = reader.text("received_at", limit=40, missing=None)
    if not raw:
        return None
    try:
        moment = datetime.fromisoformat(raw)
        if moment.tzinfo is None or not EARLIEST < moment < now + timedelta(minutes=5):
            raise ValueError
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        reader.faults.append(Fault("received_at", "received-at"))
        return None
