"""The caller's own queue, the line's day, the balance."""

from datetime import date, datetime

from flask import Response, jsonify
from flask_openapi.blueprint import APIBlueprint
from flask_openapi.models.tag import Tag

from app.actions.story import clock
from app.actors import allow
from app.api import shapes
from app.api.caller import caller, require_caller, tools
from app.api.openapi import BEARER, PROBLEMS
from app.door import EARLIEST, Fault, Invalid
from app.line import Day
from app.persian import tehran_day
from app.queries import capacity, desk, ledger

api = APIBlueprint(
    "desks",
    __name__,
    url_prefix="/api/v1",
    abp_tags=[Tag(name="desks")],
    abp_security=BEARER,
    abp_responses=PROBLEMS,
)
api.before_request(require_caller)


@api.get("/queue", responses={200: shapes.QueueOut})
def queue(query: shapes.QueueQuery) -> Response:
    """Your own queue by deadline, page by page."""
    page = desk.Page(query.status, query.cursor, query.limit)
    with tools().sessions() as session:
        letters, cursor = desk.queue(session, caller(), page)
    reference = tools().book.current()
    items = [desk.item(letter, reference) for letter in letters]
    return jsonify({"items": items, "next_cursor": cursor})


@api.get("/capacity", responses={200: shapes.CapacityOut})
def capacity_() -> Response:
    """Today's calls: cap, used, remaining, and how many wait to be called back."""
    allow(caller(), "capacity")
    with tools().sessions() as session:
        today = Day(tools().province, tehran_day(clock(session)), tools().line)
        return jsonify(capacity.read(session, today))


@api.get("/ledger", responses={200: shapes.LedgerOut})
def ledger_(query: shapes.DayQuery) -> Response:
    """The balance of a day of registration, or of all time."""
    allow(caller(), "ledger")
    with tools().sessions() as session:
        return jsonify(ledger.read(session, parse_day(query.day)))


def parse_day(raw: str | None) -> date | None:
    """`YYYY-MM-DD` or nothing; raises Invalid."""
    if raw is None:
        return None
    try:
        day = datetime.strptime(raw, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise Invalid(Fault("day", "day")) from None
    if day < EARLIEST.date():
        raise Invalid(Fault("day", "day"))
    return day
