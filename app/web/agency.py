"""The desk of an agency: its own queue, and what its staff do with a letter."""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.actions import answer, refer
from app.actions.refer import FinallyReferred, Taken
from app.actors import Role
from app.api.caller import tools
from app.db import Json
from app.door import Invalid
from app.errors import problem_of
from app.lifecycle import IllegalMove
from app.queries import branches, desk, identity, staff
from app.web import sheets
from app.web.gate import for_roles, person
from app.web.pages import explained, tell

pages = Blueprint("agency", __name__, url_prefix="/desk")

PAGE = 25
FILTERS = ("referred", "in_progress", "answered", "closed")
STAFF = (Role.AGENCY, Role.MANAGER)


@pages.get("")
@for_roles(*STAFF)
def queue() -> str:
    """The own queue by deadline, of one status or of all that waits."""
    status = request.args.get("status") or None
    wanted = desk.Page(status, request.args.get("cursor") or None, PAGE)
    with tools().sessions() as session:
        letters, cursor = desk.queue(session, person(), wanted)
        names = staff.names(session, {letter.claimed_by for letter in letters})
    return render_template(
        "agency/queue.html",
        letters=letters,
        names=names,
        cursor=cursor,
        status=status,
        filters=FILTERS,
    )


@pages.get("/<string:code>")
@for_roles(*STAFF)
def letter(code: str) -> str:
    return _page(code)


@pages.post("/<string:code>/claim")
@for_roles(*STAFF)
def claim(code: str) -> Response | tuple[str, int]:
    return _do(code, lambda: refer.claim(tools(), person(), code), "این نامه را برداشتید")


@pages.post("/<string:code>/forward")
@for_roles(*STAFF)
def forward(code: str) -> Response | tuple[str, int]:
    branch = request.form.get("branch", "")
    return _do(code, lambda: refer.forward(tools(), person(), code, branch), f"به {branch} رفت")


@pages.post("/<string:code>/return")
@for_roles(*STAFF)
def give_back(code: str) -> Response | tuple[str, int]:
    reason = request.form.get("reason", "")
    return _do(
        code,
        lambda: refer.give_back(tools(), person(), code, reason),
        "به میز پایش عودت داده شد",
        url_for("agency.queue"),
    )


@pages.post("/<string:code>/answer")
@for_roles(*STAFF)
def reply(code: str) -> Response | tuple[str, int]:
    outcome, text = request.form.get("outcome", ""), request.form.get("text", "")
    return _do(
        code,
        lambda: answer.answer(tools(), person(), code, outcome, text),
        "پاسخ ثبت شد و شهروند پیامک می‌گیرد",
        url_for("agency.queue"),
    )


def _do(
    code: str, move: Callable[[], Json], done: str, onward: str | None = None
) -> Response | tuple[str, int]:
    """Move it and go on, or show the letter as it is now with everything typed still there."""
    try:
        move()
    except (Taken, IllegalMove, FinallyReferred, Invalid) as error:
        return _page(code, error), problem_of(error).status
    tell(done)
    return redirect(onward or url_for("agency.letter", code=code), 303)


def _page(code: str, error: Exception | None = None) -> str:
    sheet = sheets.read(code)
    with tools().sessions() as session:
        own = branches.of_agency(session, sheet["letter"].owner_code)
    return render_template(
        "agency/letter.html",
        **sheet,
        branches=own,
        contact=identity.of_letter(tools().vault, person(), sheet["letter"]),
        typed=request.form,
        wrong=request.endpoint if error else None,
        **(explained(error) if error else {}),
    )
