"""The provider's account: what would make an SMS arrive twice or never stops the line."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.actions import account, outbox
from app.tools import Tools
from sms.gateway import Account, Unavailable
from tests import make
from tests.app import database
from tests.app.database import one, rows
from tests.app.fakes import FakeGateway

CREDIT = 500_000
NEXT_YEAR = datetime.now(UTC) + timedelta(days=300)
FINE = Account(1_000_000, NEXT_YEAR, debug_mode=False, resend_failed=False)


class Bank(FakeGateway):
    """A gateway whose account is what the test says."""

    def __init__(self, said: Account | None = FINE) -> None:
        super().__init__()
        self.said = said

    def account(self) -> Account:
        if self.said is None:
            raise Unavailable("away")
        return self.said


def told(tools: Tools) -> list[str]:
    found = rows(tools, "select data from events where kind = 'account_checked' order by id")
    return [row.data["reason"] for row in found]


@pytest.mark.parametrize("switch", ["resend_failed", "debug_mode"])
def test_a_harmful_switch_stops_all_sending_until_it_is_off(tools: Tools, switch: str) -> None:
    make.register(tools, text=make.UNCLEAR)
    bank = Bank(replace(FINE, **{switch: True}))
    assert account.check(tools, bank, CREDIT) == [switch]
    assert outbox.drain(tools, bank, 1, 5) == 0
    assert told(tools) == [switch]
    bank.said = FINE
    assert account.check(tools, bank, CREDIT) == []
    assert outbox.drain(tools, bank, 1, 5) == 1
    assert told(tools) == [switch, "fit"]


def test_little_credit_and_a_near_end_are_told_once_and_stop_nothing(tools: Tools) -> None:
    make.register(tools, text=make.UNCLEAR)
    soon = datetime.now(UTC) + timedelta(days=3)
    bank = Bank(replace(FINE, credit=1000, expires=soon))
    for _ in range(3):
        assert account.check(tools, bank, CREDIT) == ["expiry_near", "credit_low"]
    assert told(tools) == ["expiry_near, credit_low"]
    assert outbox.drain(tools, bank, 1, 5) == 1
    kept = rows(tools, "select credit, worries, unfit from sms_lines")[0]
    assert kept == (1000, "expiry_near, credit_low", None)


def test_an_account_that_can_not_be_asked_stays_as_it_was(tools: Tools) -> None:
    account.check(tools, Bank(replace(FINE, resend_failed=True)), CREDIT)
    assert account.check(tools, Bank(None), CREDIT) == []
    assert one(tools, "select unfit from sms_lines") == "resend_failed"
    assert told(tools) == ["resend_failed"]


def test_a_first_check_that_finds_nothing_wrong_tells_nothing(tools: Tools) -> None:
    account.check(tools, Bank(), CREDIT)
    assert told(tools) == []
    assert one(tools, "select checked_at is not null from sms_lines")


def test_it_is_looked_at_daily_and_often_while_it_is_harmful(tools: Tools) -> None:
    assert account.is_due(tools, "kavenegar")
    account.check(tools, Bank(), CREDIT)
    assert not account.is_due(tools, "kavenegar")
    database.change(tools, "update sms_lines set checked_at = now() - interval '25 hours'")
    assert account.is_due(tools, "kavenegar")
    account.check(tools, Bank(replace(FINE, debug_mode=True)), CREDIT)
    database.change(tools, "update sms_lines set checked_at = now() - interval '61 seconds'")
    assert account.is_due(tools, "kavenegar")
