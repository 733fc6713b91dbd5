"""How receipts are sent: the settings, and the hours in which nobody's telephone should ring."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from app.persian import TEHRAN

FIRST = "kavenegar"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one full hour in Tehran to another, over midnight if `start` is the later one."""

    start: int
    end: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """`21-8` is from nine in the evening to eight in the morning; config has checked it."""
        start, end = text.split("-")
        return cls(int(start), int(end))

    def until(self, now: datetime) -> datetime | None:
        """When the quiet hours end that `now` lies in; None when it lies in none."""
        local = now.astimezone(TEHRAN)
        over_midnight = self.start > self.end
        late, early = local.hour >= self.start, local.hour < self.end
        quiet = (late or early) if over_midnight else (late and early)
        if not quiet:
            return None
        end = local.replace(hour=self.end, minute=0, second=0, microsecond=0)
        return end + timedelta(days=1) if over_midnight and late else end


@dataclass(frozen=True, slots=True)
class Sending:
    """What differs between installations.

    `lease_seconds`: how long a claimed receipt belongs to its worker; longer than the client's
    time-outs. `probe_seconds`: between two tries of a stopped line. `rate`: messages a second, for
    all workers together; one second's worth may go at once, so a single second may see twice it.
    `per_phone`: receipts for one phone on one Tehran day, 0 for any number. `array_from`: so
    many at once go in calls for many messages, 0 for never. `failover_seconds`: a line stopped for
    so long leaves to the second provider what it surely has not taken.
    """

    lease_seconds: int = 60
    probe_seconds: int = 30
    quiet: QuietHours | None = None
    rate: float | None = None
    per_phone: int = 0
    array_from: int = 0
    failover_seconds: int = 300
