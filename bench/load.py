"""Many keep-alive HTTP/1.1 connections from one thread: the requests are made before, each answer
is read only as far as its status and its end. It takes some 75–130 µs of a core for a request,
which every result tells, so that little of two cores is missing for what is measured.
"""

import re
import resource
import selectors
import socket
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

CREATED = 201
PATIENCE_SECONDS = 60
_STATUS = slice(9, 12)  # of "HTTP/1.1 201 Created"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_CLOSES = re.compile(rb"\r\nconnection: *close\r\n", re.IGNORECASE)


class Failed(Exception):
    """An answer was not the one that every request must get, or none came."""


@dataclass(frozen=True, slots=True)
class Load:
    """So many connections for so many seconds; every answer must have this status."""

    connections: int
    seconds: float
    status: int = CREATED


@dataclass(slots=True)
class _Connection:
    address: tuple[str, int]
    socket: socket.socket
    began: float = 0.0
    read: bytes = b""


@dataclass(slots=True)
class _Tally:
    """`taken`: seconds of every answer, in the order in which they came."""

    taken: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    in_time: int = 0
    reconnected: int = 0


def run(web: str, requests: Iterator[bytes], load: Load) -> dict[str, float]:
    """Open all connections, then start the clock, then send on all of them at once.

    Each connection sends its next request when it has its answer. `per_second` counts the answers
    that came in time; the last ones are waited for, and count among the latencies. Raises Failed
    at any other status, at a broken connection and after a minute of silence.
    """
    _allow_files(load.connections)
    parts = urlsplit(web)
    address = (str(parts.hostname), int(parts.port or 80))
    opened = [_Connection(address, _connect(address)) for _ in range(load.connections)]
    try:
        cpu, began = time.process_time(), time.perf_counter()
        tally = _drive(opened, requests, began + load.seconds)
        cpu = time.process_time() - cpu
    finally:
        for connection in opened:
            connection.socket.close()
    if set(tally.statuses) != {load.status}:
        raise Failed(f"answers other than {load.status}: {dict(tally.statuses)}")
    return _figures(load, tally, cpu)


def _figures(load: Load, tally: _Tally, cpu: float) -> dict[str, float]:
    hundredths = statistics.quantiles(tally.taken, n=100, method="inclusive")
    return {
        "connections": load.connections,
        "requests": len(tally.taken),
        "per_second": round(tally.in_time / load.seconds, 1),
        "p50_ms": round(hundredths[49] * 1000, 1),
        "p99_ms": round(hundredths[98] * 1000, 1),
        "max_ms": round(max(tally.taken) * 1000, 1),
        "errors": 0,
        "reconnected": tally.reconnected,
        "client_us": round(cpu / len(tally.taken) * 1e6, 1),
    }


def _allow_files(connections: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = connections + 200
    if soft != resource.RLIM_INFINITY and soft < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))


def _connect(address: tuple[str, int]) -> socket.socket:
    made = socket.create_connection(address, timeout=10)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    made.settimeout(0)
    return made


def _drive(opened: list[_Connection], requests: Iterator[bytes], until: float) -> _Tally:
    tally = _Tally()
    with selectors.DefaultSelector() as selector:
        for connection in opened:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        for connection in opened:
            _send(connection, next(requests))
        while selector.get_map():
            _turn(selector, tally, (requests, until))
    return tally


def _turn(
    selector: selectors.BaseSelector, tally: _Tally, work: tuple[Iterator[bytes], float]
) -> None:
    """Read what came; whoever has an answer asks again, or rests when the time is over."""
    requests, until = work
    ready = selector.select(PATIENCE_SECONDS)
    if not ready:
        raise Failed(f"no answer for {PATIENCE_SECONDS} s")
    for key, _ in ready:
        connection: _Connection = key.data
        if not _answered(connection, selector, tally):
            continue
        now = time.perf_counter()
        tally.taken.append(now - connection.began)
        if now < until:
            tally.in_time += 1
            _send(connection, next(requests))
        else:
            selector.unregister(connection.socket)


def _send(connection: _Connection, request: bytes) -> None:
    connection.began, connection.read = time.perf_counter(), b""
    if connection.socket.send(request) != len(request):
        raise Failed("a request did not fit into the buffer of its socket")


def _answered(connection: _Connection, selector: selectors.BaseSelector, tally: _Tally) -> bool:
    """Whether the whole answer is here. A server that closes after it gets a new connection."""
    came = connection.socket.recv(65536)
    if not came:
        raise Failed("the server closed a connection before it had answered")
    connection.read += came
    head, blank, body = connection.read.partition(b"\r\n\r\n")
    length = _LENGTH.search(head + b"\r\n")
    if not blank or len(body) < (int(length[1]) if length else 0):
        return False
    tally.statuses[int(head[_STATUS])] += 1
    if _CLOSES.search(head + b"\r\n"):
        selector.unregister(connection.socket)
        connection.socket.close()
        connection.socket = _connect(connection.address)
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        tally.reconnected += 1
    return True
