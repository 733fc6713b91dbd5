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
from app.queries import branches, identity, templates
from app.web import sheets
from app.web.gate import for_roles, person
from app.web.pages import explained, tell

pages = Blueprint("agency", __name__, url_prefix="/desk")

STAFF = (Role.AGENCY, Role.MANAGER)


@pages.get("/<string:code>")
@for_roles(*STAFF)
def letter(code: str) -> str:
    return _page(code)


@pages.get("/<string:code>/print")
@for_roles(*STAFF)
def paper(code: str) -> str:
    """The letter as a sheet of paper: for the file, the branch, the signature."""
    sheet = sheets.read(code)
    contact = identity.of_letter(tools().vault, person(), sheet["letter"])
    return render_template("agency/print.html", **sheet, contact=contact)


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
        url_for("queue.listing"),
    )


@pages.post("/<string:code>/answer")
@for_roles(*STAFF)
def reply(code: str) -> Response | tuple[str, int]:
    """Answer it; first warn of a text that everybody gets."""
    outcome, text = request.form.get("outcome", ""), request.form.get("text", "")
    if "anyway" not in request.form and (times := _repeated(text)):
        return _page(code, repeated=times), 422
    return _do(
        code,
        lambda: answer.answer(tools(), person(), code, outcome, text),
        "پاسخ ثبت شد و شهروند پیامک می‌گیرد",
        url_for("queue.listing"),
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


def _repeated(words: str) -> int:
    with tools().sessions() as session:
        return templates.repeated(session, person(), words)


def _page(code: str, error: Exception | None = None, repeated: int = 0) -> str:
    sheet = sheets.read(code)
    with tools().sessions() as session:
        own = branches.of_agency(session, sheet["letter"].owner_code)
        offered = templates.offered(session, person())
    chosen = request.args.get("template")
    return render_template(
        "agency/letter.html",
        **sheet,
        branches=own,
        templates=offered,
        prepared=next((one.text for one in offered if str(one.id) == chosen), ""),
        repeated=repeated,
        contact=identity.of_letter(tools().vault, person(), sheet["letter"]),
        typed=request.form,
        wrong=request.endpoint if error else None,
        **(explained(error) if error else {}),
    )
