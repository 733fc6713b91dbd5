"""The inspectorate: the balance of today and of all time, and what only it may decide."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.access import NotFound
from app.actions.story import clock
from app.actors import Role, allow
from app.api.caller import tools
from app.door import Invalid
from app.lifecycle import IllegalMove
from app.line import Day
from app.persian import tehran_day
from app.queries import capacity, desk, late, ledger, objections
from app.queries import line as sms_line
from app.web import sheets, triage
from app.web.gate import for_roles, person
from app.web.pages import explained, tell

pages = Blueprint("supervisor", __name__, url_prefix="/supervisor")

PAGE = 25
OBJECTED = "شهروند به پاسخ اعتراض دارد؛ دوباره بررسی شود"


@pages.get("")
@for_roles(Role.SUPERVISOR, Role.ADMIN, Role.AUDITOR)
def balance() -> str:
    """Where every correspondence is, and whether the sums agree."""
    allow(person(), "ledger")
    with tools().sessions() as session:
        today = Day(tools().province, tehran_day(clock(session)), tools().line)
        read = {
            "today": ledger.read(session, today.day),
            "ever": ledger.read(session, None),
            "line": capacity.read(session, today),
            "late": late.by_owner(session),
            "lines": sms_line.lines(session),
            "waiting": sms_line.waiting(session),
        }
    return render_template(
        "supervisor/balance.html", **read, day=today.day, offices=sheets.office_names()
    )


@pages.get("/returned")
@for_roles(Role.SUPERVISOR)
def returned() -> str:
    """What was returned three times or objected to, and waits for the final decision."""
    wanted = desk.Page(None, request.args.get("cursor") or None, PAGE)
    with tools().sessions() as session:
        letters, cursor = desk.queue(session, person(), wanted)
        objected = objections.of(session, [each.id for each in letters if each.objected_at])
    return render_template(
        "supervisor/returned.html",
        objected=[each for each in letters if each.id in objected],
        letters=[each for each in letters if each.id not in objected],
        objections=objected,
        offices=sheets.office_names(),
        cursor=cursor,
    )


@pages.get("/returned/<string:code>")
@for_roles(Role.SUPERVISOR)
def letter(code: str) -> str:
    return render_template("supervisor/letter.html", **_sheet(code))


@pages.post("/returned/<string:code>")
@for_roles(Role.SUPERVISOR)
def decide(code: str) -> Response | tuple[str, int]:
    """Refer it finally."""
    try:
        triage.send(code)
    except (NotFound, IllegalMove):
        tell(triage.GONE)
    except Invalid as error:
        return render_template("supervisor/letter.html", **_sheet(code), **explained(error)), 422
    return redirect(url_for("supervisor.returned"), 303)


def _sheet(code: str) -> dict[str, object]:
    """The letter with the citizen's objections; who answered last is proposed again."""
    with tools().sessions() as session:
        read = triage.sheet(session, code)
        letter = read["letter"]
        said = objections.of(session, [letter.id]).get(letter.id, [])
        answered_by = objections.answered_by(session, letter.id) if said else None
    return read | {
        "objections": said,
        "answered_by": answered_by,
        "chosen": request.form.get("agency") or answered_by or read["chosen"],
        "reason": OBJECTED if said and read["reason"] is None else read["reason"],
        "notes": [note for note in read["notes"] if note.kind != "objection"],
    }
