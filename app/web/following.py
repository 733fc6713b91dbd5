"""Follow-up calls: finding a letter, reading out where it stands, noting what was said."""

from uuid import uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.access import NotFound
from app.actions import attaching, notes
from app.actors import Role
from app.api.caller import tools
from app.door import Fault, Invalid
from app.queries import following
from app.queries.earlier import Earlier
from app.web import sheets, uploads
from app.web.gate import for_roles, person
from app.web.operator import checked_key
from app.web.pages import explained, tell

pages = Blueprint("following", __name__, url_prefix="/operator")


@pages.get("/find")
@for_roles(Role.OPERATOR)
def find() -> str:
    return render_template("operator/find.html", asked="")


@pages.post("/find")
@for_roles(Role.OPERATOR)
def found() -> Response | tuple[str, int]:
    """Straight to the letter of a code; all letters of a national ID or mobile."""
    asked = request.form.get("asked", "")
    try:
        code = following.code_of(asked)
        if code is not None:
            sheets.read(code)
            return redirect(url_for("following.letter", code=code), 303)
        return _list(asked), 200
    except (Invalid, NotFound) as error:
        status = 404 if isinstance(error, NotFound) else 422
        return render_template("operator/find.html", asked=asked, **explained(error)), status


@pages.get("/letters/<string:code>")
@for_roles(Role.OPERATOR)
def letter(code: str) -> str:
    return page(code)


@pages.post("/letters/<string:code>/notes")
@for_roles(Role.OPERATOR)
def note(code: str) -> Response | tuple[str, int]:
    """What was said, scans, or both; sent twice, it is kept once."""
    key, text = request.form.get("key", ""), request.form.get("text", "")
    try:
        said, scans = notes.Said(checked_key(key), text), uploads.fit()
        attaching.attach_scans(tools(), person(), code, scans)
        if text.strip() or not scans:
            notes.add(tools(), person(), code, said)
    except Invalid as error:
        return page(code, key=key, typed=text, **explained(error)), 422
    tell("نگه داشته شد؛ دستگاه آن را می‌بیند")
    return redirect(url_for("following.letter", code=code), 303)


def _list(asked: str) -> str:
    with tools().sessions() as session:
        letters = following.of_person(session, tools().vault, person(), asked)
    if letters is None:
        raise Invalid(Fault("asked", "whom"))
    if not letters:
        raise NotFound
    found = [Earlier(one) for one in letters]
    offices = sheets.office_names()
    return render_template("operator/find.html", asked=asked, letters=found, offices=offices)


def page(code: str, **said: object) -> str:
    """What an operator sees of a letter. Raises NotFound."""
    around = {"key": uuid4().hex, "typed": ""} | said
    return render_template("operator/letter.html", **sheets.read(code), **around)
