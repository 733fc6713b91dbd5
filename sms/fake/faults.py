"""Trouble on order: what can go wrong with a provider, by name, by number and by telephone.

A fault is chosen by the header `X-Fake-Fault: name;delay=2`, else by the queue a tester filled,
else by the telephone: 0909000NNNN belongs to nobody, and each NNNN below has its own misfortune.
"""

import random
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sms.fake.contract import MEANINGS
from sms.fake.settings import BadSetting

HANG = 60.0


@dataclass(frozen=True, slots=True)
class Fault:
    """`reject`: this return.status instead of accepting; `accepts`: is the call carried out;
    `delay`: seconds before the answer; `shape`: how the answer is spoilt; `final`: where the
    message ends."""

    name: str = ""
    reject: int | None = None
    accepts: bool = True
    delay: float = 0.0
    shape: str = "plain"
    final: int | None = None


NONE = Fault()
NAMED: Mapping[str, Fault] = {
    fault.name: fault
    for fault in (
        Fault("slow", delay=5.0),
        Fault("accept_then_timeout", delay=HANG, shape="reset"),
        Fault("hang_then_reject", reject=409, accepts=False, delay=HANG),
        Fault("reset", accepts=False, shape="reset"),
        Fault("accept_then_reset", shape="reset"),
        Fault("accept_then_truncate", shape="truncated"),
        Fault("accept_then_504", shape="html_504"),
        Fault("html_500", accepts=False, shape="html_500"),
        Fault("html_503", accepts=False, shape="html_503"),
        Fault("html_200", accepts=False, shape="html_200"),
        Fault("redirect", accepts=False, shape="redirect"),
        Fault("not_utf8", accepts=False, shape="not_utf8"),
        Fault("json_list", accepts=False, shape="json_list"),
        Fault("json_null", accepts=False, shape="json_null"),
        Fault("json_deep", accepts=False, shape="json_deep"),
        Fault("empty_entries", shape="empty_entries"),
        Fault("short_entries", shape="short_entries"),
        Fault("double_entries", shape="double_entries"),
        Fault("turned_entries", shape="turned_entries"),
        Fault("same_messageid", shape="same_messageid"),
        Fault("wrong_receptor", accepts=False, shape="wrong_receptor"),
        Fault("wrong_message", accepts=False, shape="wrong_message"),
        Fault("drip", shape="drip"),
        *(Fault(f"status_{status}", final=status) for status in (6, 10, 11, 13, 14, 100)),
    )
}
MAGIC_PREFIX = "0909000"
MAGIC: Mapping[str, str] = {
    **{f"0{code}": str(code) for code in MEANINGS if code not in {200, 407}},
    "0200": "slow",
    "0407": "hang_then_reject",
    "0408": "accept_then_timeout",
    "0444": "reset",
    "0445": "accept_then_reset",
    "0446": "accept_then_truncate",
    "0500": "html_500",
    "0503": "html_503",
    "0504": "accept_then_504",
    "0298": "empty_entries",
    "0299": "wrong_receptor",
    "0006": "status_6",
    "0011": "status_11",
    "0013": "status_13",
    "0014": "status_14",
    "0100": "status_100",
}


def named(name: str, delay: float | None = None) -> Fault:
    """A fault by its name, or by a return.status such as `418`. Raises BadSetting."""
    fault = NAMED.get(name)
    if fault is None and name.isascii() and name.isdigit() and 400 <= int(name[:4]) <= 999:
        fault = Fault(name, reject=int(name), accepts=False)
    if fault is None:
        raise BadSetting(f"no fault {name!r}; there are a return.status, {', '.join(NAMED)}")
    return fault if delay is None else replace(fault, delay=delay)


def of_receptor(receptor: str) -> Fault:
    """The misfortune of one telephone; most have none."""
    if not receptor.startswith(MAGIC_PREFIX):
        return NONE
    name = MAGIC.get(receptor.removeprefix(MAGIC_PREFIX))
    return named(name) if name else NONE


@dataclass(frozen=True, slots=True)
class Asked:
    """What a call asks for, and for whom; only Kavenegar's telephones have misfortunes."""

    provider: str
    method: str
    receptors: Sequence[str]


@dataclass(slots=True)
class Order:
    """Faults a tester asked for: how many more times (None: always), for which calls."""

    fault: Fault
    match: Mapping[str, Any]
    times: int | None
    chance: float

    def fits(self, asked: Asked) -> bool:
        receptor = self.match.get("receptor")
        wanted = (
            self.match.get("provider") in {None, asked.provider}
            and self.match.get("method") in {None, asked.method}
            and (not receptor or receptor in asked.receptors)
        )
        return wanted and random.random() < self.chance  # noqa: S311 — nothing secret is drawn


class Faults:
    """The queue of orders. Threads share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._orders: list[Order] = []

    def order(self, wish: Mapping[str, Any]) -> None:
        """`{"match"?: {"provider", "method", "receptor"}, "fault", "times"?, "delay"?, "chance"?}`.

        `times` null is always, `chance` the share of fitting calls it strikes. Raises BadSetting.
        """
        try:
            match, delay, times = wish.get("match") or {}, wish.get("delay"), wish.get("times", 1)
            order = Order(
                fault=named(str(wish["fault"]), None if delay is None else float(delay)),
                match={name: match.get(name) for name in ("provider", "method", "receptor")},
                times=None if times is None else int(times),
                chance=float(wish.get("chance", 1.0)),
            )
        except (KeyError, TypeError, AttributeError, OverflowError) as error:
            raise BadSetting(f"not an order for a fault: {error!r}") from None
        with self._lock:
            self._orders.append(order)

    def clear(self) -> None:
        with self._lock:
            self._orders.clear()

    def waiting(self) -> list[dict[str, Any]]:
        """What is still in the queue, for people."""
        with self._lock:
            return [
                {"fault": order.fault.name, **order.match, "times": order.times}
                for order in self._orders
            ]

    def choose(self, header: str | None, asked: Asked) -> Fault:
        """The fault of one call. Raises BadSetting for a header that names none."""
        if header:
            name, _, delay = header.partition(";delay=")
            return named(name.strip(), float(delay) if delay else None)
        ordered = self._take(asked)
        if ordered is not None or asked.provider != "kavenegar":
            return ordered or NONE
        misfortunes = map(of_receptor, asked.receptors)
        return next((fault for fault in misfortunes if fault is not NONE), NONE)

    def _take(self, asked: Asked) -> Fault | None:
        with self._lock:
            order = next((each for each in self._orders if each.fits(asked)), None)
            if order is None:
                return None
            if order.times is not None:
                order.times -= 1
                if order.times <= 0:
                    self._orders.remove(order)
            return order.fault
