"""What all calls of the API share in its OpenAPI document."""

from typing import Any

from flask import Response
from flask_openapi.models.info import Info
from pydantic import ValidationError

from app import errors
from app.api.shapes import FieldProblem, ProblemOut
from app.door import Fault, Invalid

INFO = Info(
    title="Samaneh 111",
    version="1.0",
    description="Citizens' correspondence: registered, referred, receipted, answered.",
)
SECURITY_SCHEMES: dict[str, Any] = {"bearer": {"type": "http", "scheme": "bearer"}}
# Said here and read from the request: the framework would describe the header's schema anew at
# every request that it validates.
KEY_HEADER: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Minted by the sender when the form opens: 8 to 128 printable characters.",
    "schema": {"type": "string", "minLength": 8, "maxLength": 128},
}
BEARER: list[dict[str, list[Any]]] = [{"bearer": []}]


def _problem_schema() -> dict[str, Any]:
    """Whole by itself: a response that the framework does not know can't refer to components."""
    schema = ProblemOut.model_json_schema()
    del schema["$defs"]
    schema["properties"]["errors"]["items"] = FieldProblem.model_json_schema()
    return schema


_PROBLEM = {"content": {"application/problem+json": {"schema": _problem_schema()}}}
_SAID = {
    400: "The body is no JSON object",
    401: "No token, or not a valid one",
    403: "Your role may not do this",
    404: "No such correspondence, or not yours to see",
    409: "The move is not allowed now, or somebody else was first",
    413: "The body is too large",
    415: "The body is not declared as JSON",
    422: "Fields are wrong; each is named",
    429: "Too many requests",
    503: "Nothing was written; send it again",
}
PROBLEMS: dict[int | str, Any] = {
    status: {"description": said, **_PROBLEM} for status, said in _SAID.items()
}

_CODES = {
    "missing": "required",
    "extra_forbidden": "unknown-field",
    "string_type": "wrong-type",
    "model_type": "wrong-type",
    "model_attributes_type": "wrong-type",
}


def refuse(error: ValidationError) -> Response:
    """Types that don't fit, as a problem document; what was sent is never repeated."""
    faults = [
        Fault(".".join(str(part) for part in found["loc"]), _CODES.get(found["type"], "other"))
        for found in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    return errors.as_response(Invalid(*faults))
