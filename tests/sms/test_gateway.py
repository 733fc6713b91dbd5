"""What a person should be told of an account."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sms.gateway import Account, Worry, worries

NOW = datetime(2026, 11, 22, tzinfo=UTC)
GOOD = Account(5_000_000, NOW + timedelta(days=90), debug_mode=False, resend_failed=False)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"credit": 999_999}, ["credit_low"]),
        ({"credit": 1_000_000}, []),
        ({"debug_mode": True}, ["debug_mode"]),
        ({"resend_failed": True}, ["resend_failed"]),
        ({"blocked": True}, ["blocked"]),
        ({"expires": NOW + timedelta(days=14)}, []),
        ({"expires": NOW + timedelta(days=13)}, ["expiry_near"]),
        ({"expires": NOW}, ["expired"]),
        (
            {"credit": 0, "expires": NOW, "debug_mode": True, "blocked": True},
            ["blocked", "debug_mode", "expired", "credit_low"],
        ),
    ],
)
def test_what_a_person_should_mend_is_named_the_worst_first(
    changed: dict[str, Any], expected: list[Worry]
) -> None:
    assert worries(replace(GOOD, **changed), NOW, 1_000_000) == expected
