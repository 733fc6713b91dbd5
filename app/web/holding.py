"""What the holder of a letter does besides answering it: ask the citizen, pause, hand it on."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from app.actions import asking, assigning, pausing
from app.api.caller import tools
from app.door import Fault, Invalid
from app.web.agency import STAFF, Answer, do, wanted
from app.web.gate import for_roles, person
from app.web.operator import checked_key
from app.web.pages import named, tell
from app.wording import FAULTS

pages = Blueprint("holding", __name__, url_prefix="/desk")


@pages.post("/<string:code>/ask")
@for_roles(*STAFF)
def ask(code: str) -> Answer:
    def move() -> None:
        key = checked_key(request.form.get("key", ""))
        question = asking.Question(key, request.form.get("question", ""))
        asking.ask(tools(), person(), wanted(code), question)

    return do(code, move, "پرسیده شد؛ شهروند پیامک می‌گیرد و پاسخش همین‌جا می‌آید")


@pages.post("/<string:code>/pause")
@for_roles(*STAFF)
def pause(code: str) -> Answer:
    form = request.form

    def move() -> None:
        key = checked_key(form.get("key", ""))
        cause, days = form.get("cause", ""), form.get("days", "")
        wish = pausing.Pause(key, cause, days, form.get("words", ""))
        pausing.pause(tools(), person(), wanted(code), wish)

    return do(code, move, "مهلت متوقف شد؛ شهروند با پیامک خبر می‌گیرد")


@pages.post("/<string:code>/assign")
@for_roles(*STAFF)
def assign(code: str) -> Answer:
    to = request.form.get("to", "")
    return do(
        code,
        lambda: assigning.assign(tools(), person(), wanted(code), to),
        "به همکارتان سپرده شد؛ در «نزد من» اوست",
        url_for("queue.listing"),
    )


@pages.post("/assign")
@for_roles(*STAFF)
def assign_all() -> Response:
    """The chosen letters of the queue; what left the agency's hands meanwhile is told."""
    try:
        chosen = request.form.getlist("code")
        handed = assigning.assign_all(tools(), person(), chosen, request.form.get("to", ""))
    except Invalid as error:
        tell(_why(error.faults[0]))
    else:
        _tell(handed)
    return redirect(url_for("queue.listing", show=request.form.get("show") or None), 303)


def _why(fault: Fault) -> str:
    if fault.code == "pick-some":
        return "نامه‌ای برگزیده نشد؛ خانهٔ کنار نامه‌ها را پر کنید"
    return FAULTS.get(fault.code, FAULTS["other"])


def _tell(handed: assigning.Handed) -> None:
    if handed.given:
        tell(f"{len(handed.given)} نامه سپرده شد؛ در «نزد من» همکارتان است")
    if handed.missed:
        tell(f"{len(handed.missed)} نامه دیگر باز نیست و سپرده نشد: {named(handed.missed)}")
