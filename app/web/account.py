"""Logging in and out, and where each role's work begins."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RoutingException
from werkzeug.wrappers import Response

from app.actions import people
from app.actions.people import BadLogin
from app.actors import Actor, Role
from app.api.caller import tools
from app.web import gate
from app.web.pages import explained

pages = Blueprint("account", __name__)

HOMES = {
    Role.OPERATOR: "/operator",
    Role.TRIAGE: "/triage",
    Role.AGENCY: "/desk",
    Role.MANAGER: "/desk",
    Role.SUPERVISOR: "/supervisor",
    Role.ADMIN: "/supervisor",
    Role.AUDITOR: "/supervisor",
}


@pages.get("/home")
def home() -> Response:
    """Everybody's own beginning: the role's desk, or the citizens' page."""
    actor = gate.visitor()
    return redirect(_home(actor) if actor else url_for("citizen.welcome"))


@pages.get("/login")
def log_in() -> Response | str:
    actor = gate.visitor()
    if actor is not None:
        return redirect(onward(request.args.get("next", ""), actor))
    return render_template("login.html", next=request.args.get("next", ""))


@pages.post("/login")
def enter() -> Response | tuple[str, int]:
    form = request.form
    try:
        secret = people.log_in(tools(), form.get("username", "").strip(), form.get("password", ""))
    except BadLogin as error:
        page = render_template("login.html", next=form.get("next", ""), **explained(error))
        return page, 401
    actor = people.whose_session(tools(), secret)
    response = redirect(onward(form.get("next", ""), actor))
    _keep(response, secret)
    return response


@pages.post("/logout")
def log_out() -> Response:
    people.log_out(tools(), request.cookies.get(current_app.config[gate.COOKIE], ""))
    response = redirect(url_for("account.log_in"))
    _keep(response, None)
    return response


def onward(wanted: str, actor: Actor | None) -> str:
    """Where one wanted to go, if that is a page for the own role; else the own home.

    So no address can lead to another site, nor to a page of another role.
    """
    path = wanted.partition("?")[0]
    plain = wanted.isprintable() and "\\" not in wanted and "//" not in path
    if plain and path.startswith("/") and actor and actor.role in _roles_of(path):
        return wanted
    return _home(actor)


def _roles_of(path: str) -> tuple[Role, ...]:
    """Who may see the page at this path of ours; nobody where there is none."""
    try:
        endpoint, _ = current_app.url_map.bind("").match(path, method="GET")
    except (HTTPException, RoutingException):
        return ()
    roles: tuple[Role, ...] = getattr(current_app.view_functions[endpoint], gate.ROLES, ())
    return roles


def _home(actor: Actor | None) -> str:
    return HOMES[actor.role] if actor and actor.role else url_for("citizen.welcome")


def _keep(response: Response, secret: str | None) -> None:
    """Give the browser the secret until it is closed, or take it away (None)."""
    response.set_cookie(
        current_app.config[gate.COOKIE],
        secret or "",
        max_age=None if secret else 0,
        path="/",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
