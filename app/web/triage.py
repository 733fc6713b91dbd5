"""The triage desk: letters that the router would not decide alone, one after the other."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.access import NotFound
from app.actions import bulk, merging, refer, turns
from app.actors import Forbidden, Role
from app.api.caller import tools
from app.door import Invalid
from app.lifecycle import IllegalMove
from app.likeness import Likeness, compare, gist_of
from app.models.correspondence import Correspondence
from app.queries import triage
from app.web import sheets
from app.web.gate import for_roles, person
from app.web.news import this_moment
from app.web.pages import explained, named, tell

pages = Blueprint("triage", __name__, url_prefix="/triage")

KEYS = "1234567890-"  # of the offices, in their order
GONE = "این نامه دیگر در پایش نیست؛ شاید همکار دیگری آن را ارجاع داده باشد"


@pages.get("")
@for_roles(Role.TRIAGE)
def queue() -> str:
    """What waits, the urgent first, then the oldest."""
    with tools().sessions() as session:
        since = this_moment(session)
        pile = triage.pile(session, person(), request.args.get("cursor"))
    return render_template("triage/queue.html", pile=pile, since=since)


@pages.get("/next")
@for_roles(Role.TRIAGE)
def following() -> Response:
    """To the letter to decide now, which colleagues are not given meanwhile, or to the queue."""
    code = turns.take(tools(), person())
    return redirect(url_for("triage.letter", code=code) if code else url_for("triage.queue"))


@pages.get("/<string:code>")
@for_roles(Role.TRIAGE)
def letter(code: str) -> str:
    return _page(code)


@pages.post("/<string:code>")
@for_roles(Role.TRIAGE)
def decide(code: str) -> Response | tuple[str, int]:
    """Refer it, and those alike that were ticked, then show the next one."""
    also = request.form.getlist("also")
    try:
        send_all([code, *also]) if also else send(code)
    except (NotFound, IllegalMove):
        tell(GONE)
    except (Invalid, Forbidden) as error:
        return _page(code, error), 422
    return redirect(url_for("triage.following"), 303)


@pages.post("/<string:code>/merge")
@for_roles(Role.TRIAGE)
def merge(code: str) -> Response | tuple[str, int]:
    """One with another open letter of the same citizen; then show the next one."""
    try:
        merging.merge(tools(), person(), code, request.form.get("into", ""))
    except (NotFound, IllegalMove):
        tell(GONE)
    except (Invalid, Forbidden) as error:
        return _page(code, error), 422
    else:
        tell("با نامهٔ دیگر همین شهروند یکی شد؛ دستگاه هر دو متن را می‌بیند")
    return redirect(url_for("triage.following"), 303)


def _page(code: str, error: Exception | None = None) -> str:
    with tools().sessions() as session:
        shown = sheet(session, code)
        number, waiting = triage.place(session, shown["letter"])
        others = triage.beside(session, person(), shown["letter"])
        alike = triage.alike(session, shown["letter"]) if number else []
    return render_template(
        "triage/letter.html",
        **shown,
        number=number,
        waiting=waiting,
        keys=KEYS,
        alike=alike,
        ticked=request.form.getlist("also"),
        others=_compared(shown["letter"], others),
        for_supervisor=refer.is_for_supervisor(shown["letter"]),
        **(explained(error) if error else {}),
    )


def _compared(
    letter: Correspondence, others: Sequence[Correspondence]
) -> list[tuple[Correspondence, Likeness]]:
    """Each with what both letters have in common, the alike first."""
    rules = tools().rules
    gist = gist_of(letter.text, rules)
    pairs = [(other, compare(gist, gist_of(other.text, rules))) for other in others]
    return sorted(pairs, key=lambda pair: not pair[1].alike)


def sheet(session: Session, code: str) -> dict[str, Any]:
    """One letter with the offices it may go to and what was chosen so far. Raises NotFound."""
    read = sheets.of(session, code)
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


def send_all(codes: list[str]) -> None:
    """The same for many; what a colleague was quicker with is told."""
    agency, reason = request.form.get("agency", ""), request.form.get("reason", "")
    done = bulk.refer(tools(), person(), codes, agency, reason)
    if done.sent:
        tell(f"{len(done.sent)} نامه به {sheets.office_names()[agency]} ارجاع شد")
    if done.missed:
        tell(f"{len(done.missed)} نامه دیگر در پایش نبود: {named(done.missed)}")
