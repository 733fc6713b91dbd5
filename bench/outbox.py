"""The outbox as built: `python -m bench.outbox [RECEIPTS] [LATENCY_MS]`: receipts a second, memory.

A fresh system with one worker; its poller is halted, so that what is measured is one process. The
receipts are written straight into the database, two for each letter, and sent to the local gateway
on the same machine, which answers after LATENCY_MS. `KEY=value` words are settings of the system
(`SMS_ARRAY_FROM=400`).
"""

import json
import os
import signal
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import psutil
import psycopg
import requests

from app import codes
from app.doorbell import RedisDoorbell, connect
from app.ids import new_id
from app.vault import Place, Vault
from bench.system import System, fresh
from sms import texts

PROVINCE = "kermanshah"
PATIENCE_SECONDS = 3600
_LETTERS = """
copy correspondences (id, province, tracking_code, citizen_id, channel, source, text, mobile_sealed,
    mobile_index, first_name_sealed, last_name_sealed, status, owner_code, due_at, decision,
    rules_version, registered_at, received_at) from stdin"""
_RECEIPTS = """
copy receipts (id, province, correspondence_id, stage, local_id, text, not_before, created_at)
from stdin"""
_STORIES = (
    """insert into referrals (
    id, province, correspondence_id, agency_code, decided_by, reason, opened_at, due_at)
select gen_random_uuid(), province, id, owner_code, 'system', 'R9', registered_at, due_at
from correspondences""",
    """insert into events (at, province, correspondence_id, kind, actor)
select c.registered_at, c.province, c.id, told.kind, 'system'
from correspondences c, (values ('registered'), ('routed')) told(kind)""",
)


def main() -> None:
    numbers = [int(word) for word in sys.argv[1:] if "=" not in word]
    receipts, latency = (*numbers, *(4000, 50)[len(numbers) :])[:2]
    changes = dict(word.split("=", 1) for word in sys.argv[1:] if "=" in word)
    with fresh("--workers", "1", "--empty", **changes) as system:
        print(json.dumps(measured(system, receipts // 2 * 2, latency) | changes))


def measured(system: System, receipts: int, latency: float) -> dict[str, object]:
    """Seed, ring, watch until the gateway has them all; doctor and repeats at the end."""
    found = json.loads((system.data_dir / "running.json").read_text())
    worker = psutil.Process(found["pids"]["workers"][0])
    knobs = f"{system.gateway}/_gateway/settings"
    os.kill(found["pids"]["poller"], signal.SIGSTOP)
    try:
        seed(system, receipts // 2)
        requests.post(knobs, json={"latency_ms": latency}, timeout=10).raise_for_status()
        began, memory = time.monotonic(), []
        bell = RedisDoorbell(connect(system.settings().redis_url))
        bell.ring()
        for _ in watch(system, receipts):
            memory.append(worker.memory_info().rss / 2**20)
        seconds = time.monotonic() - began
    finally:
        os.kill(found["pids"]["poller"], signal.SIGCONT)
    requests.post(knobs, json={"latency_ms": 0}, timeout=10).raise_for_status()
    tenth = max(1, len(memory) // 10)
    return {
        "receipts": receipts,
        "latency_ms": latency,
        "per_second": round(receipts / seconds),
        "worker_mb_after_a_tenth": round(statistics.median(memory[tenth : 2 * tenth] or memory)),
        "worker_mb_at_the_end": round(statistics.median(memory[-tenth:])),
        "worker_mb_most": round(max(memory)),
        "repeats": summary(system)["dedupe_hits"],
        "doctor_finds": complaints(system),
    }


def complaints(system: System) -> dict[str, int]:
    """What the doctor finds. Events older than two minutes are no wonder: the poller, which seals
    them, was halted."""
    checks: dict[str, int] = json.loads(system.command("doctor").stdout)["checks"]
    return {name: number for name, number in checks.items() if number}


def watch(system: System, receipts: int) -> Iterator[int]:
    """The number of accepted messages, a few times a second, until all are."""
    until = time.monotonic() + PATIENCE_SECONDS
    while (accepted := summary(system)["messages"]) < receipts:
        if time.monotonic() > until:
            raise RuntimeError(f"{accepted} of {receipts} after {PATIENCE_SECONDS} s")
        yield accepted
        time.sleep(0.2)
    yield accepted


def summary(system: System) -> dict[str, int]:
    told: dict[str, int] = requests.get(
        f"{system.gateway}/_gateway/summary.json", timeout=30
    ).json()
    return told


def seed(system: System, letters: int) -> None:
    """So many letters with two receipts each."""
    settings = system.settings()
    vault = Vault(settings.data_keys, settings.index_key)
    url = settings.database_url.replace("+psycopg", "")
    with psycopg.connect(url) as connection:
        (version,) = connection.execute("select version from rule_sets limit 1").fetchone() or ("",)
        citizen = new_id()
        connection.execute(
            "insert into citizens (id, national_id_index, national_id_sealed, created_at, seen_at, "
            "province) values (%s, 'x', 'x', now(), now(), %s)",
            (citizen, PROVINCE),
        )
        rows = [(new_id(), codes.mint_tracking_code()) for _ in range(letters)]
        now = datetime.now(UTC)
        with connection.cursor().copy(_LETTERS) as copy:
            for number, (id_, code) in enumerate(rows):
                copy.write_row(letter(vault, (id_, code), number, (citizen, version, now)))
        with connection.cursor().copy(_RECEIPTS) as copy:
            for id_, code in rows:
                for stage, text, when in receipts_of(code, now):
                    local_id = codes.mint_local_id()
                    copy.write_row((new_id(), PROVINCE, id_, stage, local_id, text, when, now))
        for statement in _STORIES:
            connection.execute(statement)
        connection.execute("analyze receipts")


def letter(
    vault: Vault, identity: tuple[object, str], number: int, shared: tuple[object, object, object]
) -> tuple[object, ...]:
    """A row of correspondences whose mobile can be opened."""
    id_, code = identity
    citizen, version, now = shared
    mobile = f"+98909000{1000 + number % 9000}"  # below 1000 the gateway makes trouble
    sealed = vault.seal(mobile, Place("correspondences", "mobile", id_))  # type: ignore[arg-type]
    return (
        id_, PROVINCE, code, citizen, "letter", "import", "نامه", sealed,
        vault.index("mobile", mobile), b"x", b"x", "referred", "welfare", now, "{}", version,
        now, now,
    )  # fmt: skip


def receipts_of(code: str, now: datetime) -> list[tuple[str, str, object]]:
    """Stage, text and when it may go; the second one waits for the first."""
    first, second = texts.registered(code), texts.referred(code, "بهزیستی")
    return [("registered", first, now), ("referred", second, "infinity")]


if __name__ == "__main__":
    main()
