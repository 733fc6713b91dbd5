"""Where the time of intake goes: `python -m bench.profile [CONNECTIONS] [SECONDS]` → two tables.

py-spy (`make bench` installs it) looks at both web processes of a fresh system under load, at the
threads that serve a request: the functions that were on top, and those anywhere in the stack.
`Connection.wait` is the time for which the database is waited for.
It needs the right to trace: root, or a kernel whose ptrace_scope is 0.
"""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import load, mail
from bench.intake import WARM, at_work
from bench.system import System, fresh

PY_SPY = Path(sys.executable).with_name("py-spy")
SHOWN, A_SECOND = 30, 200
REQUEST = "Flask.wsgi_app (flask/app.py)"  # what is below it serves no request
Samples = Counter[tuple[str, ...]]


def main() -> None:
    given = [float(word) for word in sys.argv[1:3]]
    connections, seconds = [*given, *(64.0, 15.0)[len(given) :]]
    with fresh() as system, at_work(system, sending=False):
        token = system.token("operator")
        load.run(system.web, mail.posts(system.web, token), WARM)
        with tempfile.TemporaryDirectory() as directory:
            watching = list(_watch(system, Path(directory), seconds))
            wanted = load.Load(int(connections), seconds + 2)
            figures = load.run(system.web, mail.posts(system.web, token), wanted)
            samples = _samples(watching)
    _show(samples)
    print(json.dumps(figures | {"samples": samples.total()}))


def _watch(
    system: System, directory: Path, seconds: float
) -> Iterable[tuple[subprocess.Popen[bytes], Path]]:
    """One py-spy for each web process and its children, writing when it ends."""
    found = json.loads((system.data_dir / "running.json").read_text())
    for pid in found["pids"]["web"]:
        file = directory / f"{pid}.txt"
        command = [
            *(str(PY_SPY), "record", "--pid", str(pid), "--subprocesses", "--format", "raw"),
            *("--duration", str(round(seconds)), "--rate", str(A_SECOND), "--output", str(file)),
        ]
        quiet = subprocess.DEVNULL
        yield subprocess.Popen(command, stdout=quiet, stderr=quiet), file


def _samples(watching: Iterable[tuple[subprocess.Popen[bytes], Path]]) -> Samples:
    samples: Samples = Counter()
    for process, file in watching:
        if process.wait(60):
            raise RuntimeError("py-spy could not look: it needs the right to trace")
        for line in file.read_text("utf-8").splitlines():
            stack, _, number = line.rpartition(" ")
            frames = tuple(map(_function, stack.split(";")))
            if REQUEST in frames:
                samples[frames[frames.index(REQUEST) :]] += int(number)
    return samples


def _function(frame: str) -> str:
    """`register (app/actions/intake.py:131)` → `register (app/actions/intake.py)`, short."""
    name, _, place = frame.partition(" (")
    path = place.rpartition(":")[0].rpartition("site-packages/")[2]
    return f"{name} ({path})" if path else name


def _show(samples: Samples) -> None:
    total = max(samples.total(), 1)
    own: Counter[str] = Counter()
    within: Counter[str] = Counter()
    for stack, number in samples.items():
        own[stack[-1]] += number
        for function in set(stack):
            within[function] += number
    console = Console(width=120)
    for title, counted in (("on top", own), ("anywhere in the stack", within)):
        table = Table("function", "% of samples", title=f"Functions {title}")
        for function, number in counted.most_common(SHOWN):
            table.add_row(function, f"{number / total:.1%}")
        console.print(table)


if __name__ == "__main__":
    main()
