"""The doctor: each broken promise is found, planted here behind the back of every guard."""

import pytest
from sqlalchemy import text

from app.actions import answer, asking, folding, intake, outbox, pausing, refer
from app.actions.intake import Request
from app.queries import doctor
from app.tools import Tools
from tests import make
from tests.app import database
from tests.app.conftest import Line
from tests.app.fakes import FakeGateway

pytestmark = pytest.mark.alters_schema
MELLI = make.staff("bank-melli")
OPEN = "(select id from correspondences where status = 'referred' order by id limit 1)"
CLOSED = "(select id from correspondences where status = 'closed')"
ANSWERED = "(select id from correspondences where status = 'answered')"

SUMS = "sums of the ledger that differ from a recount"

# Name of the check → what breaks the promise; several where there are several ways.
PLANTED = [
    (SUMS, "update ledger_sums set sent = sent + 1"),
    (SUMS, "insert into ledger_entries (day, province, letters) values (now(), 'kermanshah', 1)"),
    (SUMS, "delete from ledger_sums where day = '-infinity' and received > 0"),
    (
        SUMS,
        "alter table receipts disable trigger all; delete from receipts where stage = 'answered'",
    ),
    (
        "citizen's own letter without its proved mobile",
        f"update correspondences set source = 'citizen' where id = {OPEN}",
    ),
    (
        "citizen's own letter without its proved mobile",
        f"update correspondences set source = 'citizen' where id = {OPEN}; "
        "insert into phone_checks select gen_random_uuid(), 'x', 'x', now(), "
        f"now() + interval '1s', 0, now(), {OPEN}, 'k'",
    ),
    *(
        (
            "SMS that nobody is owed, standing still for half an hour",
            "insert into phone_checks select gen_random_uuid(), 'x', 'x', now(), "
            "now() + interval '1s', 0, null, null, 'k'; "
            "insert into messages (id, kind, check_id, state, local_id, not_before, expires_at, "
            "fence, lease_until, created_at, province) "
            f"select id, 'code', id, '{state}', 1, now(), now() - interval '31 minutes', "
            "id, now() - interval '31 minutes', now(), 'k' "
            "from phone_checks",
        )
        for state in ("pending", "sending")
    ),
    (
        "letter without exactly one open owner",
        f"delete from referrals where correspondence_id = {OPEN}",
    ),
    (
        "letter without exactly one open owner",
        f"update referrals set agency_code = 'welfare' where correspondence_id = {OPEN}",
    ),
    (
        "letter without exactly one open owner",
        "drop index uq_referrals_open; insert into referrals "
        "select gen_random_uuid(), correspondence_id, agency_code, decided_by, reason, opened_at, "
        f"due_at, null, null, province from referrals where correspondence_id = {OPEN}",
    ),
    (
        "closed letter with an open referral",
        "update referrals set ended_at = null, end_reason = null "
        f"where correspondence_id = {CLOSED}",
    ),
    (
        "letter waiting at an inactive agency",
        "update agencies set active = false where code = 'bank-melli'",
    ),
    (
        "letter without its receipt registered",
        f"delete from receipts where stage = 'registered' and correspondence_id = {OPEN}",
    ),
    (
        "letter referred without its receipt referred",
        f"delete from receipts where stage = 'referred' and correspondence_id = {OPEN}",
    ),
    (
        "letter answered without its receipt answered",
        "delete from receipts where stage = 'answered'",
    ),
    (
        "receipt accepted before the one of the stage before",
        "update receipts set accepted_at = now() - interval '1 hour' "
        f"where stage = 'referred' and correspondence_id = {ANSWERED}",
    ),
    (
        "receipt accepted before the one of the stage before",
        "update receipts set state = 'held' "
        f"where stage = 'registered' and correspondence_id = {ANSWERED}",
    ),
    (
        "receipt waiting though the stage before is settled",
        f"update receipts set state = 'accepted', message_id = 1 "
        f"where stage = 'registered' and correspondence_id = {OPEN}",
    ),
    (
        "receipt in doubt for half an hour",
        "update receipts set state = 'unknown', created_at = now() - interval '31 minutes', "
        "not_before = now() - interval '31 minutes' "
        f"where stage = 'registered' and correspondence_id = {OPEN}",
    ),
    (
        "receipt due for half an hour while nothing is being sent",
        "update receipts set created_at = now() - interval '31 minutes', "
        "not_before = now() - interval '31 minutes' "
        f"where stage = 'registered' and correspondence_id = {OPEN}; "
        "update receipts set last_attempt_at = now() - interval '6 minutes'",
    ),
    (
        "receipt due for a day though others are being sent",
        "update receipts set created_at = now() - interval '25 hours', "
        "not_before = now() - interval '25 hours' "
        f"where stage = 'registered' and correspondence_id = {OPEN}",
    ),
    ("call-back without its receipt noted", "delete from receipts where stage = 'noted'"),
    ("notice without its receipt", "delete from receipts where stage = 'asked'"),
    ("notice without its receipt", "delete from receipts where stage = 'paused'"),
    (
        "letter whose paused days are not those of its pauses",
        "update correspondences set paused_days = paused_days + 1 where paused_days > 0",
    ),
    (
        "letter whose paused days are not those of its pauses",
        f"update correspondences set paused_days = 2 where id = {OPEN}",
    ),
    (
        "letter whose paused days are not those of its pauses",
        "update notices set days = days - 1 where kind = 'pause'",
    ),
    (
        "call day over its cap",
        "alter table call_days drop constraint ck_call_days_cap; "
        "alter table call_days drop constraint ck_call_days_held; "
        "update call_days set cap = 0 where used > 0",
    ),
    ("call day whose count is not its calls", "update call_days set used = 0 where used > 0"),
    ("call day whose count is not its calls", "delete from call_days where used > 0"),
    (
        "call day whose count is not its calls",
        "update correspondences set call_day = call_day - 1, "
        "registered_at = registered_at - interval '1 day' where call_day is not null",
    ),
    ("call day whose held slots are not its call-backs", "update call_days set held = 0"),
    ("call day whose held slots are not its call-backs", "delete from callbacks"),
    (
        "call-back of a day gone by",
        "update callbacks set due_on = (now() at time zone 'Asia/Tehran')::date - 2",
    ),
    (
        "letter without its event registered",
        f"delete from events where kind = 'registered' and correspondence_id = {OPEN}",
    ),
    (
        "letter whose last referral has no event",
        f"delete from events where kind = 'routed' and correspondence_id = {OPEN}",
    ),
    (
        "event not sealed after two minutes",
        "update events set at = at - interval '121 seconds' where kind = 'answered'",
    ),
    (
        "merged letter without the one of the same citizen that stands for it",
        f"update correspondences set status = 'merged' where id = {OPEN}",
    ),
    ("rule set unknown", f"update correspondences set rules_version = 'x' where id = {OPEN}"),
]


@pytest.fixture
def house(line: Line) -> Tools:
    """One of everything: closed, answered, open, in triage, a call, a call-back; all is well."""
    tools, gateway = line(1), FakeGateway()
    for days_ago in (40, 1):
        code = str(make.register(tools)["tracking_code"])
        refer.claim(tools, MELLI, code)
        answer.answer(tools, MELLI, code, "done", "پرداخت شد.")
        database.change(
            tools,
            "update correspondences set answered_at = now() - make_interval(days => :days) "
            "where tracking_code = :code",
            days=days_ago,
            code=code,
        )
    asked_and_paused(tools)
    outbox.drain(tools, gateway, 1, 5)
    assert answer.close_answered(tools, 15) == 1
    make.register(tools)
    make.register(tools, text=make.UNCLEAR)
    for number in range(2):
        call = Request(make.OPERATOR, f"the-call-{number}", make.payload(channel="call"))
        assert intake.register(tools, call).status == 201 + number
        folding.fold(tools)
    assert found(tools) == {}
    return tools


def asked_and_paused(tools: Tools) -> None:
    code = str(make.register(tools)["tracking_code"])
    refer.claim(tools, MELLI, code)
    asking.ask(tools, MELLI, code, asking.Question("a-form", "شمارهٔ پرونده چیست؟"))
    wish = pausing.Pause("a-form-too", "document", "2", "رونوشت سند لازم است.")
    pausing.pause(tools, MELLI, code, wish)


def found(tools: Tools) -> dict[str, int]:
    with tools.sessions() as session:
        examined = doctor.examine(session)
    broken = {name: n for name, n in examined["checks"].items() if n}
    assert examined["ok"] == (not broken)
    assert examined["violations"] == sum(broken.values())
    return broken


def test_each_broken_promise_is_found(house: Tools) -> None:
    missed = [plant for check, plant in PLANTED if not planted(house, plant)[check]]
    assert missed == []
    assert found(house) == {}


def planted(tools: Tools, plant: str) -> dict[str, int]:
    """What the doctor finds after this, which is then undone."""
    with tools.sessions() as session:
        session.execute(text("set local session_replication_role = replica"))
        for statement in plant.split("; "):
            assert session.connection().execute(text(statement)).rowcount != 0, statement
        checks: dict[str, int] = doctor.examine(session)["checks"]
        session.rollback()
    return checks


def test_every_check_has_been_planted() -> None:
    assert {check for check, _ in PLANTED} == set(doctor.CHECKS)


LATE = next(plant for check, plant in PLANTED if "nothing is being sent" in check)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("stopped_at", "now()"),
        ("unfit", "'resend_failed'"),
        ("quiet_until", "now() + interval '1 hour'"),
    ],
)
def test_receipts_that_wait_for_the_line_are_not_forgotten_but_explained(
    house: Tools, column: str, value: str
) -> None:
    for statement in LATE.split("; "):
        database.force(house, statement)
    assert found(house) != {}
    database.change(
        house,
        f"insert into sms_lines (provider, province, {column}) "
        f"values ('kavenegar', 'kermanshah', {value})",
    )
    assert found(house) == {}


def test_a_backlog_that_is_being_sent_is_no_violation(house: Tools) -> None:
    for statement in LATE.split("; "):
        database.force(house, statement)
    database.force(house, "update receipts set last_attempt_at = now() where state = 'accepted'")
    assert found(house) == {}
