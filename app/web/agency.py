"""The desk of an agency: its own queue, and what its staff do with a letter."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.access import Changed, MovedOn, NotFound, Shown, Wanted
from app.actions import answer, pausing, refer
from app.actions.refer import FinallyReferred, Taken
from app.actors import Role
from app.api.caller import tools
from app.db import Json
from app.door import Invalid
from app.errors import problem_of
from app.lifecycle import IllegalMove
from app.models.notice import PAUSE
from app.queries import branches, desk, identity, left, staff, templates
from app.web import sheets, uploads
from app.web.gate import for_roles, person
from app.web.pages import explained, instant, tell
from app.wording import FAULTS

pages = Blueprint("agency", __name__, url_prefix="/desk")

STAFF = (Role.AGENCY, Role.MANAGER)
Answer = Response | str | tuple[str, int]


@pages.get("/<string:code>")
@for_roles(*STAFF)
def letter(code: str) -> Answer:
    try:
        return page(code)
    except NotFound:
        return gone(code), 410


@pages.get("/<string:code>/print")
@for_roles(*STAFF)
def paper(code: str) -> str:
    """The letter as a sheet of paper: for the file, the branch, the signature."""
    sheet = sheets.read(code)
    contact = identity.of_letter(tools().vault, person(), sheet["letter"])
    return render_template("agency/print.html", **sheet, contact=contact)


@pages.post("/<string:code>/claim")
@for_roles(*STAFF)
def claim(code: str) -> Answer:
    return do(code, lambda: refer.claim(tools(), person(), wanted(code)), "این نامه را برداشتید")


@pages.post("/<string:code>/forward")
@for_roles(*STAFF)
def forward(code: str) -> Answer:
    branch = request.form.get("branch", "")
    return do(
        code,
        lambda: refer.forward(tools(), person(), wanted(code), branch),
        f"به {branch} رفت",
    )


@pages.post("/<string:code>/return")
@for_roles(*STAFF)
def give_back(code: str) -> Answer:
    reason = request.form.get("reason", "")
    return do(
        code,
        lambda: refer.give_back(tools(), person(), wanted(code), reason),
        "به میز پایش عودت داده شد",
        url_for("queue.listing"),
    )


@pages.post("/<string:code>/answer")
@for_roles(*STAFF)
def reply(code: str) -> Answer:
    """Answer it with the files that came; first warn of a text that everybody gets."""
    outcome, text = request.form.get("outcome", ""), request.form.get("text", "")
    refused = attempt(code, lambda: uploads.with_answer(wanted(code)))
    if refused is not None:
        return refused
    if "anyway" not in request.form and (times := _repeated(text)):
        return page(code, repeated=times), 422
    return do(
        code,
        lambda: answer.answer(tools(), person(), wanted(code), outcome, text),
        "پاسخ ثبت شد و شهروند پیامک می‌گیرد",
        url_for("queue.listing"),
    )


def wanted(code: str) -> Wanted:
    """The letter as it stood on the page from which the form was sent, where the form says so."""
    return seen_of(code, request.form.get("seen", ""))


def seen_of(code: str, seen: str) -> Wanted:
    """`seen` as `page` writes it; the bare code where that says nothing."""
    version, _, event = seen.partition(".")
    numbers = (version + event).isascii() and version.isdigit() and event.isdigit()
    if not numbers or len(version + event) > 18:
        return code
    return Shown(code, int(version), int(event))


def do(code: str, move: Callable[[], object], done: str, onward: str | None = None) -> Answer:
    """Move it and go on; or show the letter as it is now, and what has changed since the page was
    opened, with everything typed still there."""
    refused = attempt(code, move)
    if refused is not None:
        return refused
    tell(done)
    return redirect(onward or url_for("agency.letter", code=code), 303)


def attempt(code: str, move: Callable[[], object]) -> Answer | None:
    """What is shown instead if it can't be done."""
    try:
        move()
    except MovedOn as error:
        return gone(code, **explained(error)), 409
    except (Changed, Taken, IllegalMove, FinallyReferred, Invalid) as error:
        return page(code, error), problem_of(error).status
    return None


def gone(code: str, **said: Any) -> str:
    """What one's own people did with a letter that the agency has no longer. Raises NotFound."""
    with tools().sessions() as session:
        steps = left.own_steps(session, person(), code)
        names = staff.names(session, {step["actor"] for step in steps})
    typed = [
        (name, value)
        for name in ("text", "question", "words", "reason")
        if (value := request.form.get(name, "").strip())
    ]
    around = {"events": steps, "names": names, "offices": sheets.office_names(), "typed": typed}
    return render_template("agency/left.html", code=code, **around, **said)


def _repeated(words: str) -> int:
    with tools().sessions() as session:
        return templates.repeated(session, person(), words)


def page(code: str, error: Exception | None = None, repeated: int = 0) -> str:
    """The letter with everything that may be done with it. Raises NotFound."""
    with tools().sessions() as session:
        event = desk.last_event(session, code)
        sheet = sheets.of(session, code)
        offered = _offered(session, sheet)
    return render_template(
        "agency/letter.html",
        **sheet,
        **offered,
        repeated=repeated,
        contact=identity.of_letter(tools().vault, person(), sheet["letter"]),
        seen=f"{sheet['letter'].version}.{event}",
        key=request.form.get("key") or uuid4().hex,
        typed=request.form,
        wrong=request.endpoint if error else None,
        changes=_told(sheet["events"], error),
        **(explained(error) if error else {}),
    )


def _offered(session: Session, sheet: dict[str, Any]) -> dict[str, Any]:
    """What the forms of this letter offer to choose from."""
    letter, chosen = sheet["letter"], request.args.get("template")
    own = branches.of_agency(session, letter.owner_code)
    offered = templates.offered(session, person())
    colleagues = staff.colleagues(session, person())
    had = [x for x in sheet["notices"] if (x.kind, x.correspondence_id) == (PAUSE, letter.id)]
    no_pause = pausing.refusal(letter, had, 1, datetime.now(UTC))
    return {
        "branches": own,
        "templates": offered,
        "prepared": next((one.text for one in offered if str(one.id) == chosen), ""),
        "colleagues": [one for one in colleagues if one.ref != letter.claimed_by],
        "no_pause": no_pause,
        "why_no_pause": FAULTS.get(no_pause or "", ""),
        "most_days": pausing.MOST_DAYS_AT_ONCE,
    }


def _told(events: list[Json], error: Exception | None) -> list[Json]:
    """Of these events, those that the one at the page did not know of."""
    if not isinstance(error, Changed):
        return []
    new = {(one.kind, one.at) for one in error.changes}
    return [event for event in events if (event["kind"], instant(event["at"])) in new]
