"""The telephone line: its settings, and one of its days."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Line:
    """The telephone line's settings: calls a day, and the share that call-backs may take."""

    cap: int
    callback_share: float


@dataclass(frozen=True, slots=True)
class Day:
    """One line on one day, with what its row starts from."""

    province: str
    day: date
    line: Line

    @property
    def parameters(self) -> dict[str, object]:
        return {
            "province": self.province,
            "day": self.day,
            "cap": self.line.cap,
            "share": self.line.callback_share,
        }
