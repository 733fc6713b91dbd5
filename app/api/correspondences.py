"""Registering, reading and moving correspondences by JSON."""

from flask import Response, jsonify, request
from flask_openapi.blueprint import APIBlueprint
from flask_openapi.models.tag import Tag

from app import access
from app.actions import answer, intake, refer
from app.api import shapes
from app.api.caller import caller, require_caller, require_json_object, tools
from app.api.openapi import BEARER, KEY_HEADER, PROBLEMS
from app.door import Fault, Invalid
from app.queries import desk

KEY_LENGTHS = range(8, 129)

api = APIBlueprint(
    "correspondences",
    __name__,
    url_prefix="/api/v1/correspondences",
    abp_tags=[Tag(name="correspondences")],
    abp_security=BEARER,
    abp_responses=PROBLEMS,
)
api.before_request(require_caller)
api.before_request(require_json_object)


@api.post(
    "",
    responses={201: shapes.RegisteredOut, 202: shapes.CallbackOut},
    openapi_extensions={"parameters": [KEY_HEADER]},
)
def register(body: shapes.CorrespondenceIn) -> tuple[Response, int]:
    """Register a letter, electronic letter or call, once for each Idempotency-Key.

    201 when it is registered; 202 when it is a call over the day's capacity and stands on the
    call-back list. The same key and body get the same answer again.
    """
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) not in KEY_LENGTHS or not key.isprintable():
        raise Invalid(Fault("Idempotency-Key", "idempotency-key"))
    payload = body.model_dump(exclude_none=True)
    given = intake.register(tools(), intake.Request(caller(), key, payload))
    return jsonify(given.body), given.status


@api.get("/<string:tracking_code>", responses={200: shapes.DetailOut})
def read(path: shapes.CodePath) -> Response:
    """A correspondence that is yours to see, with its events; 404 for any other."""
    with tools().sessions() as session:
        letter = access.find(session, caller(), path.tracking_code)
        return jsonify(desk.detail(session, tools().book.current(), letter))


@api.post("/<string:tracking_code>/claim", responses={200: shapes.StateOut})
def claim(path: shapes.CodePath) -> Response:
    """Take it to work on; 409 when a colleague was first."""
    return jsonify(refer.claim(tools(), caller(), path.tracking_code))


@api.post("/<string:tracking_code>/forward", responses={200: shapes.StateOut})
def forward(path: shapes.CodePath, body: shapes.ForwardIn) -> Response:
    """Hand it to a branch of your agency, named by its name or county."""
    return jsonify(refer.forward(tools(), caller(), path.tracking_code, body.branch))


@api.post("/<string:tracking_code>/return", responses={200: shapes.StateOut})
def give_back(path: shapes.CodePath, body: shapes.ReturnIn) -> Response:
    """Return a wrong referral to triage, with the reason."""
    return jsonify(refer.give_back(tools(), caller(), path.tracking_code, body.reason))


@api.post("/<string:tracking_code>/refer", responses={200: shapes.StateOut})
def refer_(path: shapes.CodePath, body: shapes.ReferIn) -> Response:
    """Send what waits in triage to its agency."""
    moved = refer.refer(tools(), caller(), path.tracking_code, body.agency, body.reason)
    return jsonify(moved)


@api.post("/<string:tracking_code>/answer", responses={200: shapes.StateOut})
def answer_(path: shapes.CodePath, body: shapes.AnswerIn) -> Response:
    """Answer what you have claimed; the citizen is told by SMS."""
    moved = answer.answer(tools(), caller(), path.tracking_code, body.outcome, body.text)
    return jsonify(moved)
