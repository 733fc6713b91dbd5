"""`python -m workers`: an RQ worker that answers the doorbell."""

import logging
import os

from redis import Redis
from rq import Queue

import workers
from app.doorbell import QUEUE
from workers import jobs  # imported now, so that no job pays for it
from workers.guarded import DrainWorker, GuardedJob
from workers.misuse import MisuseEvents
from workers.serializer import ALLOWED, AllowList
from workers.tools import workshop

MAINTENANCE_SECONDS = 60


def make() -> DrainWorker:
    """A worker of our one queue, named after its process."""
    logging.getLogger(workers.__name__).addHandler(MisuseEvents(workshop().tools))
    redis = Redis.from_url(workshop().settings.redis_url)
    queue = Queue(QUEUE, connection=redis, serializer=AllowList, job_class=GuardedJob)
    return DrainWorker(
        [queue],
        name=f"samaneh-{os.uname().nodename}-{os.getpid()}",
        connection=redis,
        serializer=AllowList,
        job_class=GuardedJob,
        maintenance_interval=MAINTENANCE_SECONDS,
        log_job_description=False,
    )


def main() -> None:
    """Work until SIGTERM; the job in the air is finished first."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    make().work(logging_level="WARNING")


if __name__ == "__main__":
    assert f"{jobs.__name__}.drain_outbox" in ALLOWED
    main()
