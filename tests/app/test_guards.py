"""What PostgreSQL itself refuses, whoever writes."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.actions import answer, refer
from app.tools import Tools
from tests import make
from tests.app import database

MELLI = make.staff("bank-melli")
CALL_DAY = "insert into call_days (province, day, cap, used, held) values ('k', '2026-11-22', "

REFUSED = [
    ("delete from referrals", "one_owner"),
    ("update referrals set ended_at = now(), end_reason = 'x' where ended_at is null", "one_owner"),
    ("update referrals set agency_code = 'welfare' where ended_at is null", "one_owner"),
    ("update correspondences set owner_code = 'welfare' where status = 'referred'", "one_owner"),
    (
        "insert into referrals (id, province, correspondence_id, agency_code, decided_by, reason, "
        "opened_at, due_at) select gen_random_uuid(), province, correspondence_id, agency_code, "
        "'x', 'x', now(), now() from referrals where ended_at is null",
        "uq_referrals_open",
    ),
    ("update referrals set ended_at = now()", "ck_referrals_ending"),
    (
        "update correspondences set status = 'closed', answer = 'x', outcome = 'done'",
        "one_owner",
    ),
    ("update correspondences set status = 'merged'", "one_owner"),
    ("update correspondences set status = 'lost'", "ck_correspondences_status"),
    ("update correspondences set status = 'in_progress'", "ck_correspondences_claim"),
    ("update correspondences set status = 'answered'", "ck_correspondences_answer"),
    ("update correspondences set status = 'triage'", "ck_correspondences_triage_owner"),
    ("update correspondences set owner_code = 'triage'", "ck_correspondences_agency_owner"),
    ("update correspondences set owner_code = 'nobody'", "owner_code"),
    ("update correspondences set owner_code = null", "owner_code"),
    ("update correspondences set due_at = null", "due_at"),
    ("update correspondences set tracking_code = '123'", "ck_correspondences_tracking_code"),
    ("update correspondences set channel = 'call'", "ck_correspondences_call_slot"),
    (
        "update correspondences set call_day = (registered_at at time zone 'Asia/Tehran')::date",
        "ck_correspondences_call_slot",
    ),
    (
        "update correspondences set channel = 'call', "
        "call_day = (registered_at at time zone 'Asia/Tehran')::date + 1",
        "ck_correspondences_call_day",
    ),
    ("delete from correspondences", "fk_"),
    ("update events set kind = 'x'", "append-only"),
    ("delete from events", "append-only"),
    ("truncate events, event_seals", "append-only"),
    ("truncate event_seals", "append-only"),
    (CALL_DAY + "10, 11, 0)", "ck_call_days_cap"),
    (CALL_DAY + "10, 6, 5)", "ck_call_days_held"),
    (CALL_DAY + "10, -1, 0)", "ck_call_days_counts"),
    ("update receipts set stage = 'registered'", "uq_receipts_correspondence_id_stage"),
    ("update receipts set local_id = 100000000000000", "uq_receipts_local_id"),
    ("update receipts set local_id = 1", "ck_receipts_local_id"),
    ("update receipts set message_id = 1", "uq_receipts_message_id"),
    ("update receipts set state = 'accepted'", "ck_receipts_message"),
    ("update receipts set state = 'sending'", "ck_receipts_fence"),
    ("update receipts set state = 'lost'", "ck_receipts_state"),
    ("insert into users select gen_random_uuid(), 'x', 'x', 'x', 'agency', null", "null value"),
]


def test_the_database_refuses_each_of_these(tools: Tools) -> None:
    make.register(tools)
    assert {statement: refusal(tools, statement, guard) for statement, guard in REFUSED} == dict(
        REFUSED
    )
    database.assert_healthy(tools)


def refusal(tools: Tools, statement: str, guard: str) -> str:
    """The guard, if it was this one that refused; or else what was said instead."""
    try:
        database.change(tools, statement)
    except IntegrityError as error:
        return guard if guard in str(error.orig) else str(error.orig)
    return "accepted"


def test_a_letter_without_a_referral_is_refused_at_commit(tools: Tools) -> None:
    make.register(tools)
    columns = [
        row.column_name
        for row in database.rows(
            tools,
            "select column_name from information_schema.columns "
            "where table_name = 'correspondences' and column_name not in ('id', 'tracking_code')",
        )
    ]
    names = ", ".join(columns)
    session = tools.sessions()
    session.execute(
        text(
            f"insert into correspondences (id, tracking_code, {names}) "
            f"select gen_random_uuid(), '12345678901234', {names} from correspondences"
        )
    )
    with pytest.raises(IntegrityError, match="exactly one open referral"):
        session.commit()
    session.close()
    assert database.count(tools, "correspondences") == 1


def test_owner_and_referral_may_change_together(tools: Tools) -> None:
    make.register(tools)
    database.change(
        tools,
        "update correspondences set owner_code = 'welfare'",
        "update referrals set agency_code = 'welfare'",
    )


def test_a_closed_letter_stays_without_an_owner_and_an_open_one_is_refused(tools: Tools) -> None:
    code = str(make.register(tools)["tracking_code"])
    refer.claim(tools, MELLI, code)
    answer.answer(tools, MELLI, code, "done", "پرداخت شد.")
    database.change(tools, "update correspondences set answered_at = now() - interval '40 days'")
    answer.close_answered(tools, 15)
    with pytest.raises(IntegrityError, match="still has an open referral"):
        database.change(tools, "update referrals set ended_at = null, end_reason = null")


def test_a_call_back_is_done_only_with_its_letter(tools: Tools) -> None:
    database.change(
        tools,
        "insert into call_days (province, day, cap) "
        "values ('kermanshah', (now() at time zone 'Asia/Tehran')::date, 0)",
    )
    make.register(tools, channel="call")
    for statement in (
        "update callbacks set state = 'done'",
        "update callbacks set state = 'lost'",
        "update callbacks set due_on = null",
    ):
        with pytest.raises(IntegrityError):
            database.change(tools, statement)
