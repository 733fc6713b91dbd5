"""The smallest web application, with workers that do not outlive their server."""

from collections.abc import Callable, Iterable

from app.running.orphans import die_with_parent

die_with_parent()


def app(_environ: dict[str, object], start: Callable[..., object]) -> Iterable[bytes]:
    start("200 OK", [("Content-Type", "text/plain")])
    return [b"ready"]
