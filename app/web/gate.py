"""Who is at the page: the log-in cookie, the roles of a page, the headers of every answer."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, abort, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.actions import people
from app.actors import Actor, Role
from app.api.caller import tools
from app.web.pages import LOGGED_OUT, problem_page

COOKIE = "SESSION_SECRET_COOKIE"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
}

ROLES = "for_roles"  # the attribute of a page that says who may see it

Page = Callable[..., Any]


def visitor() -> Actor | None:
    """The person of the log-in cookie, or None."""
    if "visitor" not in g:
        secret = request.cookies.get(current_app.config[COOKIE], "")
        g.visitor = people.whose_session(tools(), secret) if secret else None
    found: Actor | None = g.visitor
    return found


def person() -> Actor:
    """The person at a page that `for_roles` guards."""
    found = visitor()
    if found is None:
        abort(403)
    return found


def for_roles(*roles: Role) -> Callable[[Page], Page]:
    """Only these roles see the page: strangers are sent to the log-in, others get 403.

    A form sent by somebody whose log-in is over comes back on a page, to be sent again.
    """

    def guard(page: Page) -> Page:
        @wraps(page)
        def guarded(**arguments: Any) -> AnyResponse | str | tuple[str, int]:
            actor = visitor()
            if actor is None and request.method == "POST":
                return problem_page(LOGGED_OUT)
            if actor is None:
                here = request.full_path if request.query_string else request.path
                return redirect(url_for("account.log_in", next=here))
            if actor.role not in roles:
                abort(403)
            shown: AnyResponse | str | tuple[str, int] = page(**arguments)
            return shown

        setattr(guarded, ROLES, roles)
        return guarded

    return guard


def with_headers(response: Response) -> Response:
    """Security headers on every answer; staff pages and API answers are kept by no cache."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
