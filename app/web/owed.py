"""SMS that did not arrive by themselves: a person tells the citizen, or decides otherwise."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.actions import owed
from app.actions.owed import MAY_GO_AGAIN, Decision, NotOwed
from app.actors import MAY, Role
from app.api.caller import tools
from app.door import Fault, Invalid
from app.errors import problem_of
from app.models.receipt import OWED
from app.queries import owed as owed_list
from app.web.gate import for_roles, person
from app.web.pages import explained, tell
from app.wording import DECIDED, RECEIPT_STATES

pages = Blueprint("owed", __name__, url_prefix="/owed")

PAGE = 12
STAFF = (Role.OPERATOR, Role.SUPERVISOR)
# What the same decision, sent a second time, finds.
_DONE = {
    Decision.TOLD: frozenset({"told"}),
    Decision.WAIVED: frozenset({"waived"}),
    Decision.AGAIN: frozenset({"pending", "sending", "unknown", "accepted", "delivered"}),
}


@pages.get("")
@for_roles(*STAFF)
def listing() -> str:
    """The oldest first, of one state or all."""
    return _page()


@pages.post("/<uuid:receipt>")
@for_roles(*STAFF)
def settle(receipt: UUID) -> Response | tuple[str, int]:
    """Write the decision down and show what is left. The same form twice is one decision."""
    note = request.form.get("note", "")
    try:
        decision = _decision(request.form.get("decision", ""))
        owed.settle(tools(), person(), receipt, decision, note)
    except NotOwed as error:
        return _settled_before(receipt, error)
    except Invalid as error:
        return _page(receipt=receipt, **explained(error)), 422
    tell(DECIDED[decision])
    return _back()


def _decision(word: str) -> Decision:
    try:
        return Decision(word)
    except ValueError:
        raise Invalid(Fault("decision", "other")) from None


def _settled_before(receipt: UUID, error: NotOwed) -> Response | tuple[str, int]:
    """The own decision again is no trouble; another's is told, with the note that was written."""
    with tools().sessions() as session:
        state = owed_list.standing(session, receipt)
    if state in _DONE[Decision(request.form["decision"])]:
        tell(DECIDED[request.form["decision"]])
        return _back()
    said = {**explained(error), "now": RECEIPT_STATES.get(state or "")}
    return _page(receipt=receipt, **said), problem_of(error).status


def _page(**said: object) -> str:
    state = request.values.get("state") or None
    wanted = owed_list.Page(state, request.values.get("cursor") or None, PAGE)
    with tools().sessions() as session:
        pile, cursor = owed_list.pile(session, tools().vault, person(), wanted)
    return render_template(
        "owed.html",
        pile=pile,
        cursor=cursor,
        wanted=wanted,
        states=OWED,
        may_go_again=MAY_GO_AGAIN if person().role in MAY["send again"] else (),
        **said,
    )


def _back() -> Response:
    """To where one was in the list."""
    state, cursor = request.form.get("state") or None, request.form.get("cursor") or None
    return redirect(url_for("owed.listing", state=state, cursor=cursor), 303)
