"""However a settled receipt and a new one meet, the new one does not wait for ever."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from app import access
from app.actions import answer, claims, outbox, receipts, refer
from app.actions.story import Teller, clock
from app.actions.verdicts import Verdict
from app.models.receipt import Stage
from app.queries import doctor
from app.tools import Tools
from tests import make
from tests.app import database
from tests.app.database import assert_healthy, together, wait_until_blocked
from tests.app.fakes import FakeGateway

MELLI = make.staff("bank-melli")


def settled(state: str, tools: Tools) -> Verdict:
    """What a worker is about to record of the one receipt that is due."""
    claimed = claims.claim(tools, 10)[0]
    message_id = 8_792_343 if state == "accepted" else None
    return Verdict(claimed.id, claimed.fence, state, None, message_id, 1)


@pytest.mark.parametrize("state", ["accepted", "rejected"])
def test_the_receipt_is_owed_first_and_the_worker_finds_it(tools: Tools, state: str) -> None:
    code = str(make.register(tools, text=make.UNCLEAR)["tracking_code"])
    verdict = settled(state, tools)
    with ThreadPoolExecutor(1) as pool, tools.sessions.begin() as session:
        found = access.find(session, make.TRIAGE, code, lock=True)
        teller = Teller(tools.province, make.TRIAGE, clock(session))
        receipts.owe(session, teller, Stage.REFERRED, {found.id: "متن"})
        settling = pool.submit(outbox.record, tools, [verdict])
        wait_until_blocked(tools, 1)
    settling.result()
    owed = database.receipts(tools, code)
    assert (owed["registered"].state, owed["referred"].waits) == (state, False)
    with tools.sessions() as session:
        assert doctor.examine(session)["ok"]


@pytest.mark.parametrize("state", ["accepted", "rejected"])
def test_the_worker_settles_first_and_the_referral_sees_it(tools: Tools, state: str) -> None:
    """Its transaction stops half-way, at the row of the line; the referral waits for it."""
    code = str(make.register(tools, text=make.UNCLEAR)["tracking_code"])
    verdict = settled(state, tools)
    database.change(
        tools,
        "insert into sms_lines (provider, province, stopped_at, reason, probe_at) "
        "values ('kavenegar', 'kermanshah', now() - interval '1 hour', '418', now())",
    )
    # Only an accepted message or a stop touches the line: record both in one batch.
    stop = Verdict(verdict.fence, verdict.fence, "pending", "418", stops_line=True)
    with ThreadPoolExecutor(2) as pool, tools.sessions.begin() as holder:
        holder.execute(text("select 1 from sms_lines for update"))
        settling = pool.submit(outbox.record, tools, [verdict, stop])
        wait_until_blocked(tools, 1)
        referring = pool.submit(refer.refer, tools, make.TRIAGE, code, "bank-melli", "وام")
        wait_until_blocked(tools, 2)
    settling.result()
    referring.result()
    owed = database.receipts(tools, code)
    assert (owed["registered"].state, owed["referred"].waits) == (state, False)
    assert_healthy(tools)


def test_owing_does_not_wait_for_a_worker_that_waits_for_the_letter(tools: Tools) -> None:
    """The worker has settled the receipt and needs the letter for its event; we hold the letter."""
    code = str(make.register(tools, text=make.UNCLEAR)["tracking_code"])
    verdict = settled("accepted", tools)
    with ThreadPoolExecutor(1) as pool, tools.sessions.begin() as session:
        found = access.find(session, make.TRIAGE, code, lock=True)
        settling = pool.submit(outbox.record, tools, [verdict])
        wait_until_blocked(tools, 1)
        teller = Teller(tools.province, make.TRIAGE, clock(session))
        receipts.owe(session, teller, Stage.REFERRED, {found.id: "متن"})
    settling.result()
    owed = database.receipts(tools, code)
    assert (owed["registered"].state, owed["referred"].waits) == ("accepted", False)


def test_answers_and_workers_meet_many_times(tools: Tools) -> None:
    codes = [str(make.register(tools)["tracking_code"]) for _ in range(30)]
    for code in codes:
        refer.claim(tools, MELLI, code)
    gateway = FakeGateway()

    def work(number: int) -> None:
        if number == 0:
            end = time.monotonic() + 10
            while len(gateway.kept) < 60 and time.monotonic() < end:
                outbox.drain(tools, gateway, 2, 5)
        for code in codes[number - 1 :: 3] if number else ():
            answer.answer(tools, MELLI, code, "done", "پرداخت شد.")

    assert [o for o in together(4, work) if isinstance(o, Exception)] == []
    outbox.drain(tools, gateway, 2, 5)
    assert len(gateway.kept) == 90
    assert_healthy(tools)


def test_a_worker_waits_for_the_desk_before_it_touches_a_receipt(tools: Tools) -> None:
    """Letters are locked before receipts by everybody: else desk and worker wait for each other."""
    code = str(make.register(tools, text=make.UNCLEAR)["tracking_code"])
    verdict = settled("accepted", tools)
    with ThreadPoolExecutor(1) as pool, tools.sessions.begin() as desk:
        access.find(desk, make.TRIAGE, code, lock=True)
        settling = pool.submit(outbox.record, tools, [verdict])
        wait_until_blocked(tools, 1)
        free = "select id from receipts where id = :id for update nowait"
        assert desk.execute(text(free), {"id": verdict.id}).first()
    settling.result(10)
    assert database.states(tools, code) == {"registered": "accepted"}
