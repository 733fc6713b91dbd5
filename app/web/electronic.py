"""The citizen's electronic letter: a mobile, the code that proves it, the letter. No account."""

from datetime import UTC, datetime
from ipaddress import ip_address
from math import ceil
from typing import Any
from uuid import UUID, uuid4

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_limiter import RequestLimit
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response as AnyResponse

from app.actions import electronic, proving
from app.actions.electronic import SentBefore, Written
from app.actions.intake import Busy
from app.actions.proving import LineAway, TooOften
from app.api.caller import tools
from app.api.limits import limiter
from app.db import Json
from app.door import Invalid
from app.persian import persian_digits
from app.queries import branches, proof
from app.web.pages import explained

pages = Blueprint("electronic", __name__, url_prefix="/letter")

CHECK = "check"  # in the signed cookie: an address would be kept by logs
PERSON = ("national_id", "first_name", "last_name")
WRITTEN = (*PERSON, "county", "text")
KEPT = ("check", "code", *WRITTEN)
# Many telephones share one address of a mobile network; a code costs money.
CODES_AN_ADDRESS = "20/minute;120/hour"
CODES_IN_ALL = "300/minute;5000/hour"
LETTERS_AN_ADDRESS = "60/minute;400/hour"
AWAY = (
    "سامانهٔ پیامک اکنون کار نمی‌کند و کد نمی‌رود؛ چند دقیقهٔ دیگر دوباره بیازمایید "
    "یا با ۱۱۱ تماس بگیرید. نوشته‌تان اینجا می‌ماند."
)
OLD = (
    "این کد به کار رفته یا زمانش گذشته است. اگر نامه را فرستاده‌اید و کد رهگیری را ندیدید، "
    "با همان کد پیامک دوباره بفرستید؛ دو بار ثبت نمی‌شود. برای نامهٔ تازه «کد تازه» را بزنید."
)
TROUBLE = {
    "refused": "پیامک کد به این شماره نرفت؛ شماره را بررسی کنید یا با ۱۱۱ تماس بگیرید.",
    "unknown": "شاید پیامک کد نرسد؛ اگر یک دقیقهٔ دیگر نیامد، «کد تازه» را بزنید.",
    "pending": "پیامک کد هنوز نرفته است؛ اندکی شکیبا باشید.",
}


def _network() -> str:
    """Who asks: an address, or the /64 that one subscriber has of the longer kind."""
    raw = get_remote_address()
    try:
        address = ip_address(raw)
    except ValueError:
        return raw
    return raw if address.version == 4 else address.exploded[:19]


def _over(limit: RequestLimit) -> Response:
    until = datetime.fromtimestamp(limit.reset_at, UTC)
    words = f"از این شبکه درخواست زیاد بود؛ {_after(until)} دوباره بیازمایید."
    return make_response(_page(request.form.to_dict(), notice=words), 429)


@pages.get("")
def begin() -> str:
    """What will happen, and the mobile."""
    return _number({})


@pages.post("")
@limiter.shared_limit(CODES_AN_ADDRESS, "codes", key_func=_network, on_breach=_over)
@limiter.shared_limit(CODES_IN_ALL, "all codes", key_func=lambda: "all", on_breach=_over)
def ask() -> AnyResponse | tuple[str, int]:
    """Send a code to the mobile; what was written already stays on the form.

    Who has written nothing yet is led on: back from a later page is then a page, and no question.
    """
    typed = request.form.to_dict()
    try:
        asked = proving.ask(tools(), _id(typed.get("next", "")) or uuid4(), typed.get("mobile", ""))
    except Invalid as error:
        return _number(typed, **explained(error)), 422
    except TooOften as error:
        words = f"به این شماره چند کد فرستاده‌ایم؛ {_after(error.until)} کد تازه بخواهید."
        return _page(typed, notice=words), 429
    except LineAway:
        return _page(typed, notice=AWAY), 503
    session[CHECK] = str(asked.check)
    if not any(typed.get(name) for name in WRITTEN):
        return redirect(url_for("electronic.write"), 303)
    typed |= {"check": str(asked.check), "mobile": asked.mobile.local, "code": ""}
    return _form(typed), 200


@pages.get("/write")
def write() -> AnyResponse | str:
    """The form, for the browser that asked for a code."""
    check = _id(session.get(CHECK, ""))
    if check is None:
        return redirect(url_for("electronic.begin"))
    with tools().sessions() as database:
        mobile = proof.mobile(database, tools().vault, check)
    typed = {"check": str(check), "mobile": mobile.local if mobile else ""}
    return _form(typed, old="" if mobile else OLD)


@pages.post("/number")
def change() -> str:
    """Back to the mobile, with all that was written."""
    return _number(request.form.to_dict())


@pages.post("/send")
@limiter.shared_limit(LETTERS_AN_ADDRESS, "letters", key_func=_network, on_breach=_over)
def send() -> tuple[str, int]:
    """Register it; sent again it is the same letter, and the same tracking code is shown."""
    typed = request.form.to_dict()
    written = Written(_id(typed.get("check", "")), typed.get("code", ""), _letter(typed))
    try:
        made = electronic.send(tools(), written)
    except Invalid as error:
        return _form(typed, **explained(error)), 422
    except SentBefore as error:
        return _form(typed, done=error.tracking_code), 409
    except Busy:
        return _form(typed, notice="ثبت نشد؛ سامانه شلوغ است. دوباره بفرستید."), 503
    shown = {"made": made.body, "last4": made.last4, "today": datetime.now(UTC)}
    return render_template("citizen/sent.html", **shown), 201


@pages.get("/number")
@pages.get("/send")
def again() -> AnyResponse:
    """Where somebody comes who opens the address of what was sent."""
    return redirect(url_for("electronic.begin"))


def _letter(typed: dict[str, str]) -> Json:
    """In the API's words; what was left empty is left out."""
    text = typed.get("text", "").replace("\r\n", "\n")
    county = typed.get("county", "")
    person = {name: typed.get(name, "") for name in PERSON}
    return {"text": text, "citizen": person} | ({"county": county} if county.strip() else {})


def _page(typed: dict[str, str], **said: Any) -> str:
    """The form, for who has come so far; else the page that asks for the mobile."""
    return _form(typed, **said) if _id(typed.get("check", "")) else _number(typed, **said)


def _number(typed: dict[str, str], **said: Any) -> str:
    kept = {name: typed[name] for name in KEPT if typed.get(name)}
    shown = {"typed": typed, "kept": kept, "next": str(uuid4())}
    return render_template("citizen/number.html", **shown, **said)


def _form(typed: dict[str, str], **said: Any) -> str:
    check = _id(typed.get("check", ""))
    with tools().sessions() as database:
        counties = branches.counties(database, tools().province)
        state = proof.standing(database, check) if check else None
    waiting = state == "pending" and request.endpoint != "electronic.send"
    trouble = None if waiting else TROUBLE.get(state or "")
    shown = {"typed": typed, "next": str(uuid4()), "counties": counties, "trouble": trouble}
    return render_template("citizen/write.html", **shown, **said)


def _id(raw: str) -> UUID | None:
    try:
        return UUID(raw)
    except ValueError:
        return None


def _after(until: datetime) -> str:
    """«۵ دقیقهٔ دیگر», «۳ ساعت دیگر»: rounded up, so that it is true."""
    minutes = max(1, ceil((until - datetime.now(UTC)).total_seconds() / 60))
    if minutes > 5:
        minutes = 5 * ceil(minutes / 5)
    if minutes < 60:
        return f"{persian_digits(minutes)} دقیقهٔ دیگر"
    return f"{persian_digits(ceil(minutes / 60))} ساعت دیگر"
