"""What nobody knows or nobody read is settled by a person, once, and the next stage goes on."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from app.actions import outbox, owed, refer
from app.actions.owed import Decision, NotOwed
from app.actors import SYSTEM, Actor, Forbidden, Role
from app.door import Invalid
from app.tools import Tools
from sms.gateway import Accepted, Mismatch
from tests import make
from tests.app import database
from tests.app.database import assert_healthy, one, receipts, rows, together
from tests.app.fakes import FakeGateway

AGENCY = make.staff("bank-melli")


def owing(tools: Tools, state: str, stage: str = "registered") -> tuple[str, UUID]:
    """A letter whose receipt of this stage is in this state."""
    code = str(make.register(tools)["tracking_code"])
    outbox.drain(tools, FakeGateway(Mismatch("another text has this localid")), 1, 5)
    row = receipts(tools, code)[stage]
    database.change(
        tools,
        "update receipts set state = :state, message_id = case when :state in "
        "('undelivered', 'failed', 'blocked') then 77 end where id = :id",
        state=state,
        id=row.id,
    )
    return code, row.id


def settled(tools: Tools, code: str) -> list[dict[str, Any]]:
    return [
        row.data
        for row in rows(
            tools,
            "select e.data from events e join correspondences c on c.id = e.correspondence_id "
            "where c.tracking_code = :code and e.kind = 'receipt_settled'",
            code=code,
        )
    ]


@pytest.mark.parametrize("state", ["held", "undelivered", "failed", "blocked", "rejected"])
def test_a_citizen_who_was_told_by_voice_is_owed_nothing_more(tools: Tools, state: str) -> None:
    code, receipt = owing(tools, state)
    owed.settle(tools, make.OPERATOR, receipt, Decision.TOLD, "خواهرش گوشی را برداشت")
    found = one(tools, "select note from receipts where id = :id", id=receipt)
    assert receipts(tools, code)["registered"].state == "told"
    assert found == "خواهرش گوشی را برداشت"
    assert settled(tools, code) == [{"stage": "registered", "was": state, "decision": "told"}]
    outbox.drain(tools, FakeGateway(), 1, 5)
    assert receipts(tools, code)["referred"].state == "accepted"
    assert_healthy(tools)


def test_a_held_receipt_holds_the_next_stage_until_it_is_settled(tools: Tools) -> None:
    code, receipt = owing(tools, "held")
    assert receipts(tools, code)["referred"].waits
    owed.settle(tools, SYSTEM, receipt, Decision.WAIVED, "شماره متعلق به شهروند نیست")
    assert not receipts(tools, code)["referred"].waits


def test_who_waives_says_why(tools: Tools) -> None:
    _, receipt = owing(tools, "blocked")
    with pytest.raises(Invalid):
        owed.settle(tools, make.OPERATOR, receipt, Decision.WAIVED, "  ")
    with pytest.raises(Invalid):
        owed.settle(tools, make.OPERATOR, receipt, Decision.TOLD, "ا" * 501)


def test_a_supervisor_sends_a_held_one_again_under_a_new_number_where_it_was_taken(
    tools: Tools,
) -> None:
    code, receipt = owing(tools, "held")
    before = receipts(tools, code)["registered"].local_id
    owed.settle(tools, make.SUPERVISOR, receipt, Decision.AGAIN)
    after = receipts(tools, code)["registered"]
    assert (after.state, after.attempts) == ("pending", 0)
    assert after.local_id != before
    outbox.drain(tools, FakeGateway(), 1, 5)
    assert receipts(tools, code)["registered"].state == "accepted"
    assert_healthy(tools)


def test_one_the_provider_forgot_is_sent_again_under_its_own_number(tools: Tools) -> None:
    """So that a provider that had it after all refuses the repeat."""
    code, receipt = owing(tools, "held")
    forgot = "the provider knows no such message any more"
    database.change(tools, "update receipts set reason = :r where id = :id", r=forgot, id=receipt)
    before = receipts(tools, code)["registered"].local_id
    owed.settle(tools, make.SUPERVISOR, receipt, Decision.AGAIN)
    assert receipts(tools, code)["registered"].local_id == before
    assert receipts(tools, code)["registered"].first_attempt_at is not None


@pytest.mark.parametrize("state", ["undelivered", "failed", "blocked"])
def test_what_was_accepted_is_never_sent_again(tools: Tools, state: str) -> None:
    _, receipt = owing(tools, state)
    with pytest.raises(NotOwed):
        owed.settle(tools, make.SUPERVISOR, receipt, Decision.AGAIN)


def test_only_a_supervisor_sends_again_and_desks_settle_nothing(tools: Tools) -> None:
    _, receipt = owing(tools, "held")
    with pytest.raises(Forbidden):
        owed.settle(tools, make.OPERATOR, receipt, Decision.AGAIN)
    for actor in (AGENCY, make.TRIAGE, Actor("user:a", Role.ADMIN), Actor("user:b", Role.AUDITOR)):
        with pytest.raises(Forbidden):
            owed.settle(tools, actor, receipt, Decision.TOLD)


@pytest.mark.parametrize("state", ["pending", "accepted", "delivered", "told", "unknown"])
def test_what_is_not_owed_is_not_settled(tools: Tools, state: str) -> None:
    code, receipt = owing(tools, "held")
    lease = "lease_until = now(), " if state == "unknown" else ""
    database.change(
        tools, f"update receipts set {lease}state = :s, message_id = 9 where id = :id",
        s=state, id=receipt,
    )  # fmt: skip
    for decision in Decision:
        with pytest.raises(NotOwed):
            owed.settle(tools, make.SUPERVISOR, receipt, decision, "x")
    assert settled(tools, code) == []


def test_an_unknown_receipt_is_not_owed(tools: Tools) -> None:
    with pytest.raises(NotOwed):
        owed.settle(tools, make.OPERATOR, uuid4(), Decision.TOLD)


def test_of_two_who_settle_it_at_once_one_does(tools: Tools) -> None:
    code, receipt = owing(tools, "held")
    outcomes = together(
        6, lambda _: owed.settle(tools, make.OPERATOR, receipt, Decision.TOLD, "گفته شد")
    )
    assert len([outcome for outcome in outcomes if outcome is None]) == 1
    assert len(settled(tools, code)) == 1


def test_settling_does_not_wait_for_a_desk_that_waits_for_it(tools: Tools) -> None:
    """Letters before receipts, or one of the two would be thrown out."""
    code, receipt = owing(tools, "held")

    def act(number: int) -> None:
        if number:
            owed.settle(tools, make.OPERATOR, receipt, Decision.TOLD, "گفته شد")
        else:
            refer.claim(tools, AGENCY, code)

    assert together(2, act) == [None, None]
    assert_healthy(tools)


def test_sent_again_and_accepted_with_an_id_that_is_known_is_held_once_more(tools: Tools) -> None:
    code, receipt = owing(tools, "held")
    other = make.register(tools, text=make.UNCLEAR)["tracking_code"]
    outbox.drain(tools, FakeGateway(Accepted(5, 1, None)), 1, 5)
    owed.settle(tools, make.SUPERVISOR, receipt, Decision.AGAIN)
    outbox.drain(tools, FakeGateway(Accepted(5, 1, None)), 1, 5)
    assert receipts(tools, str(other))["registered"].state == "accepted"
    assert receipts(tools, code)["registered"].state == "held"
