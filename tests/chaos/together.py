"""Many at the same moment: threads that wait for each other and then act at once."""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

Given = TypeVar("Given")
Got = TypeVar("Got")

SMALL_STACK = 256 * 1024


def together(act: Callable[[Given], Got], each: Sequence[Given]) -> list[Got]:
    """Call `act` for all of them in threads that begin together; the results in their order."""
    gate = threading.Barrier(len(each))
    results: dict[int, Got] = {}

    def work(place: int) -> None:
        gate.wait(60)
        results[place] = act(each[place])

    before = threading.stack_size(SMALL_STACK)
    try:
        threads = [threading.Thread(target=work, args=(place,)) for place in range(len(each))]
        for thread in threads:
            thread.start()
    finally:
        threading.stack_size(before)
    for thread in threads:
        thread.join()
    return [results[place] for place in range(len(each))]
