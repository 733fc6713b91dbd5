"""How RQ is mostly used: a job for each SMS, which speaks to the provider and is done.

Compared with our outbox by bench/cases/messages.py; nothing here is used by the system.
"""

import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import requests
from redis import Redis
from rq import Queue
from rq.job import Job

ROOT = Path(__file__).parents[1]
RQ = Path(sys.executable).with_name("rq")
WORKERS = {"Worker": "rq.worker.Worker", "SimpleWorker": "rq.worker.SimpleWorker"}
TIMEOUT_SECONDS = 600


def send(gateway: str, receptor: str, message: str) -> int:
    """One SMS by the provider's REST call; the number that the provider gave it."""
    answer = requests.post(
        f"{gateway}/v1/dev/sms/send.json",
        data={"receptor": receptor, "sender": "10004346", "message": message},
        timeout=10,
    )
    answer.raise_for_status()
    return int(answer.json()["entries"][0]["messageid"])


def measure(redis_url: str, gateway: str, kind: str, messages: int) -> float:
    """Messages a second of one such worker, from its first job's begin to its last one's end."""
    with Redis.from_url(redis_url) as redis:
        queue = Queue(f"bench-{uuid4().hex}", connection=redis)
        jobs = [
            queue.enqueue(
                send, gateway, f"0909000{1000 + number % 9000}", f"نامهٔ شما ثبت شد. کد {number}"
            )
            for number in range(messages)
        ]
        subprocess.run(
            [RQ, "worker", "--burst", "--quiet", "--worker-class", WORKERS[kind], queue.name],
            env=os.environ | {"RQ_REDIS_URL": redis_url},
            cwd=ROOT,
            check=True,
            timeout=TIMEOUT_SECONDS,
        )
        done = Job.fetch_many([job.id for job in jobs], connection=redis)
        times = [(job.started_at, job.ended_at) for job in done if job and job.is_finished]
        queue.delete(delete_jobs=True)
    if len(times) != messages:
        raise RuntimeError(f"{messages - len(times)} of {messages} jobs did not finish")
    begins, ends = zip(*times, strict=True)
    seconds: float = (max(ends) - min(begins)).total_seconds()
    return messages / seconds
