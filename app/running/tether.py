"""Between the supervisor and a program: ties the program to its parent's life, then execs.

Run as `python -I -S tether.py FILE`; `app.running.tied` writes FILE. Standard library only.
"""

import ctypes
import fcntl
import json
import os
import signal
import sys
from typing import Any

PR_SET_PDEATHSIG = 1
PR_SET_SECUREBITS = 28
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAPABILITY_VERSION_3 = 0x20080522
SECBIT_NO_SETUID_FIXUP = 1 << 2
CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2
CAP_SETPCAP = 8
CANNOT_RUN = 126


class Unreachable(Exception):
    """The account a program runs as cannot reach that program's files."""


def bind_to_parent(signum: int) -> None:
    """Ask the kernel to send `signum` when the parent dies. Nothing where there is no such call."""
    if sys.platform == "linux":
        _prctl(PR_SET_PDEATHSIG, signum)


def main(path: str) -> None:
    """Become the program that the file at `path` describes; else print why and exit 126."""
    with open(path, encoding="utf-8") as file:
        spec = json.load(file)
    try:
        _tie(spec)
        os.execvpe(spec["argv"][0], spec["argv"], _environment(spec))  # noqa: S606 - its purpose
    except (OSError, Unreachable) as error:
        sys.stderr.write(f"{spec['argv'][0]}: {error}\n")
        raise SystemExit(CANNOT_RUN) from None


def _tie(spec: dict[str, Any]) -> None:
    _hold(spec["hold"])
    os.nice(spec["nice"])
    if spec["account"]:
        _become(spec["account"], spec["reach"])
    # Python starts with SIGPIPE ignored, and an ignored signal stays ignored through exec.
    for number in (signal.SIGPIPE, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    # After the change of account, because that change clears it.
    bind_to_parent(spec["signal"])
    if os.getppid() != spec["parent"]:
        raise SystemExit(0)  # the parent died before the kernel knew of the tie


def _environment(spec: dict[str, Any]) -> dict[str, str]:
    return dict(spec["env"]) if spec["clean"] else {**os.environ, **spec["env"]}


def _hold(path: str) -> None:
    """Keep a shared lock on `path` for as long as the program, or a child with its files, lives."""
    held = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(held, fcntl.LOCK_SH)
    fcntl.fcntl(held, fcntl.F_SETFD, 0)  # so that it survives exec


def _become(account: dict[str, Any], reach: list[str]) -> None:
    kept = None if _reaches(account, reach) else _spare_capability(account["name"], reach)
    if kept is not None:
        # Capabilities then survive the change of account, and access(2), by which PostgreSQL
        # looks for its own files, heeds them.
        _prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP)
    os.setgroups([])
    os.setgid(account["gid"])
    os.setuid(account["uid"])
    if kept is not None:
        _keep(kept)


def _reaches(account: dict[str, Any], reach: list[str]) -> bool:
    group, groups = os.getegid(), os.getgroups()
    os.setgroups([])
    os.setegid(account["gid"])
    os.seteuid(account["uid"])
    reached = all(os.access(path, os.R_OK | os.X_OK, effective_ids=True) for path in reach)
    os.seteuid(0)
    os.setegid(group)
    os.setgroups(groups)
    return reached


def _spare_capability(name: str, reach: list[str]) -> int:
    """The least capability that passes a private directory without opening it to everybody."""
    permitted = _permitted()
    if permitted >> CAP_SETPCAP & 1:
        for capability in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE):
            if permitted >> capability & 1:
                return capability
    raise Unreachable(
        f"the account {name} cannot reach {' or '.join(reach)}. Run as an ordinary user, or keep "
        "the program and its --data-dir where that account may look"
    )


def _permitted() -> int:
    if sys.platform != "linux":
        return 0
    with open("/proc/self/status", encoding="ascii", errors="replace") as file:
        return next((int(line.split()[1], 16) for line in file if line.startswith("CapPrm:")), 0)


def _keep(capability: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    bit = 1 << capability
    sets = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)  # effective, permitted, inheritable
    if libc.capset(header, sets) != 0:
        raise OSError(ctypes.get_errno(), "the kernel refused to keep a capability")
    _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability)


def _prctl(option: int, first: int, second: int = 0) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    words = [ctypes.c_ulong(value) for value in (first, second, 0, 0)]
    if libc.prctl(option, *words) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option} was refused")


if __name__ == "__main__":
    main(sys.argv[1])
