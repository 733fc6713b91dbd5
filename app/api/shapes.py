"""The shapes of the JSON API: types only; the meaning of each field is checked at the door."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Words = Annotated[str, StringConstraints(strict=True)]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class CitizenIn(Shape):
    national_id: Words
    mobile: Words
    first_name: Words
    last_name: Words


class FieldsIn(Shape):
    bank: Words | None = None
    covered_by: Words | None = None


class CorrespondenceIn(Shape):
    """`channel` is letter, electronic or call; `received_at` is ISO 8601 with its offset."""

    channel: Words
    text: Words
    citizen: CitizenIn
    county: Words | None = None
    fields: FieldsIn | None = None
    received_at: Words | None = None


class ForwardIn(Shape):
    branch: Words


class ReturnIn(Shape):
    reason: Words


class ReferIn(Shape):
    agency: Words
    reason: Words


class AnswerIn(Shape):
    """`outcome` is done, partly or not_possible."""

    outcome: Words
    text: Words


class TrackIn(Shape):
    tracking_code: Words
    mobile_last4: Words


class CodePath(BaseModel):
    tracking_code: str


class QueueQuery(BaseModel):
    status: str | None = None
    cursor: str | None = None
    limit: int = 50


class DayQuery(BaseModel):
    day: str | None = None


class AgencyOut(BaseModel):
    code: str
    name: str


class ReceiptOut(BaseModel):
    stage: str
    state: str


class EvidenceOut(BaseModel):
    """A span of the original text and the concept that was recognised in it."""

    start: int
    end: int
    text: str
    concept: str


class DecisionOut(BaseModel):
    rule: str
    because: list[EvidenceOut]


class StateOut(BaseModel):
    tracking_code: str
    status: str
    agency: AgencyOut
    due_at: str


class RegisteredOut(StateOut):
    decision: DecisionOut
    receipts: list[ReceiptOut]


class EventOut(BaseModel):
    at: str
    kind: str
    actor: str
    data: dict[str, Any]


class DetailOut(RegisteredOut):
    channel: str
    registered_at: str
    text: str
    county: str | None
    urgent: bool
    returns: int
    claimed_by: str | None
    outcome: str | None
    answer: str | None
    events: list[EventOut]


class CapacityOut(BaseModel):
    day: str
    cap: int
    used: int
    remaining: int
    callbacks: int


class PromiseOut(BaseModel):
    id: str
    due_on: str


class CallbackOut(BaseModel):
    callback: PromiseOut
    capacity: CapacityOut


class QueueItemOut(StateOut):
    channel: str
    registered_at: str
    urgent: bool
    returns: int
    claimed_by: str | None
    excerpt: str


class QueueOut(BaseModel):
    items: list[QueueItemOut]
    next_cursor: str | None


class ReceiptsSumOut(BaseModel):
    due: int
    sent: int
    owed: int


class LedgerOut(BaseModel):
    day: str | None
    received: int
    triage: int
    open: int
    answered: int
    closed: int
    merged: int
    callbacks: int
    receipts: ReceiptsSumOut
    by_channel: dict[str, int]
    by_agency: dict[str, dict[str, int]]
    balanced: bool


class LastActOut(BaseModel):
    kind: str
    at: str


class AnswerOut(BaseModel):
    outcome: str
    text: str
    at: str


class TrackOut(BaseModel):
    tracking_code: str
    stage: str
    agency: AgencyOut
    registered_at: str
    due_at: str
    last_act: LastActOut | None
    answer: AnswerOut | None


class FieldProblem(BaseModel):
    field: str
    code: str
    title: str


class ProblemOut(BaseModel):
    """RFC 9457. `code` is stable; `title` is Persian, for people."""

    title: str
    status: int
    code: str
    errors: list[FieldProblem] = Field(default_factory=list)
