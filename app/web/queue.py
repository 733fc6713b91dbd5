"""The queue of an agency: filters, search, and claiming many letters at once."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.actions import bulk
from app.actors import Role
from app.api.caller import tools
from app.door import Invalid
from app.models.correspondence import Correspondence
from app.persian import spoken_code, tehran_day
from app.queries import by_deadline, notices, search, staff, worklist
from app.web.agency import STAFF
from app.web.gate import for_roles, person
from app.web.news import this_moment
from app.web.pages import explained, tell

pages = Blueprint("queue", __name__, url_prefix="/desk")

PAGE = 25
NAMED = 3  # so many letters are named in a message


@pages.get("")
@for_roles(*STAFF)
def listing() -> str:
    """One part of the own queue, by deadline."""
    show = request.args.get("show") or worklist.WAITING
    after = by_deadline.parse_cursor(request.args.get("cursor"))
    since = this_moment()
    with tools().sessions() as session:
        letters, onward = worklist.of(person(), show).page(session, after, PAGE)
    return _page(letters, show=show, cursor=by_deadline.cursor(onward), since=since)


@pages.post("/search")
@for_roles(*STAFF)
def found() -> str | tuple[str, int]:
    """What was found, and a form that goes on. By POST: what is typed may say who somebody is."""
    words, show = request.form.get("q", ""), request.form.get("show") or worklist.WAITING
    after = by_deadline.parse_cursor(request.form.get("cursor"))
    since = this_moment()
    try:
        with tools().sessions() as session:
            wanted = search.Wanted(words, show, after)
            page = search.find(session, tools().vault, person(), wanted)
    except Invalid as error:
        return _page([], show=worklist.WAITING, q=words, since=since, **explained(error)), 422
    onward = by_deadline.cursor(page.onward)
    return _page(page.letters, show=show, q=words, onward=onward, after=after, since=since)


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
        named = "، ".join(spoken_code(code) for code in claims.missed[:NAMED])
        more = " و …" if len(claims.missed) > NAMED else ""
        tell(f"{len(claims.missed)} نامه را کس دیگری زودتر برداشت: {named}{more}")


def _page(letters: list[Correspondence], **more: Any) -> str:
    with tools().sessions() as session:
        names = staff.names(session, {letter.claimed_by for letter in letters})
        counts = worklist.counts(session, person())
        marks = notices.marks(session, letters, tehran_day(datetime.now(UTC)))
        manages = person().role is Role.MANAGER
        colleagues = staff.colleagues(session, person()) if manages else []
    return render_template(
        "agency/queue.html",
        letters=letters,
        names=names,
        counts=counts,
        counted_to=worklist.COUNTED_TO,
        filters=tuple(worklist.STATUSES),
        marks=marks,
        manages=manages,
        colleagues=colleagues,
        **more,
    )
