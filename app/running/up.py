"""`samaneh up`: everything on one machine, kept alive until it is told to stop."""

import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click

from app.running import plan
from app.running.alone import alone, outlive_leftovers
from app.running.conductor import Conductor, Wishes, hurry
from app.running.embedded import embed
from app.running.engines import Engines, Given
from app.running.errors import UpFailed
from app.running.keeper import Gone, Stir, Wire, keep
from app.running.plan import House, Program
from app.running.tied import write_private

SOCKET_BYTES = 104 - len(".1234567")  # the shortest limit there is, less what supervisord adds


class _Stopped(BaseException):
    """Somebody wants us to stop, before supervisord listens."""


def run(
    data_dir: Path,
    *,
    prepare: Callable[[Engines], Sequence[Program]],
    announce: Callable[[], None],
    addresses: Mapping[str, str],
    given: Given,
) -> int:
    """Run everything below `data_dir` until SIGTERM, SIGINT or SIGHUP; return the exit code.

    Engines that are not `given` are started; `prepare` gets the addresses of both, migrates, and
    returns the programs, which are started in that order. When they run and every URL of
    `addresses` (by the name of a program of one process: "web", "gateway") answers 200,
    running.json is written and `announce` called. Only in the main thread; `prepare` and
    `announce` are called in another one; of a process that they start they learn no exit code. An
    UpFailed goes to stderr, and the code is 1; any other exception comes out of here, after
    everything has been stopped.
    """
    data = data_dir.absolute()
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with alone(data), _listening():
            _run(data, Wishes(prepare, announce, addresses), given)
    except UpFailed as failure:
        click.echo(f"samaneh up: {failure}", err=True)
        return 1
    except _Stopped:
        pass
    return 0


@contextmanager
def _listening() -> Iterator[None]:
    """Turn the signals that end us into an exception; supervisord then takes them over."""
    before = {
        number: signal.signal(number, _stop)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
        if signal.getsignal(number) != signal.SIG_IGN or number == signal.SIGTERM
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(_signum: int, _frame: FrameType | None) -> None:
    raise _Stopped


def _run(data: Path, wishes: Wishes, given: Given) -> None:
    (data / "running.json").unlink(missing_ok=True)
    outlive_leftovers(data / "alive")
    with _house(data) as house:
        conductor = Conductor(house, embed(data, given), wishes)
        groups = {plan.ENGINES: conductor.embedded.processes}
        write_private(house.settings, plan.settings(house, groups))
        try:
            _Performance(conductor).give()
        finally:
            (data / "running.json").unlink(missing_ok=True)


@contextmanager
def _house(data: Path) -> Iterator[House]:
    """The directories of a run. The socket moves out if its path would be too long."""
    run_directory = data / "run"
    shutil.rmtree(run_directory, ignore_errors=True)
    for directory in (run_directory, data / "log"):
        directory.mkdir(mode=0o700, exist_ok=True)
    near = run_directory / "supervisor.sock"
    try:
        if len(bytes(near)) < SOCKET_BYTES:
            yield House(data, near)
        else:
            with tempfile.TemporaryDirectory(prefix="samaneh-") as elsewhere:
                yield House(data, Path(elsewhere, "s"))
    finally:
        shutil.rmtree(run_directory, ignore_errors=True)


class _Performance:
    """supervisord in this thread, the conductor in another."""

    def __init__(self, conductor: Conductor) -> None:
        self._conductor = conductor
        self._wire = Wire(conductor.house.socket)
        self._stir = Stir()
        self._pool = ThreadPoolExecutor(1, "conductor")
        self._fault: BaseException | None = None

    def give(self) -> None:
        """Return when everything has been stopped. Raises what made the conductor give up."""
        try:
            with self._pool:
                keep(self._conductor.house.settings, self._begin, self._stir)
        finally:
            self._stir.close()
        if self._fault is not None:
            raise self._fault

    def _begin(self) -> None:
        work = self._pool.submit(self._conductor.conduct, self._wire, self._stir)
        self._pool.submit(self._end, work)  # the pool is one thread: this comes after the work

    def _end(self, work: Future[None]) -> None:
        try:
            self._wire.stop()
            self._fault = work.exception()
        except Gone:
            pass  # it was stopping already: whatever went wrong since is the consequence
        hurry(self._wire)
        self._wire.close()
