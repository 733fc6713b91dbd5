"""A process that walks segments of the chain: `python -m app.walker`.

One JSON object on stdin, `{"url", "key", "segments": [[first, last], …]}`; one on stdout for each
segment. Small on purpose: several of them run beside each other.
"""

import json
import sys
from dataclasses import asdict

import psycopg

from app.chain import Linker, walk

_OPTIONS = "-c timezone=UTC -c work_mem=64MB -c max_parallel_workers_per_gather=0"


def main() -> None:
    """Walk what stdin asks for."""
    task = json.load(sys.stdin)
    linker = Linker(bytes.fromhex(task["key"]))
    with psycopg.connect(task["url"], autocommit=True, options=_OPTIONS) as connection:
        for first, last in task["segments"]:
            print(json.dumps(asdict(walk(connection, linker, first, last))), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
