"""What citizens see without logging in: what 111 is, and where their letter stands."""

from flask import Blueprint, render_template, request

from app.access import NotFound
from app.api.limits import limiter
from app.api.public import tracking_answer
from app.web.pages import explained

pages = Blueprint("citizen", __name__)

STEPS = ("registered", "triage", "referred", "in_progress", "answered")
_REACHED = {
    "triage": 1,
    "referred": 2,
    "in_progress": 3,
    "answered": 4,
    "closed": 4,
    "merged": 1,
}


@pages.get("/")
def welcome() -> str:
    return render_template("citizen/welcome.html", code="", last4="")


@pages.get("/track")
def ask() -> str:
    return render_template("citizen/track.html", code="", last4="")


@pages.post("/track")
@limiter.limit("10/minute;60/hour")
def track() -> tuple[str, int]:
    """A wrong code and a wrong number get the same answer, with the form kept."""
    typed = {"code": request.form.get("code", ""), "last4": request.form.get("last4", "")}
    try:
        found = tracking_answer(typed["code"], typed["last4"])
    except NotFound as error:
        return render_template("citizen/track.html", **typed, **explained(error)), 404
    reached = _REACHED.get(str(found["stage"]), 0)
    return render_template("citizen/tracked.html", found=found, steps=STEPS, reached=reached), 200
