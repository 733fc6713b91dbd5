"""What programs may rely on: status codes, problem documents, nothing written for bad input."""

import json
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import validate
from sqlalchemy import text

from app.tools import Tools
from tests import make

URL = "/api/v1/correspondences"


@pytest.fixture
def operator(tools: Tools) -> dict[str, str]:
    return make.token(tools, "operator")


def post(client: FlaskClient, headers: dict[str, str], **kwargs: Any) -> Any:
    return client.post(URL, headers={"Idempotency-Key": uuid4().hex} | headers, **kwargs)


def rows(tools: Tools) -> int:
    with tools.sessions() as session:
        count = "select (select count(*) from correspondences) + (select count(*) from callbacks)"
        return int(session.scalar(text(count + " + (select count(*) from idempotency_keys)")) or 0)


def test_a_letter_is_registered_and_answered_with_all_that_the_contract_names(
    client: FlaskClient, operator: dict[str, str]
) -> None:
    answer = post(client, operator, json=make.payload())
    assert answer.status_code == 201
    assert set(answer.json) == {
        "tracking_code", "status", "agency", "due_at", "decision", "receipts",
    }  # fmt: skip
    assert answer.json["agency"] == {"code": "bank-melli", "name": "بانک ملی"}
    assert set(answer.json["decision"]) == {"rule", "because"}
    assert answer.json["receipts"] == [
        {"stage": "registered", "state": "pending"},
        {"stage": "referred", "state": "pending"},
    ]


def test_evidence_points_into_the_text_that_was_sent(
    client: FlaskClient, operator: dict[str, str]
) -> None:
    sent = make.payload(text="  \u200cسلام!  متقاضيِ وامِ ازدواج از بانـــک ملّی هستم.")
    because = post(client, operator, json=sent).json["decision"]["because"]
    assert because
    assert all(sent["text"][e["start"] : e["end"]] == e["text"] for e in because)


def test_persian_and_arabic_digits_are_the_same_citizen(
    client: FlaskClient, operator: dict[str, str], tools: Tools
) -> None:
    number = make.national_id(7)
    persian = number.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    arabic = number.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    for spelling in (number, persian, arabic):
        citizen = {"national_id": spelling, "mobile": "۰۹۰۹۰۰۰۱۲۳۴"}
        assert post(client, operator, json=make.payload(citizen=citizen)).status_code == 201
    with tools.sessions() as session:
        assert session.scalar(text("select count(*) from citizens")) == 1


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"channel": "pigeon"}, "channel", "unknown-channel"),
        ({"text": ""}, "text", "text-empty"),
        ({"text": "  \u200f "}, "text", "text-empty"),
        ({"text": "ا" * 20_001}, "text", "text-too-long"),
        ({"text": "با\x00سلام"}, "text", "bad-character"),
        ({"text": 7}, "text", "wrong-type"),
        ({"citizen": {"national_id": "1234567890"}}, "citizen.national_id", "national-id"),
        ({"citizen": {"national_id": "1111111111"}}, "citizen.national_id", "national-id"),
        ({"citizen": {"mobile": "02188888888"}}, "citizen.mobile", "mobile"),
        ({"citizen": {"mobile": ["09090001234"]}}, "citizen.mobile", "wrong-type"),
        ({"citizen": {"first_name": " "}}, "citizen.first_name", "required"),
        ({"citizen": {"last_name": "ن" * 81}}, "citizen.last_name", "too-long"),
        ({"received_at": "yesterday"}, "received_at", "received-at"),
        ({"received_at": "2026-01-01T10:00:00"}, "received_at", "received-at"),
        ({"received_at": "2999-01-01T10:00:00+03:30"}, "received_at", "received-at"),
        ({"received_at": "0001-01-01T00:00:00+14:00"}, "received_at", "received-at"),
        ({"received_at": "1405-09-01T00:00:00+03:30"}, "received_at", "received-at"),
        ({"owner_code": "welfare"}, "owner_code", "unknown-field"),
    ],
)
def test_a_wrong_field_is_named_in_persian_and_nothing_is_written(
    client: FlaskClient,
    operator: dict[str, str],
    tools: Tools,
    changes: dict[str, Any],
    field: str,
    code: str,
) -> None:
    answer = post(client, operator, json=make.payload(**changes))
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert answer.json["code"] == "invalid"
    found = {(e["field"], e["code"]) for e in answer.json["errors"]}
    assert found == {(field, code)}
    assert all(e["title"] for e in answer.json["errors"])
    assert rows(tools) == 0


def test_every_wrong_field_is_named_at_once(client: FlaskClient, operator: dict[str, str]) -> None:
    bad = make.payload(channel="x", text="", citizen={"mobile": "1", "national_id": "2"})
    fields = {e["field"] for e in post(client, operator, json=bad).json["errors"]}
    assert fields == {"channel", "text", "citizen.mobile", "citizen.national_id"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "malformed-json"),
        (b"[]", 400, "malformed-json"),
        (b"null", 400, "malformed-json"),
        (b'"text"', 400, "malformed-json"),
        (b"[" * 100_000, 400, "malformed-json"),
        (b'{"channel": NaN}', 422, "invalid"),
        (b'{"text": "\\ud800"}', 422, "invalid"),
        (b"\xff\xfe", 400, "malformed-json"),
        (b"", 422, "invalid"),
        (json.dumps({"text": "ا" * 1_000_000}).encode(), 413, "too-large"),
    ],
)
def test_a_body_that_is_no_letter_gets_a_problem_document(
    client: FlaskClient,
    operator: dict[str, str],
    tools: Tools,
    body: bytes,
    status: int,
    code: str,
) -> None:
    answer = post(client, operator, data=body, content_type="application/json")
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.content_type == "application/problem+json"
    assert rows(tools) == 0


def test_a_body_that_is_not_declared_as_json_is_refused(
    client: FlaskClient, operator: dict[str, str]
) -> None:
    answer = post(client, operator, data=b"{}", content_type="text/plain")
    assert (answer.status_code, answer.json["code"]) == (415, "not-json")


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic x"}]
)
def test_without_a_valid_token_nothing_is_told(
    client: FlaskClient, tools: Tools, headers: dict[str, str]
) -> None:
    answer = post(client, headers, json=make.payload())
    assert (answer.status_code, answer.json["code"]) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert rows(tools) == 0


@pytest.mark.parametrize("key", [None, "", "short", "x" * 129])
def test_the_idempotency_key_is_required(
    client: FlaskClient, operator: dict[str, str], key: str | None
) -> None:
    headers = operator | ({} if key is None else {"Idempotency-Key": key})
    answer = client.post(URL, headers=headers, json=make.payload())
    assert answer.status_code == 422
    assert answer.json["errors"][0]["code"] == "idempotency-key"


def test_the_same_key_gets_the_same_answer_and_another_body_is_refused(
    client: FlaskClient, operator: dict[str, str], tools: Tools
) -> None:
    body = make.payload()
    headers = operator | {"Idempotency-Key": "the-same-key"}
    first, again = (client.post(URL, headers=headers, json=body) for _ in range(2))
    other = client.post(URL, headers=headers, json=body | {"text": make.MEDICINE})
    assert first.status_code == again.status_code == 201
    assert first.data == again.data
    assert (other.status_code, other.json["code"]) == (422, "key-reused")
    assert rows(tools) == 2


@pytest.mark.parametrize("role", ["triage", "supervisor", "admin", "auditor"])
def test_only_operators_register(client: FlaskClient, tools: Tools, role: str) -> None:
    answer = post(client, make.token(tools, role), json=make.payload())
    assert (answer.status_code, answer.json["code"]) == (403, "forbidden")


def test_the_way_of_a_letter_through_the_api(client: FlaskClient, tools: Tools) -> None:
    code = make.register(tools, text=make.UNCLEAR)["tracking_code"]
    triage, welfare = make.token(tools, "triage"), make.token(tools, "agency", "welfare")

    def act(who: dict[str, str], verb: str, **body: str) -> Any:
        sent = {"json": body} if body else {}
        return client.post(f"{URL}/{code}/{verb}", headers=who, **sent)  # type: ignore[arg-type]

    assert act(welfare, "claim").status_code == 404
    assert act(triage, "refer", agency="moon", reason="x").json["code"] == "invalid"
    assert act(triage, "refer", agency="welfare", reason="معلولیت").json["status"] == "referred"
    assert act(welfare, "answer", outcome="done", text="شد").status_code == 409
    assert act(welfare, "claim").json["status"] == "in_progress"
    assert act(welfare, "answer", outcome="maybe", text="شد").status_code == 422
    assert act(welfare, "answer", outcome="done", text="شد").json["status"] == "answered"
    detail = client.get(f"{URL}/{code}", headers=welfare).json
    assert [r["stage"] for r in detail["receipts"]] == ["registered", "referred", "answered"]
    kinds = [e["kind"] for e in detail["events"]]
    assert kinds == ["registered", "routed", "referred", "claimed", "answered"]


def test_who_is_too_late_is_told_that_it_moved_on_and_a_stranger_nothing(
    client: FlaskClient, tools: Tools
) -> None:
    code = make.register(tools)["tracking_code"]
    owner, stranger = (make.token(tools, "agency", a) for a in ("bank-melli", "bank-mellat"))
    answers = [
        client.post(f"{URL}/{code}/return", headers=who, json={"reason": "مال ما نیست"})
        for who in (owner, owner, stranger)
    ]
    assert [a.status_code for a in answers] == [200, 409, 404]
    assert answers[1].json["code"] == "moved-on"
    assert client.get(f"{URL}/{code}", headers=owner).status_code == 404


def test_a_queue_is_read_page_by_page_without_gap_or_repeat(
    client: FlaskClient, tools: Tools
) -> None:
    sent = {make.register(tools)["tracking_code"] for _ in range(7)}
    headers = make.token(tools, "agency", "bank-melli")
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        more = f"&cursor={cursor}" if cursor else ""
        page = client.get(f"/api/v1/queue?limit=3{more}", headers=headers).json
        seen += [item["tracking_code"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert set(seen) == sent
    assert len(seen) == 7


@pytest.mark.parametrize(
    "query", ["status=lost", "limit=0", "limit=101", "limit=x", "cursor=x", "cursor=WzEsMl0="]
)
def test_a_wrong_question_to_the_queue_is_a_problem_not_an_error(
    client: FlaskClient, tools: Tools, query: str
) -> None:
    answer = client.get(f"/api/v1/queue?{query}", headers=make.token(tools, "triage"))
    assert answer.status_code == 422


def test_capacity_and_ledger_are_told_to_who_may_know(client: FlaskClient, tools: Tools) -> None:
    make.register(tools, channel="call", text=make.MEDICINE)
    day = client.get("/api/v1/capacity", headers=make.token(tools, "operator")).json
    assert (day["cap"], day["used"], day["remaining"], day["callbacks"]) == (1000, 1, 999, 0)
    ledger = client.get("/api/v1/ledger", headers=make.token(tools, "auditor")).json
    assert ledger["balanced"] is True
    assert ledger["received"] == ledger["by_channel"]["call"] == 1
    refused = client.get("/api/v1/ledger", headers=make.token(tools, "agency", "welfare"))
    assert refused.status_code == 403
    for day in ("1405", "1405-09-01", "2026-W47-7", "20261122"):
        wrong = client.get(f"/api/v1/ledger?day={day}", headers=make.token(tools, "auditor"))
        assert wrong.status_code == 422


def test_the_openapi_document_is_valid_and_names_every_call(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    validate(document)
    assert document["openapi"] >= "3.1"
    assert {
        "/api/v1/correspondences",
        "/api/v1/correspondences/{tracking_code}/claim",
        "/api/v1/queue",
        "/api/v1/capacity",
        "/api/v1/ledger",
        "/api/v1/track",
    } <= set(document["paths"])


def test_what_does_not_exist_is_a_problem_document(client: FlaskClient) -> None:
    assert client.get("/api/v1/nothing").json["code"] == "not-found"
    assert client.get("/api").json["code"] == "not-found"
    assert client.delete("/api/v1/track").json["code"] == "method-not-allowed"
