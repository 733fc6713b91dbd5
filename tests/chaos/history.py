"""What the clients saw, as in Jepsen: every operation ends `ok`, `fail` or `info`.

`ok`: the answer says that it was done; `fail`: the answer says that it was not; `info`: nobody
knows (no answer, a time-out, a 5xx), until the same key is submitted again and answered.
"""

import json
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

Result = Literal["ok", "fail", "info"]


@dataclass(frozen=True, slots=True)
class Operation:
    """One submission by one client. Times are unix seconds; `seen` is what the answer said of it:
    the tracking code or the call-back's id."""

    op: str
    key: str
    process: int
    invoked_at: float
    ended_at: float
    result: Result
    status: int = 0
    code: str = ""
    seen: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        return self.ended_at - self.invoked_at


class History:
    """Operations in the order in which they ended; on disk line by line, if there is a file."""

    def __init__(self, file: Path | None = None, operations: Iterable[Operation] = ()) -> None:
        self._lock = threading.Lock()
        self._file = file.open("a", encoding="utf-8") if file else None
        self._operations: list[Operation] = []
        self._ok = 0
        for operation in operations:
            self.add(operation)

    def add(self, operation: Operation) -> None:
        """Thread-safe; on disk when it returns."""
        with self._lock:
            self._operations.append(operation)
            self._ok += operation.result == "ok"
            if self._file:
                self._file.write(json.dumps(asdict(operation), ensure_ascii=False) + "\n")
                self._file.flush()

    def close(self) -> None:
        if self._file:
            self._file.close()

    def all(self) -> list[Operation]:
        with self._lock:
            return list(self._operations)

    def successes(self) -> int:
        """How many submissions were answered `ok`."""
        with self._lock:
            return self._ok

    def by_key(self) -> dict[str, list[Operation]]:
        """Every key with its submissions, oldest first."""
        found: dict[str, list[Operation]] = defaultdict(list)
        for operation in self.all():
            found[operation.key].append(operation)
        return dict(found)

    def worst_gap(self) -> float:
        """The longest time in which nothing was acknowledged while somebody was asking."""
        ends = sorted(each.ended_at for each in self.all() if each.result == "ok")
        return max((late - early for early, late in pairwise(ends)), default=0.0)

    def undecided(self) -> list[str]:
        """Keys of which nobody knows yet whether they were done."""
        return [key for key, tries in self.by_key().items() if outcome(tries) == "info"]

    def acknowledged(self) -> list[Operation]:
        """The first `ok` of every key that has one."""
        firsts = (
            next((each for each in tries if each.result == "ok"), None)
            for tries in self.by_key().values()
        )
        return [each for each in firsts if each]


def outcome(tries: list[Operation]) -> Result:
    """What is known of a key after all its submissions: one `ok` decides, else the last answer."""
    if any(each.result == "ok" for each in tries):
        return "ok"
    return tries[-1].result


def result_of(status: int) -> Result:
    """What an HTTP status says about the wish: 5xx says nothing for certain."""
    if 200 <= status < 300:
        return "ok"
    return "fail" if 400 <= status < 500 else "info"
