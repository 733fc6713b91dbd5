"""What every action needs, put together once by a composition root and passed on."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError

from app import db
from app.doorbell import Doorbell, SilentBell
from app.line import Line
from app.models import tables  # noqa: F401 - a table that is written must know those it names
from app.queries import reference
from app.queries.reference import Reference
from app.rule_book import RuleBook
from app.sending import QuietHours, Sending
from app.vault import Vault
from config import Settings
from routing.rules import RuleSet

logger = logging.getLogger(__name__)

_REFERENCE_SECONDS = 3.0
_WATCH_SECONDS = 1.0


class ReferenceBook:
    """Agencies and holidays, read again every few seconds; and then the rule book follows."""

    def __init__(self, sessions: db.SessionFactory, rules: RuleBook) -> None:
        self._sessions = sessions
        self._rules = rules
        self._reading = threading.Lock()
        self._read_at = float("-inf")
        self._reference: Reference | None = None

    def current(self) -> Reference:
        """A few seconds old at most. While one thread reads, the others use the old page:
        reading takes a connection, and whoever asks may be holding the last one."""
        old = self._reference
        if old is not None and time.monotonic() - self._read_at < _REFERENCE_SECONDS:
            return old
        if not self._reading.acquire(blocking=old is None):
            return old or self.current()
        try:
            return self._read()
        finally:
            self._reading.release()

    def _read(self) -> Reference:
        old = self._reference
        if old is not None and time.monotonic() - self._read_at < _REFERENCE_SECONDS:
            return old
        with self._sessions() as session:
            new = reference.read(session)
        # Nothing is decided by other rules than the active ones, so the first reader waits.
        self._rules.follow(new.rules, wait=old is None)
        self._reference, self._read_at = new, time.monotonic()
        return new

    @property
    def opened(self) -> bool:
        """Whether it was read at all."""
        return self._reference is not None


@dataclass(frozen=True, slots=True)
class Tools:
    """Frozen, shared between threads. `load_rules` gives the rules that come with the program."""

    sessions: db.SessionFactory
    vault: Vault
    load_rules: Callable[[], RuleSet]
    province: str
    line: Line
    bell: Doorbell = field(default_factory=SilentBell)
    sending: Sending = field(default_factory=Sending)
    rule_book: RuleBook = field(init=False)
    book: ReferenceBook = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rule_book", RuleBook(self.sessions, self.load_rules))
        object.__setattr__(self, "book", ReferenceBook(self.sessions, self.rule_book))

    @property
    def shipped(self) -> RuleSet:
        """The rules that come with the program."""
        return self.rule_book.shipped

    @property
    def rules(self) -> RuleSet:
        """The rules that decide now. Takes no connection once the book was opened."""
        if not self.book.opened:
            self.book.current()
        return self.rule_book.in_use


def from_settings(settings: Settings, load_rules: Callable[[], RuleSet], bell: Doorbell) -> Tools:
    """Opens no connection: the first transaction does."""
    return Tools(
        db.sessions(db.engine(settings.database_url, pool_size=settings.database_pool)),
        Vault(settings.data_keys, settings.index_key),
        load_rules,
        settings.samaneh_province,
        Line(settings.call_cap, settings.callback_share),
        bell,
        sending(settings),
    )


def sending(settings: Settings) -> Sending:
    """How receipts are sent here."""
    quiet = settings.sms_quiet_hours
    return Sending(
        lease_seconds=settings.sms_lease_seconds,
        probe_seconds=settings.sms_probe_seconds,
        quiet=None if quiet is None else QuietHours.parse(quiet),
        rate=settings.sms_rate,
        per_phone=settings.per_phone,
        array_from=settings.sms_array_from,
        failover_seconds=settings.sms_failover_seconds,
    )


def keep_current(tools: Tools, stop: threading.Event) -> threading.Thread:
    """Open the book again and again, so that a change is known although nobody asks."""
    watch = threading.Thread(target=_watch, args=(tools, stop), name="book", daemon=True)
    watch.start()
    return watch


def _watch(tools: Tools, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            tools.book.current()
        except SQLAlchemyError as error:
            logger.warning("book: database away (%s)", type(error).__name__)
        stop.wait(_WATCH_SECONDS)
