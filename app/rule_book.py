"""The rule set that decides now: the one activated last, compiled."""

import logging
import threading
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from app import db
from app.queries import rules
from routing.rules import RuleSet
from routing.sources import BadRules

logger = logging.getLogger(__name__)


class RuleBook:
    """Keeps a rule set in use at every moment; a new one takes its place when it is ready.

    The shipped ones are loaded when somebody first asks for rules: a program that decides nothing
    (a worker, most commands) spares the second and the memory.
    """

    def __init__(self, sessions: db.SessionFactory, load: Callable[[], RuleSet]) -> None:
        self._sessions = sessions
        self._load_shipped = load
        self._loading = threading.Lock()
        self._failed: str | None = None
        self._wanted: str | None = None
        self._in_use: RuleSet | None = None

    @property
    def in_use(self) -> RuleSet:
        """The rules that decide now; the first one who asks waits until the active ones are in."""
        if self._in_use is None:
            self._in_use = self._load_shipped()
            self.follow(self._wanted, wait=True)
        return self._in_use

    @property
    def shipped(self) -> RuleSet:
        """The rules that come with the program."""
        return self._load_shipped()

    def follow(self, version: str | None, *, wait: bool) -> None:
        """Change to this version; unless `wait`, in a thread of its own, for it takes a second.

        One that does not load is told to the log once, and the rules in use stay.
        """
        self._wanted = version
        if version is None or self._in_use is None:
            return
        if version in (self._in_use.version, self._failed):
            return
        if not self._loading.acquire(blocking=wait):
            return
        if wait:
            self._load(version)
        else:
            threading.Thread(target=self._load, args=(version,), name="rules", daemon=True).start()

    def _load(self, version: str) -> None:
        before, self._failed = self.in_use.version, version
        try:
            self._in_use = self._read(version)
            self._failed = None
            logger.info("rules: %s decides, before it %s did", version, before)
        except BadRules as error:
            logger.error("rules: %s was activated and does not load (%s); %s goes on deciding",
                         version, error, before)  # fmt: skip
        except SQLAlchemyError as error:
            self._failed = None
            logger.warning("rules: %s could not be read (%s)", version, type(error).__name__)
        finally:
            self._loading.release()

    def _read(self, version: str) -> RuleSet:
        if version == self.shipped.version:
            return self.shipped
        with self._sessions() as session:
            files = rules.content(session, version)
        return rules.compiled(version, files)
