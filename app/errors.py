"""From exceptions to answers: one table of status, stable code and Persian title (RFC 9457)."""

import logging
from dataclasses import dataclass

from flask import Response, json
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from app.access import Changed, MovedOn, NotFound
from app.actions.callbacks import NotWaiting
from app.actions.capacity import CapReached, NoRoom
from app.actions.intake import Busy, KeyReused
from app.actions.owed import NotOwed
from app.actions.people import BadLogin
from app.actions.refer import FinallyReferred, Taken
from app.actors import Forbidden
from app.db import Json
from app.door import Invalid
from app.lifecycle import IllegalMove
from app.wording import FAULTS

logger = logging.getLogger(__name__)


class Unauthenticated(Exception):
    """No token, or one that is unknown or revoked."""


class Malformed(Exception):
    """The body is not JSON, or not a JSON object."""


class NotJson(Exception):
    """The body says that it is something other than JSON."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What a caller is told: HTTP status, stable code, Persian title."""

    status: int
    code: str
    title: str


TABLE: dict[type[Exception], Problem] = {
    Malformed: Problem(400, "malformed-json", "متن درخواست JSON درست نیست"),
    NotJson: Problem(415, "not-json", "نوع درخواست باید application/json باشد"),
    Unauthenticated: Problem(401, "unauthenticated", "نشان دسترسی نیست یا معتبر نیست"),
    BadLogin: Problem(401, "bad-login", "نام کاربری یا گذرواژه درست نیست"),
    Forbidden: Problem(403, "forbidden", "این کار در اختیار شما نیست"),
    NotFound: Problem(404, "not-found", "چنین نامه‌ای پیدا نشد"),
    MovedOn: Problem(409, "moved-on", "این نامه از کارتابل شما رفته است"),
    Changed: Problem(409, "changed", "پس از باز شدن این صفحه، نامه تغییر کرده است"),
    IllegalMove: Problem(409, "illegal-move", "این کار در وضعیت کنونی نامه شدنی نیست"),
    Taken: Problem(409, "taken", "همکار دیگری این نامه را برداشته است"),
    FinallyReferred: Problem(409, "finally-referred", "ارجاع بازرسی قطعی است و عودت ندارد"),
    NotOwed: Problem(409, "not-owed", "این پیامک دیگر در این فهرست نیست"),
    NotWaiting: Problem(409, "not-waiting", "این تماس مجدد در نوبت امروز نیست"),
    CapReached: Problem(409, "cap-reached", "ظرفیت امروز پر است"),
    Invalid: Problem(422, "invalid", "بعضی قسمت‌ها درست نیست"),
    KeyReused: Problem(422, "key-reused", "این کلید پیش‌تر برای درخواست دیگری به کار رفته است"),
    NoRoom: Problem(503, "no-room", "ثبت نشد؛ فهرست تماس مجدد جا ندارد"),
    Busy: Problem(503, "busy", "ثبت نشد؛ دوباره بفرستید"),
    OperationalError: Problem(503, "database-away", "ثبت نشد؛ پایگاه داده در دسترس نیست"),
    PoolTimeout: Problem(503, "database-busy", "ثبت نشد؛ سامانه شلوغ است، دوباره بفرستید"),
}

HTTP: dict[int, Problem] = {
    400: Problem(400, "bad-request", "درخواست درست نیست"),
    403: Problem(403, "forbidden", "این کار در اختیار شما نیست"),
    404: Problem(404, "not-found", "چنین چیزی نداریم"),
    405: Problem(405, "method-not-allowed", "این روش برای این نشانی نیست"),
    413: Problem(413, "too-large", "درخواست بزرگ‌تر از اندازه است"),
    415: Problem(415, "not-json", "نوع درخواست باید application/json باشد"),
    429: Problem(429, "too-many", "درخواست‌ها زیاد است؛ کمی بعد دوباره بیازمایید"),
}
BROKEN = Problem(500, "broken", "خطایی رخ داد؛ گزارش شد")

# PostgreSQL's classes for "the server is going away" and "no resources left"; no state at all: it
# could not be reached.
_AWAY = ("57P", "53", "08", "25006")
# Serialization, deadlock, lock time-out: nothing was written, the same request may be sent again.
_BUSY = ("40", "55P03")


def problem_of(error: Exception) -> Problem:
    """The answer to an exception; an unknown one is logged and becomes 500."""
    if isinstance(error, HTTPException):
        return HTTP.get(error.code or 500, BROKEN)
    known = next((TABLE[kind] for kind in type(error).__mro__ if kind in TABLE), None)
    if isinstance(error, DBAPIError):
        known = _of_database(error)
    if known is None:
        logger.error("unexpected %s", type(error).__name__, exc_info=error)
        return BROKEN
    return known


def _of_database(error: DBAPIError) -> Problem | None:
    state = getattr(error.orig, "sqlstate", None) or ""
    if state.startswith(_BUSY):
        return TABLE[Busy]
    away = error.connection_invalidated or state.startswith(_AWAY)
    return TABLE[OperationalError] if away or not state else None


def faults_of(error: Exception) -> list[Json]:
    """Each wrong field with its code and its Persian words."""
    if not isinstance(error, Invalid):
        return []
    return [
        {"field": f.field, "code": f.code, "title": FAULTS.get(f.code, FAULTS["other"])}
        for f in error.faults
    ]


def as_response(error: Exception) -> Response:
    """A problem document (application/problem+json)."""
    problem = problem_of(error)
    body = {"title": problem.title, "status": problem.status, "code": problem.code}
    faults = faults_of(error)
    if faults:
        body["errors"] = faults
    response = Response(
        json.dumps(body, ensure_ascii=False),
        status=problem.status,
        content_type="application/problem+json",
    )
    if problem.status == 503:
        response.headers["Retry-After"] = "2"
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
