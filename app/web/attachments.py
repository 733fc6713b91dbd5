"""Files of letters: given out to who may read the letter, brought by the office that answers."""

from uuid import UUID

from flask import Blueprint, Response, render_template, request

from app.access import NotFound, Wanted
from app.actions import attaching
from app.actions.attaching import Given
from app.actors import Role
from app.api.caller import tools
from app.door import Fault, Invalid
from app.persian import persian_digits
from app.queries import attachments, tracking
from app.queries.attachments import Kept
from app.web import agency, uploads
from app.web.citizen import guarded
from app.web.gate import for_roles, person
from app.web.pages import explained

pages = Blueprint("attachments", __name__)
pages.app_url_value_preprocessor(lambda *_: uploads.make_room())

READERS = (Role.OPERATOR, Role.TRIAGE, Role.AGENCY, Role.MANAGER, Role.SUPERVISOR)
# Nothing of a file may act as a page of ours, whatever a browser takes it for.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@pages.get("/files/<string:code>/<uuid:file>")
@for_roles(*READERS)
def download(code: str, file: UUID) -> Response:
    """To be saved, not shown."""
    return _sent(attaching.hand_out(tools(), person(), code, file))


@pages.post("/track/file")
@guarded
def answer_file() -> Response | tuple[str, int]:
    """The citizen's copy of a file of the answer; who guesses is limited as in tracking."""
    code, last4 = request.form.get("code", ""), request.form.get("last4", "")
    try:
        file = UUID(request.form.get("file", ""))
        return _sent(attaching.hand_to_citizen(tools(), code, last4, file))
    except (ValueError, NotFound):
        typed = {"code": code, "last4": last4}
        page = render_template("citizen/track.html", **typed, **explained(NotFound()))
        return page, 404


@pages.post("/desk/<string:code>/files")
@for_roles(*agency.STAFF)
def attach(code: str) -> agency.Answer:
    """Keep files for the answer; what was typed of the answer stays on the page."""
    refused = agency.attempt(code, lambda: _some(agency.wanted(code)))
    return (agency.page(code), 201) if refused is None else refused


def _some(code: Wanted) -> None:
    if not uploads.with_answer(code):
        raise Invalid(Fault(uploads.FIELD, "files-none"))


def _sent(given: Given) -> Response:
    response = Response(given.content, mimetype=given.media_type)
    response.headers.update(HEADERS)
    response.headers["Content-Disposition"] = f'attachment; filename="{given.name}"'
    return response


@pages.app_template_global()
def answer_files(code: str, last4: str) -> list[Kept]:
    """What the tracking page offers. Raises NotFound."""
    with tools().sessions() as session:
        own = tracking.authorised(session, tools().vault, code, last4)
        letter = tracking.present(session, own)
        return attachments.given(session, tools().vault, letter)


@pages.app_template_filter()
def file_size(size: int) -> str:
    """«۳۴۰ کیلوبایت», «۱٫۲ مگابایت»."""
    if size < 1_000_000:
        return f"{persian_digits(max(1, round(size / 1000)))} کیلوبایت"
    return f"{persian_digits(f'{size / 1_000_000:.1f}').replace('.', '٫')} مگابایت"
