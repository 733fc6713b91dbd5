"""An agency's question on the citizen's own page, and the reply to it."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from app.access import NotFound
from app.actions import asking
from app.actions.objection import NotOpen
from app.actors import Role
from app.api.caller import tools
from app.door import Invalid
from app.persian import tehran_day
from app.queries import notices
from app.queries.notices import OnTheWay
from app.web.citizen import answered, guarded
from app.web.following import page
from app.web.gate import for_roles, person
from app.web.pages import explained, tell

pages = Blueprint("asked", __name__)

NO_MORE = "این پرسش پاسخ گرفته یا زمانش گذشته است"


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


@pages.post("/operator/letters/<string:code>/reply")
@for_roles(Role.OPERATOR)
def by_phone(code: str) -> Response | tuple[str, int]:
    """The reply of a citizen who is on the telephone; sent twice it counts once."""
    words = request.form.get("reply", "")
    try:
        asking.reply_by_phone(tools(), person(), code, _question(), words)
    except Invalid as error:
        return page(code, **explained(error)), 422
    except NotOpen:
        tell(NO_MORE)
    else:
        tell("پاسخ ثبت شد؛ دستگاه آن را می‌بیند")
    return redirect(url_for("following.letter", code=code), 303)


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
