"""Is it alive, is it ready, how much of what: for machines that watch."""

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import CollectorRegistry, GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.api.caller import tools
from app.migrating import CODE_HEAD
from app.queries import numbers
from app.tools import Tools

pages = Blueprint("health", __name__)

_SCHEMA = text("select version_num from alembic_version")


@pages.get("/healthz")
def alive() -> Response:
    return jsonify({"ok": True})


@pages.get("/readyz")
def ready() -> tuple[Response, int]:
    """200 when the database answers, is migrated as this code expects, and the doorbell rings.

    A silent doorbell does not make us unready: the poller works without it.
    """
    checks = {"database": False, "migrations": False, "doorbell": tools().bell.answers()}
    try:
        with tools().sessions() as session:
            checks["migrations"] = session.scalar(_SCHEMA) == CODE_HEAD
            checks["database"] = True
    except SQLAlchemyError:
        checks["database"] = False
    ok = checks["database"] and checks["migrations"]
    return jsonify({"ok": ok, "checks": checks}), 200 if ok else 503


@pages.get("/metrics")
def metrics() -> Response:
    """Prometheus text; the numbers come from the database, so every web process says the same."""
    registry = CollectorRegistry()
    registry.register(_Numbers(tools()))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Numbers(Collector):
    def __init__(self, source: Tools) -> None:
        self._source = source

    def collect(self) -> list[GaugeMetricFamily]:
        families: dict[str, GaugeMetricFamily] = {}
        with self._source.sessions() as session:
            for name, label, number in numbers.read(session):
                family = families.setdefault(
                    name, GaugeMetricFamily(f"samaneh_{name}", name, labels=["of"])
                )
                family.add_metric([label], number)
        return list(families.values())
