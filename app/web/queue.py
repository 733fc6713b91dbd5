"""The queue of an agency: filters, search, and claiming many letters at once."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.actions import bulk
from app.actors import Role
from app.api.caller import tools
from app.door import Invalid
from app.models.correspondence import Correspondence
from app.persian import tehran_day
from app.queries import by_deadline, notices, search, staff, worklist
from app.web.agency import STAFF
from app.web.gate import for_roles, person
from app.web.news import this_moment
from app.web.pages import explained, named, tell

pages = Blueprint("queue", __name__, url_prefix="/desk")

PAGE = 25


@pages.get("")
@for_roles(*STAFF)
def listing() -> str:
    """One part of the own queue, by deadline."""
    show = request.args.get("show") or worklist.WAITING
    after = by_deadline.parse_cursor(request.args.get("cursor"))
    with tools().sessions() as session:
        since = this_moment(session)
        letters, onward = worklist.of(person(), show).page(session, after, PAGE)
        around = _around(session, letters)
    return _page(around, show=show, cursor=by_deadline.cursor(onward), since=since)


@pages.post("/search")
@for_roles(*STAFF)
def found() -> str | tuple[str, int]:
    """What was found, and a form that goes on. By POST: what is typed may say who somebody is."""
    words, show = request.form.get("q", ""), request.form.get("show") or worklist.WAITING
    after = by_deadline.parse_cursor(request.form.get("cursor"))
    with tools().sessions() as session:
        since = this_moment(session)
        try:
            wanted = search.Wanted(words, show, after)
            page = search.find(session, tools().vault, person(), wanted)
        except Invalid as error:
            said = {"show": worklist.WAITING, "q": words, "since": since} | explained(error)
            return _page(_around(session, []), **said), 422
        around = _around(session, page.letters)
    onward = by_deadline.cursor(page.onward)
    return _page(around, show=show, q=words, onward=onward, after=after, since=since)


@pages.post("/claim")
@for_roles(*STAFF)
def claim() -> Response:
    """The chosen ones, or all that the page showed; what somebody else took meanwhile is told."""
    chosen = request.form.getlist("shown" if "all" in request.form else "code")
    try:
        claims = bulk.claim(tools(), person(), chosen)
    except Invalid:
        tell("نامه‌ای برگزیده نشد؛ خانهٔ کنار نامه‌ها را پر کنید یا «برداشتن همه» را بزنید")
    else:
        _tell(claims)
    return redirect(url_for("queue.listing", show=request.form.get("show") or None), 303)


def _tell(claims: bulk.Claims) -> None:
    if claims.mine:
        tell(f"{len(claims.mine)} نامه را برداشتید؛ در «نزد من» است")
    if claims.missed:
        tell(f"{len(claims.missed)} نامه را کس دیگری زودتر برداشت: {named(claims.missed)}")


def _around(session: Session, letters: list[Correspondence]) -> dict[str, Any]:
    """These letters, with what stands beside them and above."""
    manages = person().role is Role.MANAGER
    return {
        "letters": letters,
        "names": staff.names(session, {letter.claimed_by for letter in letters}),
        "counts": worklist.counts(session, person()),
        "marks": notices.marks(session, letters, tehran_day(datetime.now(UTC))),
        "manages": manages,
        "colleagues": staff.colleagues(session, person()) if manages else [],
    }


def _page(around: dict[str, Any], **more: Any) -> str:
    return render_template(
        "agency/queue.html",
        counted_to=worklist.COUNTED_TO,
        filters=tuple(worklist.STATUSES),
        **around,
        **more,
    )
