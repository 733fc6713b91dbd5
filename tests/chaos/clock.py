"""The database's clock, moved forward without touching the product.

The product reads the time by unqualified `now()` and `clock_timestamp()`. A schema `clock` that is
searched before `pg_catalog` has functions of these names that add what a scenario wants.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.chaos.stage import Stage

TEHRAN = ZoneInfo("Asia/Tehran")

_INSTALL = (
    "create schema clock",
    "create table clock.moved (ahead interval not null)",
    "insert into clock.moved values ('0')",
    """create function clock.now() returns timestamptz stable language sql
       as $$ select pg_catalog.now() + (select ahead from clock.moved) $$""",
    """create function clock.clock_timestamp() returns timestamptz volatile language sql
       as $$ select pg_catalog.clock_timestamp() + (select ahead from clock.moved) $$""",
    "grant usage on schema clock to public",
    "grant select on clock.moved to public",
    "alter database samaneh set search_path = clock, pg_catalog, public",
    """select pg_terminate_backend(pid) from pg_stat_activity
       where usename = 'samaneh' and pid <> pg_backend_pid()""",
)


class Clock:
    """Moves the database and the gateway together, forward only."""

    def __init__(self, stage: Stage) -> None:
        """The system must be up and migrated; its connections are ended, so that new ones search
        the schema."""
        self._stage = stage
        with stage.database.connect() as connection:
            for statement in _INSTALL:
                connection.execute(statement)

    def now(self) -> datetime:
        """As the product sees it, in Tehran."""
        with self._stage.database.connect() as connection:
            row = connection.execute("select clock.clock_timestamp()").fetchone()
        assert row is not None
        assert isinstance(row[0], datetime)
        return row[0].astimezone(TEHRAN)

    def advance(self, step: timedelta) -> None:
        """The gateway first: what the product sends by its new time gets at least that time."""
        self._stage.gateway.advance(step.total_seconds())
        with self._stage.database.connect() as connection:
            connection.execute("update clock.moved set ahead = ahead + %s", [step])

    def advance_to(self, hour: int, minute: int = 0, second: float = 0.0) -> datetime:
        """To the next time that Tehran's clocks show this."""
        now = self.now()
        wanted = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        wanted += timedelta(seconds=second)
        if wanted <= now:
            wanted += timedelta(days=1)
        self.advance(wanted - now)
        return wanted
