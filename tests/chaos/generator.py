"""Clients that register without pause, and submit again what nobody answered."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from tests.chaos.client import Client, Wishes
from tests.chaos.history import History

AFTER_TROUBLE_SECONDS = 3.0  # as people do: nobody presses the button again at once
AGAIN_SECONDS = 0.2
RESUBMIT_SECONDS = 60
RESUBMITTERS = 8


class Generator:
    """`clients` threads; each takes the next number, wishes it, and writes down what it saw."""

    def __init__(self, web: str, token: str, wishes: Wishes, history: History) -> None:
        self._web, self._token = web, token
        self.wishes, self.history = wishes, history
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._taken = 0
        self._last = 0

    def start(self, clients: int, most: int | None = None, pause: float = 0.0) -> None:
        """Register until told to stop, or until `most` numbers were taken in all."""
        self._stop.clear()
        self._last = most or 0
        self._threads = [
            threading.Thread(target=self._work, args=(process, pause), daemon=True)
            for process in range(clients)
        ]
        for thread in self._threads:
            thread.start()

    def join(self, seconds: float) -> None:
        """Wait until every number was wished. Raises TimeoutError."""
        end = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        if any(thread.is_alive() for thread in self._threads):
            self.stop()
            raise TimeoutError("the load was not done in time")

    def stop(self) -> None:
        """No new wishes; what is in the air is waited for."""
        self._stop.set()
        for thread in self._threads:
            thread.join(30)

    def register(self, count: int, clients: int = 8, seconds: float = 120) -> None:
        """So many more, and wait for them."""
        with self._lock:
            taken = self._taken
        if count <= 0:
            return
        self.start(clients, taken + count)
        self.join(seconds)

    def _next(self) -> int | None:
        with self._lock:
            if self._last and self._taken >= self._last:
                return None
            self._taken += 1
            return self._taken

    def _work(self, process: int, pause: float) -> None:
        client = Client(self._web, self._token, process)
        try:
            while not self._stop.is_set() and (number := self._next()) is not None:
                seen = client.submit(self.wishes.of(number))
                self.history.add(seen)
                self._stop.wait(AFTER_TROUBLE_SECONDS if seen.result == "info" else pause)
        finally:
            client.close()

    def resubmit(self, seconds: float = RESUBMIT_SECONDS) -> int:
        """After healing: every key of which nobody knows, until it is answered; how many keys."""
        waiting = self.history.undecided()
        end = time.monotonic() + seconds
        with ThreadPoolExecutor(RESUBMITTERS) as pool:
            list(pool.map(lambda key: self._again(key, end), waiting))
        return len(waiting)

    def _again(self, key: str, end: float) -> None:
        client = Client(self._web, self._token, -1)
        while time.monotonic() < end:
            seen = client.submit(self.wishes.of_key(key), "again")
            self.history.add(seen)
            if seen.result != "info":
                break
            time.sleep(AGAIN_SECONDS)
        client.close()
