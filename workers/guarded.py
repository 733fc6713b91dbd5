"""RQ's job and worker without the parts that a stranger in Redis could misuse."""

from typing import Any

from rq import SimpleWorker
from rq.job import Job

from workers.serializer import Refused

_CALLS_ELSEWHERE = ("success_callback_name", "failure_callback_name", "stopped_callback_name")


class GuardedJob(Job):
    """A job that calls nothing but its function: no call-backs, no web hooks, no dependencies."""

    def restore(self, raw_data: dict[bytes, bytes]) -> Any:
        """Raises Refused when the hash in Redis names something more to call."""
        names = {key.decode("utf-8", "replace") for key in raw_data}
        if names & {*_CALLS_ELSEWHERE, "webhooks"}:
            raise Refused("a job with call-backs was found in Redis")
        return super().restore(raw_data)


class DrainWorker(SimpleWorker):
    """Runs jobs in its own process: a forked child would import everything again each time."""

    job_class = GuardedJob
