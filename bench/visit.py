"""The letters of a provincial visit as a file for `samaneh import`, and the import watched."""

import csv
import json
import random
import subprocess
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import psutil

from app.files import FLAT
from bench.people import citizen
from bench.system import SAMANEH, System

PAPER_AND_CALLS = 155_766
ELECTRONIC = 36_000
LETTERS = PAPER_AND_CALLS + ELECTRONIC
WRITES_AGAIN = 0.2  # the share of letters whose writer is one of the earlier ones
TEXTS = Path(__file__).with_name("letters")
COUNTIES = ("کرمانشاه", "پاوه", "سنقر", "هرسین", "صحنه", "کنگاور", "")
WATCH_SECONDS = 0.25


def write(path: Path, letters: int = LETTERS) -> Path:
    """So many letters of invented citizens as csv, the same each time; in the visit's proportions
    on paper, by telephone and electronic. The texts of bench/letters in turn."""
    source = random.Random(111)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(FLAT)
        for number, told in zip(range(letters), cycle(_texts(source)), strict=False):
            again = number and source.random() < WRITES_AGAIN
            person = citizen(source.randrange(number) if again else number)
            fields = told.get("fields") or {}
            channel = source.choices(
                ("letter", "call", "electronic"),
                (PAPER_AND_CALLS * 0.6, PAPER_AND_CALLS * 0.4, ELECTRONIC),
            )[0]
            rows.writerow((
                channel, told["text"], source.choice(COUNTIES), "", f"visit-{number}",
                *person.values(), fields.get("bank"), fields.get("covered_by"),
            ))  # fmt: skip
    return path


def _texts(source: random.Random) -> list[dict[str, Any]]:
    files = sorted(TEXTS.glob("*.jsonl"))
    told = [json.loads(line) for file in files for line in file.open(encoding="utf-8")]
    texts = [one for one in told if one["text"].strip()]
    source.shuffle(texts)
    return texts


def imported(system: System, file: Path) -> dict[str, Any]:
    """`samaneh import` to its end: what it said, seconds from its start as a process, and the most
    memory of all its processes together (PSS, so that what they share counts once)."""
    began, most = time.monotonic(), 0.0
    command = [SAMANEH, "import", str(file), "--data-dir", str(system.data_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        for memory in _memory(process):
            most = max(most, memory)
        seconds = time.monotonic() - began
        said, complaint = process.communicate()
    if process.returncode not in (0, 1) or not said:
        raise RuntimeError(complaint.decode())
    return {"said": json.loads(said), "seconds": seconds, "memory_mb": most}


def _memory(process: "subprocess.Popen[bytes]") -> Iterator[float]:
    """In MB, four times a second while it runs."""
    root = psutil.Process(process.pid)
    while True:
        try:
            process.wait(WATCH_SECONDS)
            return
        except subprocess.TimeoutExpired:
            yield sum(_pss(one) for one in (root, *root.children(recursive=True))) / 2**20


def _pss(process: psutil.Process) -> float:
    try:
        return float(process.memory_full_info().pss)
    except psutil.Error:
        return 0.0
