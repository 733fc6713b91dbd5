"""For the workers of a server that forks its own: they must not outlive it."""

import multiprocessing
import os
import signal

from app.running.tether import bind_to_parent


def die_with_parent(signum: int = signal.SIGKILL) -> None:
    """Die of `signum` when the process that started this worker dies. To be called in the worker.

    Outside a multiprocessing child it does nothing, so it is safe in whatever imports the web app.
    SIGKILL by default: the port has to be free again before the server's replacement asks for it.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    bind_to_parent(signum)
    if os.getppid() != parent.pid:
        os.kill(os.getpid(), signum)  # it died before the kernel knew of the tie
