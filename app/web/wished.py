"""Objections by telephone: who asked for one by SMS, and writing down what a citizen says."""

from datetime import UTC, datetime

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.actions import objection
from app.actions.objection import NotOpen
from app.actors import Role
from app.api.caller import tools
from app.api.public import OBJECTION_DAYS
from app.door import Invalid
from app.models.correspondence import Correspondence
from app.queries import objections, tracking
from app.web.following import page
from app.web.gate import for_roles, person
from app.web.pages import explained, tell

pages = Blueprint("wished", __name__, url_prefix="/operator")

NO_MORE = "زمان اعتراض به این پاسخ گذشته است یا پیش‌تر به آن اعتراض شده است"


@pages.get("/wished")
@for_roles(Role.OPERATOR)
def listing() -> str:
    """Whom to ring: they object and have not said why."""
    with tools().sessions() as session:
        found = objections.wished(session, tools().vault, person(), _days())
    return render_template("operator/wished.html", wished=found)


@pages.post("/letters/<string:code>/objection")
@for_roles(Role.OPERATOR)
def object_to(code: str) -> Response | tuple[str, int]:
    """Write the citizen's objection down; sent twice it counts once."""
    words = request.form.get("objection", "")
    try:
        objection.object_by_phone(tools(), person(), code, words, _days())
    except Invalid as error:
        return page(code, **explained(error)), 422
    except NotOpen:
        return page(code, no_more=NO_MORE), 409
    tell("اعتراض ثبت شد؛ بازرسی استانداری پاسخ و اعتراض را کنار هم می‌بیند")
    return redirect(url_for("following.letter", code=code), 303)


@pages.app_template_global()
def may_object(letter: Correspondence) -> datetime | None:
    """Until when, while the answer of this letter may still be objected to."""
    until = tracking.open_until(letter, _days())
    return until if until and datetime.now(UTC) < until else None


@pages.app_template_global()
def wished_count() -> int:
    """How many citizens wait to be rung for their objection."""
    with tools().sessions() as session:
        return objections.count_wished(session, _days())


def _days() -> int:
    return int(current_app.config[OBJECTION_DAYS])
