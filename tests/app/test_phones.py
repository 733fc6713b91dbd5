"""Nobody's telephone is flooded: receipts over the day's limit are suppressed, letters are kept."""

from dataclasses import replace

from app.actions import claims, outbox, owed, phones
from app.actions.owed import Decision
from app.sending import Sending
from app.tools import Tools
from sms.gateway import LineStopped, NotSent
from tests import make
from tests.app import database
from tests.app.database import assert_healthy, count, one, rows, together
from tests.app.fakes import FakeGateway

PHONE = {"mobile": "09090001234"}


def limited(tools: Tools, limit: int) -> Tools:
    return replace(tools, sending=Sending(per_phone=limit))


def flood(tools: Tools, letters: int) -> None:
    for _ in range(letters):
        make.register(tools, text=make.UNCLEAR, citizen=PHONE)


def by_state(tools: Tools) -> dict[str, int]:
    found = rows(tools, "select state, count(*) as n from receipts group by state")
    return {row.state: row.n for row in found}


def test_one_phone_gets_no_more_than_its_day_allows_and_every_letter_is_kept(tools: Tools) -> None:
    flood(tools, 12)
    make.register(tools, text=make.UNCLEAR, citizen={"mobile": "09090005678"})
    gateway = FakeGateway()
    outbox.drain(limited(tools, 5), gateway, 4, 10)
    assert len([m for m in gateway.asked_to_send if m.receptor == PHONE["mobile"]]) == 5
    assert by_state(tools) == {"accepted": 6, "suppressed": 7}
    assert count(tools, "correspondences") == 13
    assert one(tools, "select count(*) from events where kind = 'receipt_suppressed'") == 7
    assert_healthy(tools)


def test_the_limit_holds_when_many_workers_claim_at_once(tools: Tools) -> None:
    flood(tools, 30)
    together(6, lambda _: claims.claim(limited(tools, 7), 10))
    assert by_state(tools) == {"sending": 7, "suppressed": 23}


def test_a_suppressed_receipt_sets_the_next_stage_free(tools: Tools) -> None:
    for _ in range(3):
        make.register(tools, citizen=PHONE)
    outbox.drain(limited(tools, 1), FakeGateway(), 1, 10)
    assert by_state(tools) == {"accepted": 1, "suppressed": 5}


def test_a_second_try_is_not_counted_again(tools: Tools) -> None:
    flood(tools, 2)
    here = limited(tools, 2)
    gateway = FakeGateway(NotSent("refused"), LineStopped(418, "no credit"))
    outbox.drain(here, gateway, 1, 10)
    database.change(tools, "update receipts set not_before = now()", "delete from sms_lines")
    outbox.drain(here, gateway, 1, 10)
    assert by_state(tools) == {"accepted": 2}
    assert one(tools, "select asked from phone_days") == 2


def test_without_a_limit_nothing_is_counted(tools: Tools) -> None:
    flood(tools, 3)
    outbox.drain(limited(tools, 0), FakeGateway(), 1, 10)
    assert count(tools, "phone_days") == 0


def test_a_supervisor_may_send_what_was_suppressed(tools: Tools) -> None:
    flood(tools, 2)
    here = limited(tools, 1)
    outbox.drain(here, FakeGateway(), 1, 10)
    suppressed = one(tools, "select id from receipts where state = 'suppressed'")
    owed.settle(here, make.SUPERVISOR, suppressed, Decision.AGAIN)
    outbox.drain(here, FakeGateway(NotSent("one more id")), 1, 10)
    assert by_state(tools) == {"accepted": 1, "pending": 1}


def test_the_next_day_begins_anew_and_old_days_are_forgotten(tools: Tools) -> None:
    flood(tools, 1)
    outbox.drain(limited(tools, 1), FakeGateway(), 1, 10)
    database.change(tools, "update phone_days set day = day - 9")
    flood(tools, 1)
    outbox.drain(limited(tools, 1), FakeGateway(NotSent("again")), 1, 1)
    assert by_state(tools) == {"accepted": 1, "pending": 1}
    phones.forget(tools)
    assert count(tools, "phone_days") == 1
