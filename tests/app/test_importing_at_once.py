"""`samaneh import` with its processes: whatever dies or comes twice, every row is in once."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from app.actions import filling, importing
from app.actions.filling import Batch
from app.files import records
from app.tools import Tools
from app.vault import Place
from config import Settings
from tests import make
from tests.app import command, database
from tests.app.database import assert_healthy, one, rows
from tests.app.test_importing import People, as_jsonl, load, people, sums

SAMANEH = Path(sys.executable).with_name("samaneh")
SEVERAL_BATCHES = 3300
Start = Callable[[Path], "subprocess.Popen[str]"]


@pytest.fixture
def start(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Start:
    command.runner(settings, monkeypatch)

    def started(file: Path) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [SAMANEH, "import", str(file)], text=True, stdout=-1, stderr=-1, bufsize=1
        )

    return started


def said(process: "subprocess.Popen[str]") -> dict[str, Any]:
    out, complaint = process.communicate(timeout=120)
    assert out, complaint
    last: dict[str, Any] = json.loads(out.splitlines()[-1])
    return last


def until_some_are_in(tools: Tools, process: "subprocess.Popen[str]") -> None:
    end = time.monotonic() + 60
    while not database.count(tools, "correspondences"):
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.002)


def several_batches(path: Path) -> Path:
    return as_jsonl(path, people(SEVERAL_BATCHES))


def test_killed_in_the_middle_and_run_again_each_row_is_in_once(
    tools: Tools, tmp_path: Path, start: Start
) -> None:
    file = several_batches(tmp_path / "a.jsonl")
    killed = start(file)
    until_some_are_in(tools, killed)
    children = psutil.Process(killed.pid).children()
    killed.kill()
    killed.communicate()
    assert children
    assert psutil.wait_procs(children, timeout=10)[1] == []  # they end with it
    before = database.count(tools, "correspondences")
    assert database.count(tools, "idempotency_keys") == before  # nothing by halves
    assert database.count(tools, "receipts") == 2 * before
    told = said(start(file))
    assert (told["registered"], told["duplicates"]) == (SEVERAL_BATCHES - before, before)
    assert database.count(tools, "correspondences") == SEVERAL_BATCHES
    assert_healthy(tools)


def test_two_imports_of_one_file_at_once_share_its_rows(
    tools: Tools, tmp_path: Path, start: Start
) -> None:
    file = several_batches(tmp_path / "a.jsonl")
    told = [said(process) for process in [start(file), start(file)]]
    assert [one["read"] for one in told] == [SEVERAL_BATCHES] * 2
    assert sum(one["registered"] for one in told) == SEVERAL_BATCHES
    assert sum(one["duplicates"] for one in told) == SEVERAL_BATCHES
    assert_healthy(tools)


def test_a_process_that_dies_ends_the_import_with_a_clear_word(
    tools: Tools, tmp_path: Path, start: Start
) -> None:
    process = start(several_batches(tmp_path / "a.jsonl"))
    until_some_are_in(tools, process)
    psutil.Process(process.pid).children()[0].send_signal(signal.SIGKILL)
    out, complaint = process.communicate(timeout=60)
    assert process.returncode == 1
    assert out == ""
    assert "run it again" in complaint
    registered = database.count(tools, "correspondences")
    assert 0 < registered < SEVERAL_BATCHES
    assert registered == database.count(tools, "idempotency_keys")
    assert_healthy(tools)


def test_bad_rows_of_all_processes_are_reported_in_the_order_of_their_lines(
    tools: Tools, tmp_path: Path, start: Start
) -> None:
    flat = people(SEVERAL_BATCHES)
    bad = range(5, SEVERAL_BATCHES, 97)
    for number in bad:
        flat[number]["mobile"] = "5"
    file = as_jsonl(tmp_path / "a.jsonl", flat)
    process = start(file)
    told = said(process)
    assert process.returncode == 1
    assert (told["registered"], told["rejected"]) == (SEVERAL_BATCHES - len(bad), len(bad))
    report = [json.loads(line) for line in Path(told["report"]).read_text("utf-8").splitlines()]
    assert report == [{"line": n + 1, "reasons": {"citizen.mobile": "mobile"}} for n in bad]


def test_a_citizen_who_writes_several_times_is_one_citizen(tools: Tools, tmp_path: Path) -> None:
    writer = make.payload()["citizen"]
    several: People = [row | writer for row in people(3)]
    assert sums(load(tools, as_jsonl(tmp_path / "a.jsonl", several))) == (3, 3, 0, 0)
    make.register(tools, citizen=writer)
    later = [row | writer | {"external_id": f"new-{n}"} for n, row in enumerate(people(2))]
    assert sums(load(tools, as_jsonl(tmp_path / "b.jsonl", later))) == (2, 2, 0, 0)
    assert database.count(tools, "citizens") == 1
    assert one(tools, "select count(distinct citizen_id) from correspondences") == 1
    assert_healthy(tools)


def test_a_letter_of_a_file_is_kept_like_one_that_came_by_the_api(
    tools: Tools, tmp_path: Path
) -> None:
    letter = make.payload(
        text=f'{make.LOAN}\n\tبا «نشان‌ها» و \\N و "گیومه" 🙂',
        county="پاوه",
        fields={"bank": "bank-melli"},
        received_at="2026-01-02T03:04:05.678901+03:30",
    )
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps(letter), "utf-8")
    make.register(tools, **letter)
    assert sums(load(tools, file)) == (1, 1, 0, 0)
    by_api, imported = (_kept(tools, source) for source in ("api", "import"))
    assert imported == by_api
    assert _names(tools) == [("مریم", "کرمانی", letter["citizen"]["mobile"][1:])] * 2


def _kept(tools: Tools, source: str) -> dict[str, Any]:
    """All that is written of the letter that came by this door, but for what is random, sealed,
    or of the moment."""
    (letter,) = rows(tools, "select * from correspondences where source = :source", source=source)
    different = {
        "id", "source", "tracking_code", "registered_at", "mobile_sealed", "first_name_sealed",
        "last_name_sealed",
    }  # fmt: skip
    kept: dict[str, Any] = {k: v for k, v in letter._mapping.items() if k not in different}
    told = {"id": letter.id, "code": letter.tracking_code, "at": letter.registered_at}
    parts = {
        "referral": "select agency_code, decided_by, reason, opened_at = :at as at_once, due_at, "
        "ended_at, province from referrals where correspondence_id = :id and :code <> ''",
        "events": "select kind, data, at = :at as at_once, province from events "
        "where correspondence_id = :id and :code <> '' order by id",
        "receipts": "select stage, replace(text, :code, '') as text, state, province, provider, "
        "not_before = :at as at_once, not_before = 'infinity' as waits, attempts, "
        "created_at = :at as new from receipts where correspondence_id = :id order by stage desc",
    }
    return kept | {
        name: [dict(row._mapping) for row in rows(tools, sql, **told)]
        for name, sql in parts.items()
    }


def _names(tools: Tools) -> list[tuple[str, str, str]]:
    found = rows(
        tools, "select id, first_name_sealed, last_name_sealed, mobile_sealed from correspondences"
    )
    return [
        tuple(
            tools.vault.open(bytes(sealed), Place("correspondences", column, id_)).removeprefix(
                "+98"
            )
            for column, sealed in zip(("first_name", "last_name", "mobile"), values, strict=True)
        )  # type: ignore[misc]
        for id_, *values in found
    ]


def test_a_field_of_endless_boxes_is_a_bad_row_or_none_and_never_the_end(
    tools: Tools, tmp_path: Path
) -> None:
    good = json.dumps(people(1)[0])
    deep = "[" * 900 + "]" * 900
    lines = [good, good[:-1] + f', "x": {deep}, "external_id": null}}']
    file = tmp_path / "a.jsonl"
    file.write_text("\n".join(lines), "utf-8")
    told = load(tools, file)
    assert told.read == 2
    assert told.registered + len(told.rejected) == 2
    assert len(list(records(file))) == 2


def test_a_random_code_that_is_taken_is_drawn_again(tools: Tools, tmp_path: Path) -> None:
    three = people(3)
    one_, *others = records(as_jsonl(tmp_path / "a.jsonl", three))
    now, reference = database.one(tools, "select clock_timestamp()"), tools.book.current()
    batches = [Batch([record], None, now, reference) for record in (one_, *others)]
    forms = [filling.fill(tools, batch) for batch in batches]
    assert importing.register(tools, batches[0], forms[0]) == 1
    taken = forms[0].letters[0]._replace(key=forms[1].letters[0].key)
    assert importing.register(tools, batches[1], replace(forms[1], letters=[taken])) == 1
    found = rows(tools, "select tracking_code, text from correspondences order by id")
    assert [row.text for row in found] == [three[0]["text"], three[1]["text"]]
    assert len({row.tracking_code for row in found}) == 2
    assert_healthy(tools)
