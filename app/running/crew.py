"""Work that other processes do, handed back in its order; they end with the process that asks."""

import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from multiprocessing import get_context
from typing import Any, TypeVar

from app.running.orphans import die_with_parent

AHEAD = 2  # items for each process, so that none waits and memory stays flat

Item = TypeVar("Item")
Result = TypeVar("Result")

_here: list[Callable[[Any], Any]] = []  # in a process of the crew: its work


def in_order(
    work: Callable[[Item], Result], items: Iterable[Item], processes: int
) -> Iterator[tuple[Item, Result]]:
    """Each item with its result, in the order of the items, a few ahead of who takes them.

    The processes are forked when there is a second item: what `work` knows is shared, as long as
    nobody changes it, and must not need a thread or a connection of this process. With one process
    or one item the work is done here. Raises what `work` raises, and BrokenProcessPool when a
    process was ended; what was handed out before stands.
    """
    coming = iter(items)
    first = list(islice(coming, 2))
    if processes < 2 or len(first) < 2:
        yield from ((item, work(item)) for item in chain(first, coming))
        return
    pool = ProcessPoolExecutor(processes, get_context("fork"), _join, (work,))
    waiting: deque[tuple[Item, Future[Result]]] = deque()
    try:
        for item in chain(first, coming):
            waiting.append((item, pool.submit(_do, item)))
            if len(waiting) > AHEAD * processes:
                yield _next(waiting)
        while waiting:
            yield _next(waiting)
    finally:
        pool.shutdown(cancel_futures=True)


def _next(waiting: "deque[tuple[Item, Future[Result]]]") -> tuple[Item, Result]:
    item, future = waiting.popleft()
    return item, future.result()


def _join(work: Callable[[Any], Any]) -> None:
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it and ends us
    _here.append(work)


def _do(item: Any) -> Any:
    return _here[0](item)
