"""What may travel through Redis: the names of our own jobs, and nothing with them.

Whoever can write to Redis could otherwise make a worker call any function (`os.system`), even
with JSON. A refused job fails and is told at the highest level of the log.
"""

import json
import logging
from typing import Any

logger = logging.getLogger(__name__)

ALLOWED = frozenset({"workers.jobs.drain_outbox"})


class Refused(ValueError):
    """Not one of our jobs."""


class AllowList:
    """RQ's serializer: JSON, and only `[name of ours, null, [], {}]` for what is to be called."""

    @staticmethod
    def dumps(value: Any) -> bytes:
        return json.dumps(value).encode()

    @staticmethod
    def loads(data: bytes) -> Any:
        """Raises Refused for a call that is not ours."""
        value = json.loads(data)
        if isinstance(value, list) and _is_ours(value):
            return value
        if value is None or value == {}:
            return value
        logger.critical("a job that is not ours was found in Redis and refused")
        raise Refused


def _is_ours(call: list[Any]) -> bool:
    return len(call) == 4 and call[0] in ALLOWED and call[1:] == [None, [], {}]
