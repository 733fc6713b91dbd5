"""What is new while a page is open: small answers to a small question, asked every now and then."""

from datetime import datetime

from flask import Blueprint, make_response, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.access import Shown
from app.actions.story import clock
from app.actors import Role
from app.api.caller import tools
from app.door import Fault, Invalid
from app.queries import news, staff
from app.web import sheets
from app.web.agency import STAFF, seen_of
from app.web.gate import for_roles, person

pages = Blueprint("news", __name__, url_prefix="/news")


@pages.get("/desk")
@for_roles(*STAFF)
def desk() -> Response:
    """Referrals to the agency, and replies of citizens to who asks."""
    with tools().sessions() as session:
        found = news.of_agency(session, person(), _since())
    return _answer(render_template("agency/_news.html", news=found, counted_to=news.COUNTED_TO))


@pages.get("/triage")
@for_roles(Role.TRIAGE)
def triage() -> Response:
    """Letters that came to the queue."""
    with tools().sessions() as session:
        found = news.of_triage(session, person(), _since())
    return _answer(render_template("triage/_news.html", news=found, counted_to=news.COUNTED_TO))


@pages.get("/letter/<string:code>")
@for_roles(*STAFF)
def letter(code: str) -> Response:
    """What others did with a letter since it was shown."""
    shown = seen_of(code, request.args.get("seen", ""))
    if not isinstance(shown, Shown):
        raise Invalid(Fault("seen", "other"))
    with tools().sessions() as session:
        changes = news.of_letter(session, person(), shown)
        names = staff.names(session, {one["actor"] for one in changes or ()})
    said = {"changes": changes, "names": names, "offices": sheets.office_names(), "code": code}
    return _answer(render_template("agency/_letter_news.html", **said))


def this_moment(session: Session) -> str:
    """Since when a page that is made now is to ask for news: by the database's clock. To be asked
    before the page reads anything."""
    return clock(session).isoformat()


def _since() -> datetime:
    try:
        since = datetime.fromisoformat(request.args.get("since", ""))
    except ValueError:
        raise Invalid(Fault("since", "other")) from None
    if since.tzinfo is None:
        raise Invalid(Fault("since", "other"))
    return since


def _answer(fragment: str) -> Response:
    """304 while it is what the page shows already."""
    response = make_response(fragment)
    response.add_etag()
    return response.make_conditional(request)
