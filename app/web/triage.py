"""The triage desk: letters that the router would not decide alone, one after the other."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.access import NotFound
from app.actions import refer
from app.actors import Forbidden, Role
from app.api.caller import tools
from app.door import Invalid
from app.lifecycle import IllegalMove
from app.queries import triage
from app.web import sheets
from app.web.gate import for_roles, person
from app.web.pages import explained, tell

pages = Blueprint("triage", __name__, url_prefix="/triage")

GONE = "این نامه دیگر در پایش نیست؛ شاید همکار دیگری آن را ارجاع داده باشد"


@pages.get("")
@for_roles(Role.TRIAGE)
def queue() -> str:
    """What waits, the urgent first, then the oldest."""
    with tools().sessions() as session:
        pile = triage.pile(session, person(), request.args.get("cursor"))
    return render_template("triage/queue.html", pile=pile)


@pages.get("/next")
@for_roles(Role.TRIAGE)
def following() -> Response:
    """To the letter to decide now, or to the empty queue."""
    with tools().sessions() as session:
        code = triage.first(session, person())
    return redirect(url_for("triage.letter", code=code) if code else url_for("triage.queue"))


@pages.get("/<string:code>")
@for_roles(Role.TRIAGE)
def letter(code: str) -> str:
    return render_template("triage/letter.html", **sheet(code))


@pages.post("/<string:code>")
@for_roles(Role.TRIAGE)
def decide(code: str) -> Response | tuple[str, int]:
    """Refer it, then show the next one."""
    try:
        send(code)
    except (NotFound, IllegalMove):
        tell(GONE)
    except (Invalid, Forbidden) as error:
        return render_template("triage/letter.html", **sheet(code), **explained(error)), 422
    return redirect(url_for("triage.following"), 303)


def sheet(code: str) -> dict[str, object]:
    """One letter with the offices it may go to and what was chosen so far. Raises NotFound."""
    read = sheets.read(code)
    chosen = request.form.get("agency") or read["letter"].decision.get("suggestion") or ""
    return read | {
        "destinations": sheets.destinations(),
        "chosen": chosen,
        "reason": request.form.get("reason"),
    }


def send(code: str) -> None:
    """Refer what the form says and tell so on the next page."""
    agency, reason = request.form.get("agency", ""), request.form.get("reason", "")
    done = refer.refer(tools(), person(), code, agency, reason)
    tell(f"به {done['agency']['name']} ارجاع شد")
