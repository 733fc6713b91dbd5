"""What the registration form shows while one types: fragments; nothing is stored or logged."""

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from app.actions.story import clock
from app.actors import Role
from app.api.caller import tools
from app.codes import BadNationalId, parse_national_id
from app.door import TEXT_LIMIT, is_blank
from app.line import Day
from app.persian import tehran_day
from app.queries import capacity, earlier
from app.web import evidence, sheets
from app.web.gate import for_roles, person
from app.wording import BANKS
from routing.explain import Explanation, explanation_of
from routing.facts import Letter

pages = Blueprint("live", __name__, url_prefix="/operator")

NAMING = ("bank", "bare")  # roles of the words that name a bank, «بانک صادرات» and «صادرات»


@pages.post("/preview")
@for_roles(Role.OPERATOR)
def preview() -> str:
    """Where it would go and why, if it were registered now."""
    text = request.form.get("text", "").replace("\r\n", "\n")
    if is_blank(text) or len(text) > TEXT_LIMIT:
        return ""
    national_id = _national_id()
    key = tools().vault.index("allotment", national_id).hex() if national_id else None
    bank, covered_by = (request.form.get(name) or None for name in ("bank", "covered_by"))
    letter = Letter(text, request.form.get("channel", ""), bank, covered_by, key)
    told = explanation_of(letter, tools().rules)
    because = [one._asdict() for one in told.decision.because]
    return render_template(
        "operator/_preview.html",
        decision=told.decision,
        rule=told.title,
        reasons=evidence.reasons(because, tools().rules),
        doubt=told.why_not,
        any_bank=key is None and bank is None and _allotted(told),
        offices=sheets.office_names(),
    )


@pages.post("/earlier")
@for_roles(Role.OPERATOR)
def look_back() -> str:
    """What the citizen of a national ID has written before; what is alike is offered."""
    national_id = _national_id()
    if national_id is None:
        return ""
    text = request.form.get("text", "")[:TEXT_LIMIT]
    with tools().sessions() as session:
        letters = earlier.of_citizen(session, tools(), person(), national_id, text)
    return render_template("operator/_earlier.html", letters=letters, offices=sheets.office_names())


@pages.get("/capacity")
@for_roles(Role.OPERATOR)
def remaining() -> Response:
    """The line's day; 304 while it is what the page shows already."""
    with tools().sessions() as session:
        today = Day(tools().province, tehran_day(clock(session)), tools().line)
        line = capacity.read(session, today)
    response = make_response(render_template("operator/_line.html", line=line))
    response.add_etag()
    return response.make_conditional(request)


def _national_id() -> str | None:
    try:
        return parse_national_id(request.form.get("national_id", ""))
    except BadNationalId:
        return None


def _allotted(told: Explanation) -> bool:
    """Whether another citizen's same words would go to another bank: they name none."""
    decision, concepts = told.decision, tools().rules.lexicon.concepts
    aim = decision.agency if decision.confident else decision.suggestion
    return aim in BANKS and all(concepts[one.concept].role not in NAMING for one in told.concepts)
