"""The operator's screen: register a call or letter, work off the call-back list."""

from base64 import b64encode
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import access, door
from app.actions import attaching, callbacks, intake, notes
from app.actions.callbacks import NotWaiting
from app.actions.capacity import CapReached
from app.actions.intake import KeyReused
from app.actions.story import clock
from app.actors import Role
from app.api.caller import tools
from app.codes import BadNationalId, parse_national_id
from app.db import Json
from app.door import Fault, Invalid
from app.errors import problem_of
from app.lifecycle import Channel
from app.line import Day
from app.persian import tehran_day
from app.queries import attachments, branches, capacity, desk, earlier
from app.queries import callbacks as callback_list
from app.queries.earlier import Earlier
from app.web import evidence, paper, sheets, uploads
from app.web.gate import for_roles, person
from app.web.pages import explained, tell
from app.web.paper import Slip
from routing.explain import title_of

pages = Blueprint("operator", __name__, url_prefix="/operator")

CITIZEN = ("national_id", "mobile", "first_name", "last_name")
FIELDS = ("bank", "covered_by")
KEPT = ("batch", "received")  # from one letter of a box to the next
KEY_LENGTHS = range(8, 129)
SAME = "این شهروند نامهٔ بازی دربارهٔ همین موضوع دارد: به همان بیفزایید، یا دوباره ثبت را بزنید."
ALREADY = "این فرم یک بار ثبت شده و سپس تغییر کرده است. اگر مکاتبهٔ تازه‌ای است، دوباره ثبت کنید."


@pages.get("")
@for_roles(Role.OPERATOR)
def form() -> str:
    """An empty form, with the key that makes sending it twice harmless."""
    asked = {name: request.args.get(name, "") for name in KEPT}
    return _form(asked | {"channel": request.args.get("channel", Channel.CALL)}, _new_key())


@pages.post("")
@for_roles(Role.OPERATOR)
def register() -> tuple[str, int]:
    """Once for each form. Where a letter of this citizen waits that is about the same matter and
    was not shown yet, it is asked about first."""
    typed = request.form.to_dict()
    key = typed.get("key", "")
    try:
        slip = _slip(typed)
        same = _same_matter(checked_key(key), typed)
        if same:
            return _form(typed, key, letters=same, notice=SAME), 409
        wish = intake.Request(person(), key, _payload(typed, slip), "form", paper=slip.paper)
        given = intake.register(tools(), wish)
    except Invalid as error:
        return _form(typed, key or _new_key(), **explained(error)), 422
    except KeyReused as error:
        again = {"notice": ALREADY, "done": key} | explained(error)
        return _form(typed, _new_key(), **again), 422
    if given.status == 202:
        return render_template("operator/promised.html", **_promise(given.body)), 202
    return _registered(given.body), 201


@pages.post("/attach")
@for_roles(Role.OPERATOR)
def attach() -> tuple[str, int]:
    """What is being said goes to the letter that the citizen has already, as a note."""
    typed = request.form.to_dict()
    key, code = typed.get("key", ""), typed.get("to", "")
    try:
        said = notes.Said(checked_key(key), typed.get("text", ""))
        if not _wrote(typed.get("national_id", ""), code):
            raise Invalid(Fault("national_id", "not-theirs"))
        scans = uploads.fit()
        added = notes.add(tools(), person(), code, said)
        attaching.attach_scans(tools(), person(), code, scans)
    except Invalid as error:
        return _form(typed, key or _new_key(), **explained(error)), 422
    return render_template("operator/attached.html", **sheets.read(code)), 201 if added else 200


@pages.get("/callbacks")
@for_roles(Role.OPERATOR)
def call_list() -> str:
    """Today's call-backs, with whom to ask for."""
    with tools().sessions() as session:
        today = tehran_day(clock(session))
        waiting = callback_list.due(session, tools().vault, tools().province, today)
    return render_template("operator/callbacks.html", waiting=waiting, today=today)


@pages.post("/callbacks/<uuid:callback>/reached")
@for_roles(Role.OPERATOR)
def reached(callback: UUID) -> Response | tuple[str, int]:
    """Registers the call; asked twice, it shows what the first time made."""
    try:
        return _registered(callbacks.reached(tools(), person(), callback)), 201
    except NotWaiting as error:
        with tools().sessions() as session:
            code = callback_list.registered_as(session, callback)
        if code is not None:
            return _registered(_seen(code)), 200
        return _back_to_list(error)
    except CapReached as error:
        return _back_to_list(error)


@pages.post("/callbacks/<uuid:callback>/not-reached")
@for_roles(Role.OPERATOR)
def not_reached(callback: UUID) -> Response:
    try:
        tries = callbacks.not_reached(tools(), person(), callback)
    except NotWaiting as error:
        return _back_to_list(error)
    left = callbacks.TRIES_BEFORE_GIVING_UP - tries
    tell("پاسخ نداد؛ باز هم امروز زنگ می‌زنیم" if left > 0 else "پنج بار پاسخ نداد؛ کنار گذاشته شد")
    return redirect(url_for("operator.call_list"))


def checked_key(key: str) -> str:
    """A form's own key, which makes sending it twice harmless; raises Invalid."""
    if len(key) not in KEY_LENGTHS or not key.isprintable():
        raise Invalid(Fault("key", "other"))
    return key


def _same_matter(key: str, typed: dict[str, str]) -> list[Earlier]:
    """The citizen's letters, if one is about the same matter and was not on the form before.

    Read before the key is: a twin of this form that is ahead of it has written both or none.
    """
    try:
        national_id = parse_national_id(typed.get("national_id", ""))
    except BadNationalId:
        return []
    seen = set(request.form.getlist("seen"))
    with tools().sessions() as session:
        text = typed.get("text", "")
        letters = earlier.of_citizen(session, tools(), person(), national_id, text)
        new = any(one.same and one.letter.tracking_code not in seen for one in letters)
        return letters if new and not earlier.sent_before(session, person(), key) else []


def _slip(typed: dict[str, str]) -> Slip:
    """What the form says of the paper. Raises Invalid with the faults of all other fields too."""
    slip = paper.read(typed)
    if slip.faults:
        raise Invalid(*slip.faults, *_faults(_payload(typed, slip)))
    return slip


def _faults(payload: Json) -> tuple[Fault, ...]:
    try:
        door.parse(payload, datetime.now(UTC))
    except Invalid as error:
        return error.faults
    return ()


def _wrote(national_id: str, code: str) -> bool:
    try:
        parsed = parse_national_id(national_id)
    except BadNationalId:
        return False
    with tools().sessions() as session:
        return earlier.wrote(session, tools().vault, parsed, code)


def _payload(typed: dict[str, str], slip: Slip) -> Json:
    """The form in the API's words; what was left empty is left out."""
    payload: Json = {
        "channel": typed.get("channel", ""),
        "text": typed.get("text", "").replace("\r\n", "\n"),
        "citizen": {name: typed.get(name, "") for name in CITIZEN},
    }
    if typed.get("county", "").strip():
        payload["county"] = typed["county"]
    if slip.received_at:
        payload["received_at"] = slip.received_at
    fields = {name: typed[name] for name in FIELDS if typed.get(name, "").strip()}
    return payload | ({"fields": fields} if fields else {})


def _form(typed: dict[str, str], key: str, **said: Any) -> str:
    with tools().sessions() as session:
        today = Day(tools().province, tehran_day(clock(session)), tools().line)
        around = {
            "line": capacity.read(session, today),
            "counties": branches.counties(session, today.province),
        } | paper.around(session)
    around["offices"] = sheets.office_names()
    around["seal"] = b64encode(tools().vault.index("draft", person().ref)).decode()
    return render_template("operator/form.html", typed=typed, key=key, **around, **said)


def _registered(body: Json) -> str:
    rules, decision = tools().rules, body["decision"]
    with tools().sessions() as session:
        others = earlier.beside(session, person(), body["tracking_code"])
        letter = access.find(session, person(), body["tracking_code"])
        files = attachments.shown(session, tools().vault, letter)
    return render_template(
        "operator/registered.html",
        made=body,
        rule=title_of(decision["rule"], rules),
        reasons=evidence.reasons(decision["because"], rules),
        letters=others,
        letter=letter,
        files=files,
        offices=sheets.office_names(),
    )


def _seen(code: str) -> Json:
    """A registration that was made before, in the words of a new one."""
    with tools().sessions() as session:
        letter = access.find(session, person(), code)
        return desk.detail(session, tools().book.current(), letter)


def _promise(body: Json) -> dict[str, Any]:
    return {"due_on": date.fromisoformat(body["callback"]["due_on"]), "line": body["capacity"]}


def _back_to_list(error: Exception) -> Response:
    tell(problem_of(error).title)
    return redirect(url_for("operator.call_list"))


def _new_key() -> str:
    return uuid4().hex
