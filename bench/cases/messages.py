"""Receipts through our outbox, and the same messages as RQ is mostly used: a job for each SMS."""

import json
from collections.abc import Iterator

import requests

from bench import one_job_each, outbox
from bench.case import Case, Figures, Run, Target
from bench.intake import at_work
from bench.system import System, fresh

LATENCIES_MS = (0, 100)
OURS = "ours, one worker, gateway {} ms, messages/s"
RQ = "RQ one job each, {}, gateway {} ms, messages/s"
JOBS = {
    ("Worker", 0): 150,
    ("SimpleWorker", 0): 800,
    ("Worker", 100): 80,
    ("SimpleWorker", 100): 120,
}


def work(run: Run) -> Iterator[Figures]:
    """A fresh system for each round and latency of the gateway; one worker, whoever's it is."""
    for _ in range(run.rounds):
        figures: dict[str, float] = {}
        for latency in LATENCIES_MS:
            with fresh("--workers", "1", "--empty") as system:
                figures |= dict(_round(system, latency, run))
        yield figures


def _round(system: System, latency: int, run: Run) -> Iterator[tuple[str, float]]:
    found = outbox.measured(system, int(run.of(2000, 20_000)), latency)
    if found["doctor_finds"] or found["repeats"]:
        raise RuntimeError(f"the outbox: {found}")
    yield OURS.format(latency), float(str(found["per_second"]))
    knobs = f"{system.gateway}/_gateway/settings"
    requests.post(knobs, json={"latency_ms": latency}, timeout=10).raise_for_status()
    running = json.loads((system.data_dir / "running.json").read_text())
    with at_work(system, sending=False):
        for kind in one_job_each.WORKERS:
            jobs = int(JOBS[kind, latency] * run.of(0.25, 1))
            rate = one_job_each.measure(running["redis_url"], system.gateway, kind, jobs)
            yield RQ.format(kind, latency), rate


CASE = Case(
    "messages",
    "SMS: the outbox and RQ with one job for each",
    work,
    tuple(
        Target(
            f"outbox ÷ RQ {kind}, gateway {latency} ms",
            OURS.format(latency),
            (RQ.format(kind, latency),),
            at_least=1,
        )
        for latency in LATENCIES_MS
        for kind in one_job_each.WORKERS
    ),
)
