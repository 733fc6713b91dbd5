"""How a local gateway is started, and the switches that can be turned while it runs."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


class BadSetting(ValueError):
    """A switch that does not exist, or a value it cannot have; the text is shown to the tester."""


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """`callback_url`: reports go to it plus `/delivery` and `/inbound`; None sends none."""

    data_dir: Path
    key: str = field(default="dev", repr=False)
    callback_url: str | None = field(default=None, repr=False)
    credit: int = 10_000_000_000


@dataclass(slots=True)
class Knobs:
    """Switches of a running gateway; they go back to these values when it is started again.

    Times are seconds of the virtual clock, `latency_ms` real milliseconds before every answer,
    `rate` calls a second (0: no limit), `dedupe_window` None: a localid is remembered for ever,
    `links`: may a text hold a link, `lines`: the senders it owns (empty: any number will do),
    `partial`: a bad receptor is left out of the answer instead of failing the whole call,
    `array_ids`: does sms/sendarray keep `localmessageids`, `faraz_state`: what FarazSMS says that a
    request it took is (empty: only its number is told, as its documentation has it).
    """

    latency_ms: float = 0
    rate: float = 0
    links: bool = False
    partial: bool = False
    dedupe_window: float | None = None
    operator_after: float = 0.5
    final_after: float = 3.0
    lines: list[str] = field(default_factory=list)
    callback_url: str | None = field(default=None, repr=False)
    callback_duplicate: bool = False
    callback_reorder: bool = False
    callback_early: bool = False
    array_ids: bool = True
    faraz_state: str = "in-queue"

    def turn(self, changes: Mapping[str, Any]) -> None:
        """Turn all of them or none. Raises BadSetting."""
        for name, value in changes.items():
            fits = _FITS.get(name)
            if fits is None:
                raise BadSetting(f"no setting {name!r}; there are: {', '.join(_FITS)}")
            if not fits(value):
                raise BadSetting(f"{name} cannot be {value!r}")
        for name, value in changes.items():
            setattr(self, name, value)

    def shown(self) -> dict[str, Any]:
        """All of them. The callback address holds a secret and is only said to be there."""
        return {**asdict(self), "callback_url": self.callback_url is not None}


def _flag(value: object) -> bool:
    return isinstance(value, bool)


def _amount(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9


def _amount_or_none(value: object) -> bool:
    return value is None or _amount(value)


def _text(value: object) -> bool:
    return isinstance(value, str)


def _text_or_none(value: object) -> bool:
    return value is None or isinstance(value, str)


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


_FITS: Mapping[str, Callable[[object], bool]] = {
    "latency_ms": _amount,
    "rate": _amount,
    "links": _flag,
    "partial": _flag,
    "dedupe_window": _amount_or_none,
    "operator_after": _amount,
    "final_after": _amount,
    "lines": _texts,
    "callback_url": _text_or_none,
    "callback_duplicate": _flag,
    "callback_reorder": _flag,
    "callback_early": _flag,
    "array_ids": _flag,
    "faraz_state": _text,
}
