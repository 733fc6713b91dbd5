"""Whether the chain of events is whole, walked in segments by several processes."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

from sqlalchemy import text
from sqlalchemy.orm import Session

from app import copying
from app.chain import GENESIS, Linker, Segment, walk
from app.db import Json
from app.tools import Tools

AT_ONCE = 50_000
ALONE = 4 * AT_ONCE  # so few are walked before another process has started
MOST_WALKERS = 4

_COUNTED = text("""
select (select count(*) from events) as events, count(*) as sealed, coalesce(max(seq), 0) as last
from event_seals
""")


def verify(tools: Tools, at_once: int = AT_ONCE, alone: int = ALONE) -> Json:
    """Walk the chain: `{"sealed","unsealed","broken","head","ok"}`; `broken` is the first bad link.

    In segments of `at_once` links; more links than `alone` are shared between processes.
    Finds an event edited, deleted, swapped or forged. A tail cut off together with its seals is
    found only against a copy of the head kept elsewhere (`head`). Memory does not grow with the
    chain.
    """
    with tools.sessions() as session:
        session.execute(text("set local statement_timeout = 0"))
        session.execute(text("set local work_mem = '64MB'"))
        found = session.execute(_COUNTED).one()
        # If there are more numbers than links, one is missing before this.
        segments = cut(min(found.last, found.sealed + 1), at_once)
        if found.sealed <= alone:
            walked = _walk_here(tools, session, segments)
    if found.sealed > alone:
        walked = _walk_elsewhere(tools, segments)
    broken = first_broken(walked)
    sealed = found.sealed if broken is None else broken
    return {
        "sealed": sealed,
        "unsealed": found.events - sealed,
        "broken": broken,
        "head": walked[-1].after if walked else GENESIS.hex(),
        "ok": broken is None,
    }


def cut(last: int, at_once: int) -> list[tuple[int, int]]:
    """The numbers 1 … `last` in segments."""
    return [(first, min(first + at_once - 1, last)) for first in range(1, last + 1, at_once)]


def first_broken(walked: Sequence[Segment]) -> int | None:
    """The first bad link of segments in their order: a bad one within, or where two do not meet."""
    bad = [segment.broken for segment in walked if segment.broken is not None]
    bad += [right.first for left, right in pairwise(walked) if left.after != right.before]
    return min(bad, default=None)


def _walk_here(
    tools: Tools, session: Session, segments: Sequence[tuple[int, int]]
) -> list[Segment]:
    linker = Linker(_key(tools))
    with copying.driver(session) as connection:
        return [walk(connection, linker, *segment) for segment in segments]


def _walk_elsewhere(tools: Tools, segments: Sequence[tuple[int, int]]) -> list[Segment]:
    walkers = min(os.cpu_count() or 1, MOST_WALKERS)
    shares = [segments[nth::walkers] for nth in range(walkers)]
    with ThreadPoolExecutor(walkers) as pool:
        walked = pool.map(lambda share: _walked(tools, share), shares)
        return sorted((one for share in walked for one in share), key=lambda one: one.first)


def _walked(tools: Tools, segments: Sequence[tuple[int, int]]) -> list[Segment]:
    """What a process of its own says; the key goes to it by a pipe. Raises RuntimeError."""
    address = tools.sessions.kw["bind"].url.set(drivername="postgresql")
    task = {
        "url": address.render_as_string(hide_password=False),
        "key": _key(tools).hex(),
        "segments": segments,
    }
    done = subprocess.run(
        [sys.executable, "-m", "app.walker"],
        input=json.dumps(task),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError("a part of the chain could not be walked")
    return [Segment(**json.loads(line)) for line in done.stdout.splitlines()]


def _key(tools: Tools) -> bytes:
    return tools.vault.index("events", "chain")
