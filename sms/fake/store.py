"""What the gateway remembers: one SQLite file, so that a killed gateway forgets nothing it said."""

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# The first message gets the number that the provider's documentation shows.
SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
    messageid INTEGER PRIMARY KEY AUTOINCREMENT,
    localid INTEGER, receptor TEXT NOT NULL, message TEXT NOT NULL, sender TEXT NOT NULL,
    accepted_at REAL NOT NULL, sent_at REAL NOT NULL, operator_at REAL NOT NULL,
    final_at REAL NOT NULL, final INTEGER NOT NULL,
    cost INTEGER NOT NULL, segments INTEGER NOT NULL, dedupe_hits INTEGER NOT NULL DEFAULT 0,
    -- How many with the same telephone and text, and with the same localid, were there before.
    twins INTEGER NOT NULL, again INTEGER NOT NULL,
    reported INTEGER NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0, report_at REAL NOT NULL,
    provider TEXT NOT NULL DEFAULT 'kavenegar'
);
CREATE INDEX IF NOT EXISTS by_localid ON messages (localid);
CREATE INDEX IF NOT EXISTS by_receptor ON messages (receptor, message);
CREATE INDEX IF NOT EXISTS by_twins ON messages (twins) WHERE twins > 0;
CREATE INDEX IF NOT EXISTS by_again ON messages (localid) WHERE again > 0;
CREATE INDEX IF NOT EXISTS by_hits ON messages (dedupe_hits) WHERE dedupe_hits > 0;
CREATE INDEX IF NOT EXISTS by_day ON messages (accepted_at);
CREATE INDEX IF NOT EXISTS by_report ON messages (report_at) WHERE reported = 0;
CREATE TABLE IF NOT EXISTS inbound (
    messageid INTEGER PRIMARY KEY AUTOINCREMENT,
    sender TEXT NOT NULL, receptor TEXT NOT NULL, message TEXT NOT NULL,
    date REAL NOT NULL, isread INTEGER NOT NULL DEFAULT 0,
    reported INTEGER NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0, report_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS blocked (
    linenumber TEXT NOT NULL, receptor TEXT NOT NULL, date REAL NOT NULL,
    blockreason INTEGER NOT NULL, PRIMARY KEY (linenumber, receptor)
);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO sqlite_sequence (name, seq) SELECT 'messages', 8792342
    WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'messages');
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """One accepted message. Its status is not kept: it follows from these times and the clock."""

    messageid: int
    localid: int | None
    receptor: str
    message: str
    sender: str
    accepted_at: float
    sent_at: float
    operator_at: float
    final_at: float
    final: int
    cost: int
    segments: int
    dedupe_hits: int
    provider: str


# The fields of Stored, in their order.
SELECT = (
    "SELECT messageid, localid, receptor, message, sender, accepted_at, sent_at, operator_at,"
    " final_at, final, cost, segments, dedupe_hits, provider FROM messages WHERE "
)


class Store:
    """One connection, one lock: a call waits for at most the commits before it."""

    def __init__(self, data_dir: Path) -> None:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = threading.RLock()
        # isolation_level None: the transactions below are the only ones.
        self._db = sqlite3.connect(
            data_dir / "gateway.sqlite3", isolation_level=None, check_same_thread=False
        )
        # NORMAL outlives a killed process; only a power cut can take the last commits, and a
        # gateway for tests may lose those.
        self._db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")
        self._db.executescript(SCHEMA)
        columns = {row[1] for row in self._db.execute("PRAGMA table_info(messages)")}
        if "provider" not in columns:
            # A file of the time when there was one provider.
            self._db.execute(
                "ALTER TABLE messages ADD COLUMN provider TEXT NOT NULL DEFAULT 'kavenegar'"
            )

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block or none of it; nobody else writes or reads meanwhile."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def run(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """One statement and its rows."""
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def messages(self, where: str, *values: object) -> list[Stored]:
        """Accepted messages; `where` is our own SQL, never a caller's."""
        return [Stored(*row) for row in self.run(SELECT + where, *values)]

    def fact(self, name: str, otherwise: Any) -> Any:
        """A named value that outlives the process."""
        rows = self.run("SELECT value FROM facts WHERE name = ?", name)
        return json.loads(rows[0][0]) if rows else otherwise

    def learn(self, name: str, value: object) -> None:
        """Remember a named value."""
        self.run("REPLACE INTO facts (name, value) VALUES (?, ?)", name, json.dumps(value))

    def close(self) -> None:
        with self._lock:
            self._db.close()


class Clock:
    """The gateway's own time in unix seconds: the real one, plus what a tester added to it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ahead = float(store.fact("clock_ahead", 0.0))

    def now(self) -> float:
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        self._ahead += seconds
        self._store.learn("clock_ahead", self._ahead)
