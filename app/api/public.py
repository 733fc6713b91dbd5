"""What needs no token: tracking, the provider's callbacks."""

from flask import Blueprint, Response, abort, current_app, jsonify, request
from flask_openapi.blueprint import APIBlueprint
from flask_openapi.models.tag import Tag

from app.actions import delivery, people
from app.actions import inbound as inbox
from app.api import shapes
from app.api.caller import require_json_object, tools
from app.api.limits import limiter
from app.api.openapi import PROBLEMS
from app.persian import ascii_digits
from app.queries import tracking

LONGEST_REPORT = 4096
LONGEST_MESSAGE = 16384  # 900 Persian letters, each twelve signs in a form
TRIES, TRIES_SCOPE = "10/minute;60/hour", "track"
OBJECTION_DAYS = "SAMANEH_OBJECTION_DAYS"
HOOK_SECRET = "SAMANEH_HOOK_SECRET"  # noqa: S105 - the name of a setting

api = APIBlueprint(
    "public", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="public")], abp_responses=PROBLEMS
)


api.before_request(require_json_object)


@api.post("/track", responses={200: shapes.TrackOut})
@limiter.shared_limit(TRIES, scope=TRIES_SCOPE)
def track(body: shapes.TrackIn) -> Response:
    """Stage, agency, dates and answer, for who knows the code and the mobile's last four digits.

    A wrong code and a wrong number get the same answer.
    """
    found = tracking_answer(body.tracking_code, body.mobile_last4)
    return jsonify(found)


def tracking_answer(code: str, last4: str) -> dict[str, object]:
    """Raises NotFound."""
    with tools().sessions() as session:
        return tracking.track(session, tools().vault, tools().book.current(), code, last4)


hooks = Blueprint("hooks", __name__, url_prefix="/hooks/kavenegar")


@hooks.route("/<string:secret>/delivery", methods=["GET", "POST"])
def delivered(secret: str) -> Response:
    """A hint that a message's state changed; the provider's own report decides."""
    _known(secret, LONGEST_REPORT)
    raw = ascii_digits(request.values.get("messageid", ""))
    if _is_id(raw):
        delivery.hint(tools(), int(raw))
    return jsonify({"ok": True})


@hooks.route("/<string:secret>/inbound", methods=["GET", "POST"])
def inbound(secret: str) -> Response:
    """A citizen's SMS to our line; what can't be read is taken all the same. Trouble of ours is
    told by the status: the provider keeps the message unread."""
    _known(secret, LONGEST_MESSAGE)
    said, raw = request.values, ascii_digits(request.values.get("messageid", ""))
    if _is_id(raw):
        sms = inbox.Sms(int(raw), said.get("from", ""), said.get("message", ""))
        inbox.receive(tools(), sms, int(current_app.config[OBJECTION_DAYS]))
    return jsonify({"ok": True})


def _is_id(raw: str) -> bool:
    return raw.isascii() and raw.isdigit() and len(raw) <= 18


def _known(secret: str, longest: int) -> None:
    expected: str = current_app.config[HOOK_SECRET]
    if not people.same(secret, expected) or (request.content_length or 0) > longest:
        abort(404)
