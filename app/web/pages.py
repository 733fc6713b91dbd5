"""What every page shares: the page of a problem, messages, dates from the API's words."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from flask import flash, render_template, request

from app.door import Invalid
from app.errors import Problem, problem_of
from app.persian import TEHRAN, ago, jalali_moment, spoken_code, tehran_day
from app.wording import FAULTS

NAMED = 3  # so many letters are named in a message
LOGGED_OUT = Problem(401, "logged-out", "از سامانه بیرون آمده‌اید")
LOG_IN = "account.log_in"
_WORTH_ANOTHER_TRY = (401, 429, 503)
_TOO_LARGE = 413
_NEVER_SHOWN = ("csrf_token", "password")


def problem_page(problem: Problem, *, expired: bool = False) -> tuple[str, int]:
    """A Persian page for what went wrong; what was typed stands on it and can be sent again.

    `expired`: the CSRF token is over. Reads nothing from the database, which may be what is away.
    """
    kept = _kept(problem)
    again = bool(kept) and (expired or problem.status in _WORTH_ANOTHER_TRY)
    said = {"expired": expired, "kept": kept, "again": again}
    files = bool(kept) and any(file.filename for file in request.files.values())
    page = render_template("problem.html", problem=problem, files=files, **said)
    return page, problem.status


def _kept(problem: Problem) -> list[tuple[str, str]]:
    """The fields of the form that failed, if it was sent from a page of ours."""
    ours = urlsplit(request.headers.get("Origin", "")).netloc == request.host
    if request.method != "POST" or not ours or problem.status == _TOO_LARGE:
        return []
    if request.endpoint == LOG_IN:
        return []
    fields = request.form.items(multi=True)
    return [(name, value) for name, value in fields if name not in _NEVER_SHOWN]


def tell(words: str) -> None:
    """A message on the next page that is shown. No identity data: it travels in a cookie."""
    flash(words)


def named(codes: Sequence[str]) -> str:
    """The first of many letters by their codes, as a message names them: «…، … و …»."""
    more = " و …" if len(codes) > NAMED else ""
    return "، ".join(spoken_code(code) for code in codes[:NAMED]) + more


def faults_by_field(error: Exception) -> dict[str, str]:
    """Persian words by the name of the form field: the last part of the API's field name."""
    if not isinstance(error, Invalid):
        return {}
    return {
        fault.field.rpartition(".")[2]: FAULTS.get(fault.code, FAULTS["other"])
        for fault in error.faults
    }


def explained(error: Exception) -> dict[str, object]:
    """What a page that comes back after a refusal says: its title and each wrong field."""
    return {"refused": problem_of(error), "faults": faults_by_field(error)}


def instant(iso: str) -> datetime:
    """An instant as the actions and queries write it."""
    return datetime.fromisoformat(iso)


def day(iso: str) -> date:
    return date.fromisoformat(iso)


def days_left(due_at: datetime) -> int:
    """Tehran days from today to a deadline; negative when it is past."""
    return (tehran_day(due_at) - tehran_day(datetime.now(UTC))).days


def brief_moment(at: datetime) -> str:
    """The hour in Tehran if it is today, else the whole date with it."""
    today = tehran_day(datetime.now(UTC))
    return f"{at.astimezone(TEHRAN):%H:%M}" if tehran_day(at) == today else jalali_moment(at)


FILTERS = {
    "instant": instant,
    "day": day,
    "days_left": days_left,
    "brief_moment": brief_moment,
    "ago": lambda at: ago(at, datetime.now(UTC)),
}
