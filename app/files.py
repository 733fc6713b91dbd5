"""Files of correspondence, read row by row: csv, xlsx, jsonl with the API's or flat names."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from app.persian import TEHRAN

PERSON = ("national_id", "mobile", "first_name", "last_name")
FIELDS = ("bank", "covered_by")
CELL_LIMIT = 16_000_000  # a text that is too long is a bad row, not the end of the file
FLAT = ("channel", "text", "county", "received_at", "external_id", *PERSON, *FIELDS)


class Unreadable(Exception):
    """The file as a whole can't be read: unknown ending, no header, not what its name says."""


@dataclass(frozen=True, slots=True, repr=False)
class Record:
    """One row: where it stands (1-based, the header counts) and what it says, or its fault."""

    line: int
    payload: Mapping[str, Any] | None
    external_id: str | None = None


def records(path: Path) -> Iterator[Record]:
    """Rows in order; one that is no record at all has no payload. Raises Unreadable, OSError."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise Unreadable(f"{path.name}: expected one of {', '.join(READERS)}")
    return reader(path)


def _jsonl(path: Path) -> Iterator[Record]:
    with path.open(encoding="utf-8-sig", errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _json_record(number, line)


def _json_record(number: int, line: str) -> Record:
    try:
        payload = json.loads(line)
    except (ValueError, RecursionError):
        return Record(number, None)
    if not isinstance(payload, dict):
        return Record(number, None)
    external_id = payload.pop("external_id", None)
    if "citizen" not in payload:
        payload = _nested(payload)
    return Record(number, payload, _plain(external_id) or None)


def _csv(path: Path) -> Iterator[Record]:
    csv.field_size_limit(CELL_LIMIT)
    with path.open(encoding=_encoding(path), newline="") as file:
        rows = csv.reader(file)
        header = _header(path, next(rows, []))
        try:
            for row in rows:
                if any(cell.strip() for cell in row):
                    yield _flat_record(rows.line_num, header, row)
        except csv.Error as error:
            raise Unreadable(f"{path.name}, line {rows.line_num}: {error}") from error


def _encoding(path: Path) -> str:
    """UTF-8, or what old Windows programs of Iran write."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            for _ in file:
                pass
    except UnicodeDecodeError:
        return "windows-1256"
    return "utf-8-sig"


def _xlsx(path: Path) -> Iterator[Record]:
    try:
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).iter_rows()
    except CalamineError as error:
        raise Unreadable(f"{path.name}: {error}") from error
    header = _header(path, [_plain(cell) for cell in next(rows, [])])
    for number, row in enumerate(rows, start=2):
        if any(_plain(cell) for cell in row):
            yield _flat_record(number, header, row)


def _header(path: Path, names: list[str]) -> list[str]:
    header = [name.strip().lower() for name in names]
    unknown = sorted(set(header) - set(FLAT) - {""})
    missing = sorted({"channel", "text", *PERSON} - set(header))
    if unknown or missing:
        raise Unreadable(
            f"{path.name}: unknown columns {unknown}, missing columns {missing}; "
            f"the columns are {', '.join(FLAT)}"
        )
    return header


def _flat_record(number: int, header: list[str], row: list[Any]) -> Record:
    flat = {name: _plain(cell) for name, cell in zip(header, row, strict=False) if name}
    external_id = flat.pop("external_id", None)
    return Record(number, _nested(flat), external_id or None)


def _nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    payload = {k: v for k, v in flat.items() if k not in PERSON and k not in FIELDS}
    payload["citizen"] = {name: flat.get(name) for name in PERSON}
    payload.setdefault("fields", {k: flat[k] for k in FIELDS if flat.get(k)})
    return payload


def _plain(cell: Any) -> str:
    """A cell as text: whole numbers without «.0», dates in Tehran's time."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=TEHRAN).isoformat()
    return "" if cell is None else str(cell)


READERS: dict[str, Callable[[Path], Iterator[Record]]] = {
    ".csv": _csv,
    ".xlsx": _xlsx,
    ".jsonl": _jsonl,
}
