"""What the web server imports: `granian --factory app.wsgi:build`."""

import gc
import logging
import resource
import threading

import structlog
from flask import Flask

from app import doorbell
from app.factory import create_app
from app.running.orphans import die_with_parent
from app.tools import from_settings, keep_current
from config import Settings
from routing.loading import default_rules


def build() -> Flask:
    """The application over the settings of the environment; raises BadSettings."""
    die_with_parent()
    _welcome_many()
    settings = Settings.from_env()
    log_as_json()
    bell = doorbell.BellBoy(doorbell.RedisDoorbell(doorbell.connect(settings.redis_url)))
    tools = from_settings(settings, default_rules, bell)
    default_rules()  # now, so that no citizen waits for it
    keep_current(tools, threading.Event())
    app = create_app(settings, tools)
    gc.collect()
    gc.freeze()  # what is loaded now stays: nobody has to look through it for garbage again
    return app


def _welcome_many() -> None:
    """As many connections as the system lets this process have; often it says 1,024 at first."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def log_as_json() -> None:
    """One JSON object a line on stderr. Providers' URLs (with keys) and SQL stay out of it."""
    renderer = structlog.stdlib.ProcessorFormatter(
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso"),
        ],
    )
    handler = logging.StreamHandler()
    handler.setFormatter(renderer)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for quiet in ("urllib3", "sqlalchemy.engine", "alembic"):
        logging.getLogger(quiet).setLevel(logging.WARNING)
