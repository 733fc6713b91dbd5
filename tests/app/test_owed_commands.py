"""`receipts` and `line` as scripts use them."""

import json
from uuid import UUID, uuid4

from click.testing import Result
from sqlalchemy import text

from app.tools import Tools
from tests import make
from tests.app import database
from tests.app.command import Run, said
from tests.app.database import rows

STOPPED = """
    insert into sms_lines (provider, province, stopped_at, reason, probe_at, worries)
    values ('kavenegar', 'kermanshah', now(), '418 no credit', now() + interval '1 hour',
            'credit_low')"""


def owe(tools: Tools, state: str = "held") -> UUID:
    """A receipt of a new letter, in this state."""
    code = make.register(tools, text=make.UNCLEAR)["tracking_code"]
    with tools.sessions.begin() as session:
        found: UUID = session.execute(
            text("""
                update receipts set state = :state, reason = 'because',
                    message_id = (random() * 1e9)::bigint
                where correspondence_id = (
                    select id from correspondences where tracking_code = :code)
                returning id"""),
            {"state": state, "code": code},
        ).scalar_one()
    return found


def lines(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def state(tools: Tools, receipt: UUID) -> str:
    return str(rows(tools, f"select state from receipts where id = '{receipt}'")[0].state)


def test_what_is_owed_is_listed_line_by_line_the_oldest_first_and_without_people(
    run: Run, tools: Tools
) -> None:
    first, second = owe(tools, "held"), owe(tools, "blocked")
    owe(tools, "delivered")
    listed = run("receipts", "list")
    assert listed.exit_code == 0
    assert [line["id"] for line in lines(listed)] == [str(first), str(second)]
    keys = {"id", "stage", "state", "reason", "tracking_code", "since", "tries"}
    assert set(lines(listed)[0]) == keys
    for identity in ("مریم", "کرمانی", "0909000", "درخواست"):
        assert identity not in listed.stdout
    assert [line["state"] for line in lines(run("receipts", "list", "--state", "blocked"))] == [
        "blocked"
    ]
    assert len(lines(run("receipts", "list", "--limit", "1"))) == 1
    assert run("receipts", "list", "--state", "delivered").exit_code == 2


def test_a_decision_by_command_is_written_down_once(run: Run, tools: Tools) -> None:
    receipt = owe(tools)
    settled = run("receipts", "settle", str(receipt), "told", "--note", "by letter")
    assert (settled.exit_code, said(settled)) == (0, {"id": str(receipt), "decision": "told"})
    assert state(tools, receipt) == "told"
    event = rows(tools, "select actor, data from events where kind = 'receipt_settled'")
    assert [(one.actor, one.data["decision"]) for one in event] == [("system", "told")]
    again = run("receipts", "settle", str(receipt), "waived", "--note", "x")
    assert again.exit_code == 1
    assert "is told" in again.stderr
    assert state(tools, receipt) == "told"


def test_what_cannot_be_settled_says_why(run: Run, tools: Tools) -> None:
    undelivered = owe(tools, "undelivered")
    refused = run("receipts", "settle", str(undelivered), "again")
    assert (refused.exit_code, state(tools, undelivered)) == (1, "undelivered")
    assert "not sent a second time" in refused.stderr
    assert run("receipts", "settle", str(uuid4()), "told").exit_code == 1
    assert run("receipts", "settle", str(undelivered), "waived").exit_code == 2
    assert run("receipts", "settle", str(undelivered), "forgotten").exit_code == 2
    assert run("receipts", "settle", "no-id", "told").exit_code == 2


def test_a_held_one_may_be_sent_again(run: Run, tools: Tools) -> None:
    receipt = owe(tools)
    assert run("receipts", "settle", str(receipt), "again").exit_code == 0
    assert state(tools, receipt) == "pending"


def test_a_line_that_is_well_is_shown_so(run: Run, tools: Tools) -> None:
    owe(tools, "held")
    shown = run("line", "show")
    assert shown.exit_code == 0
    assert said(shown)["alarms"] == []
    line = said(shown)["lines"][0]
    assert (line["provider"], line["state"], line["stopped_at"]) == ("kavenegar", "open", None)
    assert said(shown)["receipts"] == {"due": 0, "in_doubt": 0, "owed": {"held": 1}}


def test_a_stopped_line_is_exit_1_with_reason_next_try_and_alarms(run: Run, tools: Tools) -> None:
    database.change(tools, STOPPED)
    shown = run("line", "show")
    assert shown.exit_code == 1
    line = said(shown)["lines"][0]
    assert (line["state"], line["reason"], line["worries"]) == (
        "stopped",
        "418 no credit",
        ["credit_low"],
    )
    assert line["probe_at"] > line["stopped_at"]
    alarms = said(shown)["alarms"]
    assert [(one["kind"], one["reason"]) for one in alarms] == [
        ("line_stopped", "418 no credit"),
        ("account", "credit_low"),
    ]
    assert alarms[0]["next_at"] == line["probe_at"]


def test_a_stopped_line_is_tried_at_once_on_request(run: Run, tools: Tools) -> None:
    nothing = run("line", "probe")
    assert (nothing.exit_code, said(nothing)) == (1, {"probed": []})
    assert "no line is stopped" in nothing.stderr
    database.change(tools, STOPPED)
    probed = run("line", "probe")
    assert (probed.exit_code, said(probed)) == (0, {"probed": ["kavenegar"]})
    assert rows(tools, "select 1 from sms_lines where probe_at <= now() and stopped_at is not null")
    told = rows(tools, "select data from events where kind = 'line_probe_asked'")
    assert [one.data["provider"] for one in told] == ["kavenegar"]
