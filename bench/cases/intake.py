"""Letters by the API, from one connection to every operator's at once, against pgbench."""

from collections.abc import Iterator

from bench import limit, load, mail
from bench.case import Case, Figures, Run, Target
from bench.intake import WARM, at_work, limit_of
from bench.system import fresh

CONNECTIONS = (1, 8, 32, 64)
OPERATORS = 1126
CLIENTS = (8, 32, 64)
FORMS = {"plain": "pgbench, plain transaction, {} clients /s", "cte": "pgbench, CTE, {} clients /s"}
PLAIN = tuple(FORMS["plain"].format(clients) for clients in CLIENTS)
AT_64, CROWD = "ours, 64 connections letters/s", f"ours, {OPERATORS} connections letters/s"


def work(run: Run) -> Iterator[Figures]:
    """In each round every figure once, the limit and ours in turn; the last while messages go."""
    seconds = run.of(3, 10)
    with fresh() as system:
        token = system.token("operator")

        def ours(connections: int, time: float = seconds) -> dict[str, float]:
            posts = mail.posts(system.web, token)
            return load.run(system.web, posts, load.Load(connections, time))

        with at_work(system, sending=False):
            load.run(system.web, mail.posts(system.web, token), WARM)
            target, written = limit_of(system)
        for _ in range(run.rounds):
            figures: dict[str, float] = {}
            with at_work(system, sending=False):
                for clients, connections in zip(CLIENTS, CONNECTIONS[1:], strict=True):
                    for form, name in FORMS.items():
                        figures[name.format(clients)] = limit.measure(
                            target, written, form, clients, seconds
                        )
                    figures |= named(ours(connections))
                figures |= named(ours(CONNECTIONS[0]))
                figures |= named(ours(OPERATORS, max(seconds, 8)))
            figures |= named(ours(64), " while messages go out")
            yield figures


def named(found: dict[str, float], note: str = "") -> dict[str, float]:
    """The figures of a load under names that say connections and unit."""
    connections = int(found["connections"])
    name = f"ours, {connections} connection{'s' if connections > 1 else ''}{note}"
    return {
        f"{name} letters/s": found["per_second"],
        f"{name} p50 ms": found["p50_ms"],
        f"{name} p99 ms": found["p99_ms"],
        f"{name} max ms": found["max_ms"],
        f"{name} errors": found["errors"],
        f"{name} load generator µs/letter": found["client_us"],
    }


CASE = Case(
    "intake",
    "Intake by the API",
    work,
    (
        Target("intake, 64 connections ÷ pgbench", AT_64, PLAIN, at_least=0.5),
        Target("intake, 64 connections: p99 ms", "ours, 64 connections p99 ms", at_most=250),
        Target(
            "intake, 1,126 connections: errors", f"ours, {OPERATORS} connections errors", at_most=0
        ),
        Target(
            "intake, 1,126 connections: p99 ms",
            f"ours, {OPERATORS} connections p99 ms",
            at_most=3000,
        ),
        Target("intake, 1,126 ÷ 64 connections", CROWD, (AT_64,), at_least=0.8),
    ),
)
