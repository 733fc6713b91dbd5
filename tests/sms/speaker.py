"""A provider that answers every call with the same words."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Self


class Speaker:
    """Says the last of `words`, with the status of HTTP that goes with them."""

    def __init__(self) -> None:
        self.words: list[tuple[int, bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"] or 0))
                status, words = outer.words[-1]
                self.send_response(status)
                self.send_header("Content-Length", str(len(words)))
                self.end_headers()
                self.wfile.write(words)

            do_GET = do_POST = answer  # noqa: N815 — http.server's names

            def log_message(self, *_: object) -> None: ...

        self._http = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def say(self, body: object, status: int = 200) -> str:
        """From now on; returns the address."""
        self.words.append((status, body if isinstance(body, bytes) else json.dumps(body).encode()))
        return self.url

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
