"""What citizens see without logging in: what 111 is, where their letter stands, what they say."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.access import NotFound
from app.actions import objection
from app.actions.objection import Key, NotOpen
from app.api.caller import tools
from app.api.limits import limiter
from app.api.public import OBJECTION_DAYS, TRIES, TRIES_SCOPE
from app.door import Invalid
from app.queries import journey
from app.web.pages import explained

pages = Blueprint("citizen", __name__)

guarded = limiter.shared_limit(TRIES, scope=TRIES_SCOPE)


@pages.get("/")
def welcome() -> str:
    return render_template("citizen/welcome.html", code="", last4="")


@pages.get("/track")
def ask() -> str:
    return render_template("citizen/track.html", code="", last4="")


@pages.post("/track")
@guarded
def track() -> tuple[str, int]:
    """A wrong code and a wrong number get the same answer, with the form kept."""
    return answered(lambda _: None)


@pages.post("/track/satisfied")
@guarded
def satisfied() -> tuple[str, int]:
    """The answer is accepted."""
    return answered(lambda key: objection.be_satisfied(tools(), key))


@pages.post("/track/objection")
@guarded
def object_to() -> tuple[str, int]:
    """The answer is not accepted, and why."""
    words = request.form.get("objection", "")
    return answered(lambda key: objection.object_to(tools(), key, words))


@pages.get("/track/satisfied")
@pages.get("/track/objection")
def again() -> Response:
    """Where somebody comes who opens the address of what was sent."""
    return redirect(url_for("citizen.ask"))


def answered(act: Callable[[Key], None]) -> tuple[str, int]:
    """Do it, then show the letter as it now stands: no address and no cookie knows the code."""
    days = int(current_app.config[OBJECTION_DAYS])
    key = Key(request.form.get("code", ""), request.form.get("last4", ""), days)
    try:
        act(key)
    except Invalid as error:
        return _shown(key, 422, **explained(error))
    except NotOpen:
        return _shown(key, 409, too_late=True)
    except NotFound as error:
        return _not_found(key, error)
    return _shown(key, 200)


def _shown(key: Key, status: int, **said: object) -> tuple[str, int]:
    try:
        with tools().sessions() as session:
            found = journey.read(session, tools(), key.code, key.last4, key.days)
    except NotFound as error:
        return _not_found(key, error)
    shown = {"found": found, "key": key, "today": datetime.now(UTC)} | said
    return render_template("citizen/tracked.html", **shown), status


def _not_found(key: Key, error: NotFound) -> tuple[str, int]:
    typed = {"code": key.code, "last4": key.last4}
    return render_template("citizen/track.html", **typed, **explained(error)), 404
