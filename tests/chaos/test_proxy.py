"""The proxy breaks a link in the way it was told to, and mends it."""

import socket
import socketserver
import threading
from collections.abc import Iterator

import pytest

from tests.chaos.proxy import Proxy


class Echo(socketserver.BaseRequestHandler):
    heard = 0

    def handle(self) -> None:
        while data := self.request.recv(100):
            Echo.heard += len(data)
            self.request.sendall(data)


class Quiet(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that the proxy broke is what the test is about."""


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    Echo.heard = 0
    with Quiet(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        made = Proxy(server.server_address[1])
        yield made
        made.close()
        server.shutdown()


def connect(proxy: Proxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=0.5)


def echo(end: socket.socket) -> bytes:
    end.sendall(b"111")
    return end.recv(100)


def is_broken(end: socket.socket) -> bool:
    """Reset or ended, as the kernel likes."""
    try:
        return echo(end) == b""
    except ConnectionError:
        return True


def test_it_passes_bytes_both_ways(proxy: Proxy) -> None:
    with connect(proxy) as end:
        assert echo(end) == b"111"


def test_refusing_it_ends_connections_and_takes_none_until_it_passes_again(proxy: Proxy) -> None:
    with connect(proxy) as end:
        assert echo(end) == b"111"
        proxy.turn("refuse")
        assert is_broken(end)
    with pytest.raises(ConnectionRefusedError):
        connect(proxy)
    proxy.turn("pass")
    with connect(proxy) as end:
        assert echo(end) == b"111"


def test_hanging_it_keeps_everybody_waiting_and_then_goes_on(proxy: Proxy) -> None:
    with connect(proxy) as end:
        assert echo(end) == b"111"
        proxy.turn("hang")
        end.sendall(b"112")
        with pytest.raises(TimeoutError):
            end.recv(100)
        proxy.turn("pass")
        assert end.recv(100) == b"112"


def test_swallowing_it_lets_the_request_through_and_loses_the_reply(proxy: Proxy) -> None:
    with connect(proxy) as end:
        assert echo(end) == b"111"
        proxy.turn("swallow")
        end.sendall(b"112")
        with pytest.raises(TimeoutError):
            end.recv(100)
    assert Echo.heard == 6


def test_a_cut_resets_what_is_open_and_takes_new_connections(proxy: Proxy) -> None:
    with connect(proxy) as end:
        assert echo(end) == b"111"
        proxy.cut()
        assert is_broken(end)
    with connect(proxy) as end:
        assert echo(end) == b"111"
