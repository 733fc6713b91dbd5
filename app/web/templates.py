"""An agency's own texts for answers: seen, made, retired."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.actions import templates as actions
from app.api.caller import tools
from app.door import Invalid
from app.queries import staff, templates
from app.web.agency import STAFF
from app.web.gate import for_roles, person
from app.web.pages import explained, tell

pages = Blueprint("templates", __name__, url_prefix="/desk/templates")


@pages.get("")
@for_roles(*STAFF)
def listing() -> str:
    return _page()


@pages.post("")
@for_roles(*STAFF)
def create() -> Response | tuple[str, int]:
    """A new text, or the form again with what was wrong."""
    try:
        actions.create(
            tools(), person(), request.form.get("title", ""), request.form.get("text", "")
        )
    except Invalid as error:
        return _page(error), 422
    tell("متن تازه برای همهٔ همکاران این دستگاه آماده است")
    return redirect(url_for("templates.listing"), 303)


@pages.post("/<uuid:template>/retire")
@for_roles(*STAFF)
def retire(template: UUID) -> Response:
    actions.retire(tools(), person(), template)
    tell("این متن دیگر پیشنهاد نمی‌شود")
    return redirect(url_for("templates.listing"), 303)


def _page(error: Exception | None = None) -> str:
    with tools().sessions() as session:
        offered = templates.offered(session, person())
        names = staff.names(session, {one.author for one in offered})
    return render_template(
        "agency/templates.html",
        offered=offered,
        names=names,
        typed=request.form,
        **(explained(error) if error else {}),
    )
