"""Wrong referrals come back to triage, are counted, and the third goes to the supervisor."""

from typing import Any

import pytest
from sqlalchemy import text

from app import access
from app.access import NotFound
from app.actions import refer
from app.actions.refer import FinallyReferred
from app.actors import Actor, Forbidden
from app.door import Fault, Invalid
from app.queries import desk
from app.tools import Tools
from tests import make
from tests.app.database import assert_healthy, letter, rows

MELLI = make.staff("bank-melli")
MELLAT = make.staff("bank-mellat")


def referred(tools: Tools) -> str:
    return str(make.register(tools)["tracking_code"])


def again(tools: Tools, actor: Actor, code: str) -> dict[str, Any]:
    return refer.refer(tools, actor, code, "bank-melli", "وام ازدواج")


def test_a_return_goes_to_triage_with_its_reason_and_forgets_the_claim(tools: Tools) -> None:
    code = referred(tools)
    refer.claim(tools, MELLI, code)
    refer.give_back(tools, MELLI, code, "در حوزهٔ ما نیست")
    found = letter(tools, code)
    assert (found.status, found.owner_code, found.returns) == ("triage", "triage", 1)
    assert (found.claimed_by, found.branch_id) == (None, None)
    stays = rows(tools, "select agency_code, reason, end_reason from referrals order by opened_at")
    assert stays[0].end_reason == "returned"
    assert stays[1] == ("triage", "در حوزهٔ ما نیست", None)
    with pytest.raises(NotFound):
        refer.claim(tools, MELLI, code)
    assert_healthy(tools)


@pytest.mark.parametrize(
    ("reason", "code"),
    [(" ", "reason-empty"), ("د" * 501, "too-long"), ("د\x00", "bad-character")],
)
def test_a_reason_is_needed(tools: Tools, reason: str, code: str) -> None:
    letter_code = referred(tools)
    with pytest.raises(Invalid) as refused:
        refer.give_back(tools, MELLI, letter_code, reason)
    assert refused.value.faults == (Fault("reason", code),)


def returned(tools: Tools, times: int) -> str:
    code = referred(tools)
    refer.give_back(tools, MELLI, code, "در حوزهٔ ما نیست")
    for _ in range(times - 1):
        again(tools, make.TRIAGE, code)
        refer.give_back(tools, MELLI, code, "در حوزهٔ ما نیست")
    return code


def test_after_two_returns_triage_still_refers(tools: Tools) -> None:
    code = returned(tools, 2)
    assert queued(tools, make.TRIAGE) == [code]
    assert queued(tools, make.SUPERVISOR) == []
    assert again(tools, make.TRIAGE, code)["status"] == "referred"


def test_the_third_return_goes_to_the_supervisor_who_decides_finally(tools: Tools) -> None:
    code = returned(tools, 3)
    assert queued(tools, make.TRIAGE) == []
    assert queued(tools, make.SUPERVISOR) == [code]
    with pytest.raises(Forbidden):
        again(tools, make.TRIAGE, code)
    refer.refer(tools, make.SUPERVISOR, code, "bank-mellat", "تصمیم بازرسی")
    with pytest.raises(FinallyReferred):
        refer.give_back(tools, MELLAT, code, "باز هم در حوزهٔ ما نیست")
    found = letter(tools, code)
    assert (found.status, found.owner_code, found.returns) == ("referred", "bank-mellat", 3)
    assert_healthy(tools)


def queued(tools: Tools, actor: Actor) -> list[str]:
    with tools.sessions() as session:
        letters, _ = desk.queue(session, actor, desk.Page())
    return [found.tracking_code for found in letters]


def test_what_people_write_is_in_no_event_and_still_in_the_history(tools: Tools) -> None:
    code = make.register(tools)["tracking_code"]
    refer.give_back(tools, make.staff("bank-melli"), code, "آقای فلانی مشتری ما نیست")
    with tools.sessions() as session:
        told = session.execute(text("select string_agg(data::text, ' ') from events")).scalar_one()
        letter = access.find(session, make.SUPERVISOR, code)
        steps = desk.history(session, letter)
    assert "فلانی" not in told
    assert steps[-1]["data"]["reason"] == "آقای فلانی مشتری ما نیست"
