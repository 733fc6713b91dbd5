"""A TCP proxy that breaks a link on order.

`pass`    bytes go both ways
`refuse`  nobody listens any more, open connections end
`hang`    connections stay open and new ones are taken, but no byte moves either way
`reset`   open connections are reset, new ones are taken and reset at once
`swallow` requests arrive at the server, its replies never come back
`cut()`   open connections are reset once; the mode stays
"""

import socket
import struct
import threading
from contextlib import suppress
from typing import Literal

Mode = Literal["pass", "refuse", "hang", "reset", "swallow"]
RESET = struct.pack("ii", 1, 0)
CHUNK = 65_536


class Proxy:
    """Listens on a port of its own, which stays the same through all modes."""

    def __init__(self, target: int, host: str = "127.0.0.1") -> None:
        self._target = (host, target)
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._moving = threading.Event()
        self._moving.set()
        self._mode: Mode = "pass"
        self._closed = False
        self._listener = self._listen((host, 0))
        self.port = int(self._listener.getsockname()[1])
        self._waiting: set[int] = set()

    @property
    def mode(self) -> Mode:
        return self._mode

    @property
    def waiting(self) -> set[int]:
        """The ports of clients that have asked and not yet got the first byte of an answer."""
        with self._lock:
            return set(self._waiting)

    def turn(self, mode: Mode) -> None:
        """From now on in this mode."""
        before, self._mode = self._mode, mode
        if mode == "hang":
            self._moving.clear()
        else:
            self._moving.set()
        if mode == "refuse" and before != "refuse":
            # Closing alone takes effect only when accept() has returned.
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        if before == "refuse" and mode != "refuse":
            self._listener = self._listen((self._target[0], self.port))
        if mode in ("refuse", "reset"):
            self.cut()

    def cut(self) -> None:
        """Reset every open connection."""
        with self._lock:
            ends, self._open = self._open, set()
        for end in ends:
            _reset(end)

    def close(self) -> None:
        self._closed = True
        self._moving.set()
        self._listener.close()
        self.cut()

    def _listen(self, address: tuple[str, int]) -> socket.socket:
        listener = socket.create_server(address, backlog=512)
        # Closing a socket does not wake who waits in accept(); a time-out does.
        listener.settimeout(0.1)
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        return listener

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            client.settimeout(None)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        self._moving.wait()
        if self._mode in ("reset", "refuse") or self._closed:
            _reset(client)
            return
        try:
            asker = int(client.getpeername()[1])
            server = socket.create_connection(self._target, timeout=5)
        except OSError:
            _reset(client)
            return
        for end in (client, server):
            end.settimeout(None)
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._open |= {client, server}
        threading.Thread(target=self._pump, args=(server, client, asker), daemon=True).start()
        self._pump(client, server, asker)

    def _pump(self, source: socket.socket, sink: socket.socket, asker: int) -> None:
        with suppress(OSError):
            replies = source.getpeername() == self._target
            while data := source.recv(CHUNK):
                self._moving.wait()
                self._note(asker, replies=replies)
                if replies and self._mode == "swallow":
                    continue
                sink.sendall(data)
        with self._lock:
            self._open -= {source, sink}
            self._waiting.discard(asker)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _note(self, asker: int, *, replies: bool) -> None:
        with self._lock:
            if replies:
                self._waiting.discard(asker)
            else:
                self._waiting.add(asker)


def _reset(end: socket.socket) -> None:
    """Linger for no time: the other side sees a reset. A thread that reads from it wakes up."""
    with suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        end.shutdown(socket.SHUT_RDWR)
    end.close()
