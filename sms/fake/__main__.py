"""`python -m sms.fake`: run the gateway until it is told to stop."""

import argparse
import logging
import os
import signal
import sys
import threading
from pathlib import Path

from sms.fake.factory import create_gateway
from sms.fake.server import Server
from sms.fake.settings import GatewaySettings


def main() -> int:
    """Serve until SIGTERM or SIGINT. Exit 0 stopped, 1 the port is taken, 2 bad usage."""
    asked = _arguments()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    # The address of the call-backs holds a secret, which urllib3 writes at DEBUG.
    logging.getLogger("urllib3").setLevel(logging.INFO)
    settings = GatewaySettings(asked.data_dir, key=asked.key, callback_url=asked.callback_url)
    try:
        server = Server(create_gateway(settings), asked.host, asked.port)
    except OSError as error:
        sys.stderr.write(f"gateway: {asked.host}:{asked.port}: {error.strerror}\n")
        return 1
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with server:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        stop.wait()
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sms.fake", description=__doc__)
    parser.add_argument("--port", type=int, default=8089, help="0: any free one, printed")
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--key", default="dev")
    # The environment keeps the secret of the address out of the list of processes.
    parser.add_argument("--callback-url", default=os.environ.get("GATEWAY_CALLBACK_URL"))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
