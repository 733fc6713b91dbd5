"""The SMS line at the pages: alarms on every page of those who can do something, and the card."""

import logging
import threading
import time
from typing import Any

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from app.actors import Role
from app.db import SessionFactory
from app.queries import alarms
from app.queries.alarms import Alarm
from app.sending import FIRST
from app.web import gate
from app.wording import PROVIDER_CODES, REASONS

logger = logging.getLogger(__name__)

LOOKOUT = "samaneh-lookout"
SECONDS = 5.0
WATCHERS = frozenset({Role.OPERATOR, Role.SUPERVISOR, Role.ADMIN})


class Lookout:
    """What is wrong, read at most once in so many seconds by a process.

    A page must not fail, nor wait in a row, because the alarms can't be read: it shows those that
    were known.
    """

    def __init__(self, sessions: SessionFactory, seconds: float = SECONDS) -> None:
        self._sessions = sessions
        self._seconds = seconds
        self._reading = threading.Lock()
        self._read_at = float("-inf")
        self._known: tuple[Alarm, ...] = ()

    def current(self) -> tuple[Alarm, ...]:
        old = time.monotonic() - self._read_at >= self._seconds
        if old and self._reading.acquire(blocking=False):
            try:
                self._known = self._read()
                self._read_at = time.monotonic()
            finally:
                self._reading.release()
        return self._known

    def _read(self) -> tuple[Alarm, ...]:
        try:
            with self._sessions() as session:
                return alarms.read(session)
        except SQLAlchemyError as error:
            logger.warning("the alarms can't be read (%s)", type(error).__name__)
            return self._known


def equip(app: Flask, sessions: SessionFactory) -> None:
    """Give an application its lookout and the words that templates use."""
    app.extensions[LOOKOUT] = Lookout(sessions)
    app.jinja_env.globals.update(alarms=for_visitor)
    app.jinja_env.filters.update(why=why)


def for_visitor() -> tuple[Alarm, ...]:
    """The alarms, for who can do something about them or has to know."""
    who = gate.visitor()
    if who is None or who.role not in WATCHERS:
        return ()
    lookout: Lookout = current_app.extensions[LOOKOUT]
    return lookout.current()


def why(reason: Any, provider: str = "") -> str:
    """A reason of ours, or a return code of the first provider, in Persian; what nobody has
    foreseen stays as it was said. Codes of others mean other things."""
    said = str(reason or "")
    number, _, words = said.partition(" ")
    if not number.isdecimal():
        return REASONS.get(said, said)
    known = PROVIDER_CODES.get(int(number)) if provider == FIRST else None
    return f"{known or words} (کد {number})".lstrip()
