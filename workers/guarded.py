"""RQ's job and worker without the parts that a stranger in Redis could misuse."""

import logging
from typing import Any

from rq import SimpleWorker
from rq.job import Job

from workers.serializer import Refused

logger = logging.getLogger(__name__)

_CALLS_ELSEWHERE = frozenset(
    {"success_callback_name", "failure_callback_name", "stopped_callback_name", "webhooks"}
)


class GuardedJob(Job):
    """A job that calls nothing but its function: no call-backs, no web hooks, no dependencies."""

    def restore(self, raw_data: dict[bytes, bytes]) -> Any:
        """Raises Refused when the hash in Redis names something more to call."""
        named = {key.decode("utf-8", "replace") for key, value in raw_data.items() if value}
        if named & _CALLS_ELSEWHERE:
            logger.critical("a job with call-backs of a stranger was found in Redis and refused")
            raise Refused
        return super().restore(raw_data)


class DrainWorker(SimpleWorker):
    """Runs jobs in its own process: a forked child would import everything again each time."""

    job_class = GuardedJob
