"""What a worker finds in Redis that is not ours is told to people, too, and not only to the log."""

import logging
import time

from sqlalchemy.exc import SQLAlchemyError

from app.actions import misuse
from app.tools import Tools

SECONDS = 60.0  # one event is enough, however many strange jobs are found

logger = logging.getLogger(__name__)


class MisuseEvents(logging.Handler):
    """Turns the workers' critical records into events, at most one a minute."""

    def __init__(self, tools: Tools) -> None:
        super().__init__(logging.CRITICAL)
        self._tools = tools
        self._silent_until = 0.0

    def emit(self, record: logging.LogRecord) -> None:
        """Never raises: the record itself stands in the log in any case."""
        if time.monotonic() < self._silent_until:
            return
        self._silent_until = time.monotonic() + SECONDS
        try:
            misuse.tell(self._tools)
        except SQLAlchemyError as error:
            logger.warning("no event about it: database away (%s)", type(error).__name__)
