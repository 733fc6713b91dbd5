"""Free ports on this machine."""

import random
import socket

# Below the range that the kernel gives to outgoing connections (32768 up, 49152 on macOS): a port
# found free stays free while a server is restarted on it.
FIRST, LAST = 15_000, 32_000
LOOPBACK = "127.0.0.1"


class NoFreePort(Exception):
    """Every port that was tried is taken."""


def free_port(prefer: int | None = None) -> int:
    """A TCP port of 127.0.0.1 on which nothing listens now; `prefer` if it is one.

    Raises NoFreePort after a hundred tries.
    """
    wished = [] if prefer is None else [prefer]
    for port in wished + random.SystemRandom().sample(range(FIRST, LAST), 100):
        if is_free(port):
            return port
    raise NoFreePort(f"no free port between {FIRST} and {LAST}")


def is_free(port: int) -> bool:
    """Whether nothing listens on this port of 127.0.0.1 just now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return _binds(probe, port)


def _binds(probe: socket.socket, port: int) -> bool:
    try:
        probe.bind((LOOPBACK, port))
    except OSError:
        return False
    return True
