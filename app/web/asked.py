"""An agency's question on the citizen's own page, and the reply to it."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from app.access import NotFound
from app.actions import asking
from app.api.caller import tools
from app.persian import tehran_day
from app.queries import notices
from app.queries.notices import OnTheWay
from app.web.citizen import answered, guarded

pages = Blueprint("asked", __name__)


@pages.post("/track/reply")
@guarded
def reply() -> tuple[str, int]:
    """The reply to one question, once."""
    words = request.form.get("reply", "")
    return answered(lambda key: asking.reply(tools(), key, _question(), words))


@pages.get("/track/reply")
def again() -> Response:
    """Where somebody comes who opens the address of what was sent."""
    return redirect(url_for("citizen.ask"))


@pages.app_template_global()
def on_the_way(code: str) -> OnTheWay:
    """For the page of a citizen who has shown that the letter of this code is theirs."""
    with tools().sessions() as session:
        return notices.for_citizen(session, code, tehran_day(datetime.now(UTC)))


def _question() -> UUID:
    try:
        return UUID(request.form.get("question", ""))
    except ValueError:
        raise NotFound from None
