"""`/`: the citizen's telephone, so that a newcomer sees the messages arrive."""

from flask import Blueprint, Response, render_template

page = Blueprint("page", __name__)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'"
)


@page.get("/")
def phone() -> str:
    return render_template("phone.html")


@page.after_app_request
def guard(response: Response) -> Response:
    """The page shows texts that anybody may have written."""
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
