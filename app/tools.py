"""What every action needs, put together once by a composition root and passed on."""

import threading
import time
from dataclasses import dataclass, field

from app import db
from app.doorbell import Doorbell, SilentBell
from app.line import Line
from app.queries import reference
from app.queries.reference import Reference
from app.vault import Vault
from config import Settings
from routing.rules import RuleSet

_REFERENCE_SECONDS = 5.0


class ReferenceBook:
    """Agencies and holidays, read again every few seconds."""

    def __init__(self, sessions: db.SessionFactory) -> None:
        self._sessions = sessions
        self._reading = threading.Lock()
        self._read_at = float("-inf")
        self._reference: Reference | None = None

    def current(self) -> Reference:
        """About five seconds old at most. While one thread reads, the others use the old page:
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
        if self._reference is None or time.monotonic() - self._read_at >= _REFERENCE_SECONDS:
            with self._sessions() as session:
                self._reference = reference.read(session)
            self._read_at = time.monotonic()
        return self._reference


@dataclass(frozen=True, slots=True)
class Tools:
    """Frozen, shared between threads."""

    sessions: db.SessionFactory
    vault: Vault
    rules: RuleSet
    province: str
    line: Line
    bell: Doorbell = field(default_factory=SilentBell)
    book: ReferenceBook = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "book", ReferenceBook(self.sessions))


def from_settings(settings: Settings, rules: RuleSet, bell: Doorbell) -> Tools:
    """Opens no connection: the first transaction does."""
    return Tools(
        db.sessions(db.engine(settings.database_url, pool_size=settings.database_pool)),
        Vault(settings.data_keys, settings.index_key),
        rules,
        settings.samaneh_province,
        Line(settings.call_cap, settings.callback_share),
        bell,
    )
