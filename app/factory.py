"""The web application, put together: wiring and nothing else."""

from datetime import timedelta
from typing import cast

from flask import Flask, request
from flask.json.provider import DefaultJSONProvider
from flask.typing import ResponseReturnValue
from flask_openapi.openapi import OpenAPI
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from app import errors, persian, wording
from app.api import correspondences, desks, public
from app.api.caller import equip
from app.api.limits import limiter
from app.api.openapi import INFO, SECURITY_SCHEMES, refuse
from app.tools import Tools
from app.web import (
    account,
    agency,
    asked,
    attachments,
    citizen,
    electronic,
    following,
    gate,
    health,
    holding,
    line,
    live,
    news,
    operator,
    owed,
    paper,
    queue,
    supervisor,
    templates,
    triage,
    uploads,
    wished,
)
from app.web.pages import FILTERS, problem_page
from config import Settings

BODY_LIMIT = 512 * 1024
_API = ("/api", "/hooks")
_PAGES = (
    account,
    operator,
    live,
    paper,
    attachments,
    following,
    wished,
    triage,
    agency,
    holding,
    queue,
    templates,
    supervisor,
    owed,
    citizen,
    electronic,
    asked,
    news,
    health,
)


class PersianJson(DefaultJSONProvider):
    ensure_ascii = False
    sort_keys = False


def create_app(settings: Settings, tools: Tools) -> Flask:
    """The application for one set of tools; opens no connection."""
    app = OpenAPI(
        __name__,
        info=INFO,
        security_schemes=SECURITY_SCHEMES,
        validation_error_callback=refuse,
        doc_ui=False,
    )
    app.request_class = uploads.Request
    equip(app, tools)
    line.equip(app, tools.sessions)
    _configure(app, settings)
    limiter.init_app(app)
    csrf = CSRFProtect(app)
    for api in (correspondences.api, desks.api, public.api):
        app.register_api(api)
        csrf.exempt(api)
    _register_hooks(app, csrf)
    for pages in _PAGES:
        app.register_blueprint(pages.pages)
    _register_persian(app)
    app.add_url_rule("/api/v1/openapi.json", "openapi", lambda: app.api_doc)
    app.register_error_handler(Exception, _answer)
    app.after_request(gate.with_headers)
    if settings.samaneh_proxies:
        proxies = settings.samaneh_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    return app


def _configure(app: Flask, settings: Settings) -> None:
    secure = settings.production
    app.config.update(
        SECRET_KEY=settings.samaneh_secret_key.get_secret_value(),
        MAX_CONTENT_LENGTH=BODY_LIMIT,
        MAX_FORM_MEMORY_SIZE=BODY_LIMIT,
        MAX_FORM_PARTS=100,
        SESSION_COOKIE_NAME="__Host-csrf" if secure else f"csrf-{settings.web_port}",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        WTF_CSRF_TIME_LIMIT=None,
        RATELIMIT_STORAGE_URI=settings.redis_url,
        # A Redis that hangs holds up no citizen: limits are counted in memory then.
        RATELIMIT_STORAGE_OPTIONS={"socket_timeout": 0.2, "socket_connect_timeout": 0.2},
    )
    app.config[gate.COOKIE] = "__Host-samaneh" if secure else f"samaneh-{settings.web_port}"
    app.config[public.OBJECTION_DAYS] = settings.samaneh_objection_days
    app.config[public.HOOK_SECRET] = settings.samaneh_hook_secret.get_secret_value()
    app.json = PersianJson(app)


def _register_hooks(app: OpenAPI, csrf: CSRFProtect) -> None:
    """The provider's callbacks, with and without the API's prefix."""
    csrf.exempt(public.hooks)
    app.register_blueprint(public.hooks)
    app.register_blueprint(
        public.hooks, name="api_hooks", url_prefix="/api/v1" + str(public.hooks.url_prefix)
    )


def _register_persian(app: Flask) -> None:
    app.jinja_env.filters.update(
        fa=persian.persian_digits,
        jalali_day=persian.jalali_day,
        jalali_moment=persian.jalali_moment,
        spoken_code=persian.spoken_code,
        **FILTERS,
    )
    app.jinja_env.globals.update(wording=wording, visitor=gate.visitor)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def _answer(error: Exception) -> ResponseReturnValue:
    """Programs get a problem document, people a page."""
    if isinstance(error, HTTPException) and error.response is not None:
        return cast(ResponseReturnValue, error.response)
    if request.path.startswith(_API) or request.path in ("/readyz", "/metrics"):
        return errors.as_response(error)
    expired = isinstance(error, CSRFError)
    return problem_page(errors.problem_of(error), expired=expired)
