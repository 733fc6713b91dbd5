"""Paper: what the registration form says about it, and the boxes it comes in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.access import NotFound
from app.actions import batches as actions
from app.actions.batches import OLDEST, Closed, NewBatch
from app.actions.paper import Paper
from app.actors import Role
from app.api.caller import tools
from app.door import Fault, Invalid
from app.lifecycle import Channel
from app.persian import (
    TEHRAN,
    ascii_digits,
    jalali_day,
    jalali_number,
    parse_jalali_day,
    tehran_day,
)
from app.queries import batches, staff
from app.web import sheets, uploads
from app.web.gate import for_roles, person
from app.web.pages import explained, tell

pages = Blueprint("paper", __name__, url_prefix="/operator/boxes")

PICKED = 14  # days that are offered
GONE = "این جعبه بسته شده است"


@dataclass(frozen=True, slots=True, repr=False)
class Slip:
    """What the form says of the paper besides what is written on it; `day` if a day was given."""

    day: date | None
    paper: Paper
    faults: tuple[Fault, ...]

    @property
    def received_at(self) -> str:
        """The beginning of that day, as the API writes it; '' without one."""
        begin = datetime.combine(self.day, time(), TEHRAN) if self.day else None
        return begin.isoformat() if begin else ""


def read(typed: dict[str, str]) -> Slip:
    """A call or an electronic letter says nothing of paper, whatever stands in hidden fields."""
    brought = uploads.brought()
    if typed.get("channel") != Channel.LETTER:
        wrong = (Fault(uploads.FIELD, "paper-only"),) if brought.names else ()
        return Slip(None, Paper(), wrong)
    number, faults = ascii_digits(typed.get("batch", "")).strip(), []
    try:
        day = _day(typed.get("received", "")) or _day_of_box(number)
    except ValueError:
        day = None
        faults.append(Fault("received", "received-day"))
    if brought.refused:
        faults.append(Fault(uploads.FIELD, "files-refused"))
    return Slip(day, Paper(number, brought.files), tuple(faults))


def _day(typed: str) -> date | None:
    """None where nothing was typed; raises ValueError."""
    if not typed.strip():
        return None
    day, today = parse_jalali_day(typed), tehran_day(datetime.now(UTC))
    if not today - OLDEST <= day <= today:
        raise ValueError("in the future, or too old")
    return day


def _day_of_box(number: str) -> date | None:
    if not number:
        return None
    with tools().sessions() as session:
        box = batches.one(session, tools().province, number)
    return box.received_on if box else None


def around(session: Session) -> dict[str, Any]:
    """What the form offers: the open boxes, the last days."""
    return {"boxes": batches.offered(session, tools().province), "days": _days()}


def _days() -> Iterable[tuple[str, str]]:
    today = tehran_day(datetime.now(UTC))
    last = [today - timedelta(days=n) for n in range(PICKED)]
    return [(jalali_number(day), jalali_day(day)) for day in last]


@pages.get("")
@for_roles(Role.OPERATOR)
def boxes() -> str:
    """All boxes with what was counted of each, and the form that opens one."""
    return _boxes()


@pages.post("")
@for_roles(Role.OPERATOR)
def open_box() -> Response | tuple[str, int]:
    """Sent twice, it opens one."""
    form = request.form
    try:
        made = actions.open_box(tools(), person(), _new(form))
    except Invalid as error:
        known = any(fault.code == "batch-number-known" for fault in error.faults)
        typed = form.to_dict() | ({"number": ""} if known else {})
        return _boxes(typed=typed, **explained(error)), 422
    tell(f"جعبهٔ {made} باز شد")
    return redirect(url_for("paper.box", number=made), 303)


@pages.get("/<string:number>")
@for_roles(Role.OPERATOR)
def box(number: str) -> str:
    """A box and its letters."""
    return _box(number)


@pages.post("/<string:number>/close")
@for_roles(Role.OPERATOR)
def close(number: str) -> Response | tuple[str, int]:
    """With a reason, unless everything agrees."""
    try:
        actions.close(tools(), person(), number, request.form.get("reason", ""))
    except Invalid as error:
        return _box(number, **explained(error)), 422
    except Closed:
        tell(GONE)
    else:
        tell(f"جعبهٔ {number} بسته شد")
    return redirect(url_for("paper.box", number=number), 303)


def _new(form: Any) -> NewBatch:
    """Raises Invalid for what is no day and no number."""
    faults, day = [], date.min
    try:
        day = parse_jalali_day(form.get("received", ""))
    except ValueError:
        faults.append(Fault("received", "received-day"))
    count = ascii_digits(form.get("envelopes", "")).strip()
    if not count.isdigit() or len(count) > 6:
        faults.append(Fault("envelopes", "batch-envelopes"))
    if faults:
        raise Invalid(*faults)
    number = ascii_digits(form.get("number", "")).strip()
    return NewBatch(form.get("key", ""), number, form.get("box", "").strip(), day, int(count))


def _boxes(**said: Any) -> str:
    at = _page()
    today = jalali_number(tehran_day(datetime.now(UTC)))
    with tools().sessions() as session:
        found, more = batches.page(session, tools().province, at)
        number = batches.proposed(session, tools().province, today.replace("/", "-"))
    typed = {"number": number, "received": today, "key": uuid4().hex}
    typed |= {name: value for name, value in said.pop("typed", {}).items() if value}
    around = {"boxes": found, "more": more, "at": at, "days": _days()}
    return render_template("operator/boxes.html", typed=typed, **around, **said)


def _box(number: str, **said: Any) -> str:
    bare, at = request.args.get("show") == "bare", _page()
    with tools().sessions() as session:
        found = batches.one(session, tools().province, number)
        if found is None:
            raise NotFound
        letters = batches.letters(session, tools().province, number, (at, bare))
        names = staff.names(session, {found.opened_by, found.closed_by})
    return render_template(
        "operator/box.html",
        box=found,
        letters=letters[: batches.LETTERS],
        more=len(letters) > batches.LETTERS,
        at=at,
        bare=bare,
        names=names,
        offices=sheets.office_names(),
        **said,
    )


def _page() -> int:
    raw = request.args.get("page", "0")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 5 else 0
