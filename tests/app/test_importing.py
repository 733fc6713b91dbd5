"""Files of correspondence: every row once, whatever the format and however often."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from app.actions import importing
from app.actions.importing import Rejected, Tally
from app.files import Record, records
from app.tools import Tools
from tests import make
from tests.app import database
from tests.app.database import assert_healthy, one, rows, together

COLUMNS = ("channel", "text", "national_id", "mobile", "first_name", "last_name", "external_id")
People = list[dict[str, Any]]


def people(count: int, channel: str = "letter") -> People:
    """Flat rows, each of another citizen."""
    return [
        make.payload()["citizen"]
        | {"channel": channel, "text": f"{make.LOAN} نامهٔ {n}", "external_id": f"old-{n}"}
        for n in range(count)
    ]


def as_csv(path: Path, rows_: People, encoding: str = "utf-8-sig") -> Path:
    with path.open("w", encoding=encoding, newline="", errors="replace") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows_)
    return path


def as_windows_csv(path: Path, rows_: People) -> Path:
    return as_csv(path, [row | {"text": "وام ازدواج بانك ملي"} for row in rows_], "windows-1256")


def as_xlsx(path: Path, rows_: People) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, COLUMNS)
        for number, row in enumerate(rows_, start=1):
            sheet.write_row(number, 0, [row.get(name, "") for name in COLUMNS])
    return path


def as_jsonl(path: Path, rows_: People) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in rows_) + "\n", "utf-8")
    return path


def as_nested_jsonl(path: Path, rows_: People) -> Path:
    person = ("national_id", "mobile", "first_name", "last_name")
    nested = [
        {k: v for k, v in row.items() if k not in person} | {"citizen": {k: row[k] for k in person}}
        for row in rows_
    ]
    return as_jsonl(path, nested)


def load(tools: Tools, path: Path, channel: str | None = None) -> Tally:
    total = Tally()
    for tally in importing.load(tools, records(path), channel):
        total.read += tally.read
        total.registered += tally.registered
        total.duplicates += tally.duplicates
        total.rejected += tally.rejected
    return total


def sums(tally: Tally) -> tuple[int, int, int, int]:
    return tally.read, tally.registered, tally.duplicates, len(tally.rejected)


@pytest.mark.parametrize(
    ("write", "name"),
    [
        (as_csv, "a.csv"),
        (as_windows_csv, "a.csv"),
        (as_xlsx, "a.xlsx"),
        (as_jsonl, "a.jsonl"),
        (as_nested_jsonl, "a.jsonl"),
    ],
)
def test_every_format_is_read_and_a_repeat_imports_nothing_twice(
    tools: Tools, tmp_path: Path, write: Any, name: str
) -> None:
    path = write(tmp_path / name, people(3))
    assert sums(load(tools, path)) == (3, 3, 0, 0)
    assert sums(load(tools, path)) == (3, 0, 3, 0)
    found = rows(tools, "select source, owner_code, status from correspondences")
    assert found == [("import", "bank-melli", "referred")] * 3
    assert database.count(tools, "receipts") == 6
    assert_healthy(tools)


def test_a_row_is_known_by_its_external_id_whatever_it_says(tools: Tools, tmp_path: Path) -> None:
    before, after = people(2), people(2)
    assert sums(load(tools, as_jsonl(tmp_path / "a.jsonl", before))) == (2, 2, 0, 0)
    assert sums(load(tools, as_jsonl(tmp_path / "b.jsonl", after))) == (2, 0, 2, 0)


def test_without_an_external_id_the_content_counts(tools: Tools, tmp_path: Path) -> None:
    first, second = ({**row, "external_id": ""} for row in people(2))
    path = as_csv(tmp_path / "a.csv", [first, second, first])
    assert sums(load(tools, path)) == (3, 2, 1, 0)
    changed = as_csv(tmp_path / "b.csv", [first | {"text": make.MEDICINE}])
    assert sums(load(tools, changed)) == (1, 1, 0, 0)


def test_of_two_rows_with_one_external_id_the_first_counts(tools: Tools, tmp_path: Path) -> None:
    first, second = people(2)
    second["external_id"] = first["external_id"]
    assert sums(load(tools, as_jsonl(tmp_path / "a.jsonl", [first, second]))) == (2, 1, 1, 0)
    assert one(tools, "select text from correspondences") == first["text"]


def test_bad_rows_are_reported_with_line_and_reason_while_the_others_go_in(
    tools: Tools, tmp_path: Path
) -> None:
    good, bad_id, empty, half = people(4)
    lines = [
        json.dumps(good),
        json.dumps(bad_id | {"national_id": "1234567890", "mobile": "5"}),
        "{not json",
        "[1, 2]",
        json.dumps(empty | {"text": "  "}),
        json.dumps(half | {"text": "نیم\ud800", "external_id": None}),
        json.dumps(people(1)[0] | {"external_id": "نیم\ud800\x00" * 900}),
    ]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    total = load(tools, path)
    assert sums(total) == (7, 2, 0, 5)
    assert total.rejected == [
        Rejected(2, {"citizen.national_id": "national-id", "citizen.mobile": "mobile"}),
        Rejected(3, {"": "not-a-record"}),
        Rejected(4, {"": "not-a-record"}),
        Rejected(5, {"text": "text-empty"}),
        Rejected(6, {"text": "bad-character"}),
    ]
    assert_healthy(tools)


def test_the_lines_of_a_table_are_counted_with_its_header(tools: Tools, tmp_path: Path) -> None:
    good, bad = people(2)
    for path in (
        as_csv(tmp_path / "a.csv", [good, bad | {"mobile": ""}]),
        as_xlsx(tmp_path / "a.xlsx", [good, bad | {"mobile": ""}]),
    ):
        assert load(tools, path).rejected == [Rejected(3, {"citizen.mobile": "required"})]


def test_stopped_in_the_middle_it_is_repeated_without_loss(
    tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 4)
    path = as_jsonl(tmp_path / "a.jsonl", people(10))
    running = importing.load(tools, records(path), None)
    assert next(running).registered == 4
    del running
    assert database.count(tools, "correspondences") == 4
    assert sums(load(tools, path)) == (10, 6, 4, 0)
    assert_healthy(tools)


def test_two_imports_of_the_same_rows_at_once_register_each_once(tools: Tools) -> None:
    """In opposite order, so that each holds a citizen that the other one wants."""
    flat = people(40)
    made = [
        Record(n, make.payload(citizen={k: row[k] for k in COLUMNS[2:6]}), row["external_id"])
        for n, row in enumerate(flat)
    ]
    orders = [made, made[::-1], made, made[::-1]]
    tallies = together(4, lambda n: list(importing.load(tools, orders[n], None)))
    assert [t for t in tallies if isinstance(t, Exception)] == []
    assert database.count(tools, "correspondences") == 40
    assert_healthy(tools)


def test_imported_calls_take_no_slot(tools: Tools, tmp_path: Path) -> None:
    path = as_jsonl(tmp_path / "a.jsonl", people(3, channel="call"))
    assert sums(load(tools, path)) == (3, 3, 0, 0)
    assert database.count(tools, "call_days") == 0
    assert one(tools, "select count(*) from correspondences where call_day is null") == 3
    assert_healthy(tools)


def test_a_channel_for_every_row_wins_over_what_the_rows_say(tools: Tools, tmp_path: Path) -> None:
    load(tools, as_jsonl(tmp_path / "a.jsonl", people(2)), "electronic")
    assert {row.channel for row in rows(tools, "select channel from correspondences")} == {
        "electronic"
    }


def test_a_cell_beyond_all_measure_is_a_bad_row_and_not_the_end_of_the_file(
    tools: Tools, tmp_path: Path
) -> None:
    three = people(3)
    three[1]["text"] = "ا" * 200_000
    file = as_csv(tmp_path / "letters.csv", three)
    done = next(importing.load(tools, records(file), None))
    assert (done.registered, len(done.rejected)) == (2, 1)
