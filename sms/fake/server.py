"""The gateway's own HTTP server: connections that stay open, and that can be broken on order.

Werkzeug's server closes the connection after each answer, and no production server lets an
application reset one; both are what a client of an SMS provider has to be tried against.
"""

import io
import socket
import struct
import sys
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote_to_bytes

from flask import Flask
from werkzeug.wrappers import Response

from sms.fake.answers import CUT
from sms.fake.messenger import Messenger

LONGEST_BODY = 4 << 20
RST_ON_CLOSE = struct.pack("ii", 1, 0)
DRIP_SECONDS = 0.2
# Longer than a client keeps a quiet connection, so that the client is the one who leaves.
QUIET_SECONDS = 75.0


class Server:
    """A gateway that listens from the moment it is made and answers once it is started."""

    def __init__(self, app: Flask, host: str = "127.0.0.1", port: int = 0) -> None:
        """Port 0 is any free one. Raises OSError when the port is taken."""
        self._app = app
        self._http = _Listener((host, port), app)
        self._messenger = Messenger(app.extensions["room"])
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True
        )

    @property
    def url(self) -> str:
        host, port = self._http.server_address[:2]
        return f"http://{host!s}:{port}"

    def start(self) -> None:
        self._messenger.start()
        self._thread.start()

    def stop(self) -> None:
        """Stop taking connections and close the store. Calls in progress are cut off."""
        self._http.shutdown()
        self._http.server_close()
        self._http.hang_up()
        self._messenger.stop()
        self._app.extensions["room"].store.close()

    def __enter__(self) -> "Server":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    # A burst of workers connects at once; the default of 5 would drop some.
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], app: Flask) -> None:
        self.app = app
        self._open: set[socket.socket] = set()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End the connections that are kept open, as the end of a process would."""
        for request in list(self._open):
            with suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error of ours; anything else is for the log."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """HTTP/1.1 in front of one WSGI application."""

    protocol_version = "HTTP/1.1"
    server_version = "gateway"
    sys_version = ""
    timeout = QUIET_SECONDS
    # Without it an answer waits 40 ms for the client's acknowledgement.
    disable_nagle_algorithm = True
    server: _Listener

    def answer(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if (
            not length.isdigit()
            or int(length) > LONGEST_BODY
            or "Transfer-Encoding" in self.headers
        ):
            self.close_connection = True
            self.send_error(413)
            return
        body = self.rfile.read(int(length))
        answer = Response.from_app(self.server.app, self._environ(body), buffered=True)
        self._write(answer.status, answer.headers.to_wsgi_list(), answer.get_data())

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = answer  # noqa: N815 — http.server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 — the parent's name
        """Nothing: the path holds the key, and `/_gateway/requests.json` shows the calls."""

    def _write(self, status: str, headers: list[tuple[str, str]], payload: bytes) -> None:
        how = next((value for name, value in headers if name == CUT), "")
        lines = [
            f"{name}: {value}" for name, value in headers if name not in {CUT, "Content-Length"}
        ]
        size = f"Content-Length: {len(payload)}"
        head = "\r\n".join([f"HTTP/1.1 {status}", *lines, size, "", ""]).encode("latin-1")
        if how:
            self._cut(how, head, payload)
        else:
            self.wfile.write(head if self.command == "HEAD" else head + payload)

    def _cut(self, how: str, head: bytes, payload: bytes) -> None:
        self.close_connection = True
        if how == "drip":
            self.wfile.write(head)
            for byte in payload:
                self.wfile.write(bytes([byte]))
                time.sleep(DRIP_SECONDS)
        elif how == "truncate":
            self.wfile.write(head + payload[: len(payload) // 2])
        else:
            # Lingering for no time turns the close into a reset.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RST_ON_CLOSE)
            self.connection.close()

    def _environ(self, body: bytes) -> dict[str, Any]:
        path, _, query = self.path.partition("?")
        environ = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "REMOTE_ADDR": self.client_address[0],
            "REMOTE_PORT": self.client_address[1],
            "SERVER_NAME": "localhost",
            "SERVER_PORT": str(self.server.server_address[1]),
            "SERVER_PROTOCOL": self.request_version,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        headers = {f"HTTP_{k.upper().replace('-', '_')}": v for k, v in self.headers.items()}
        return {**headers, **environ}
