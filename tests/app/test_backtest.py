"""New rules tried on past letters: what would move, and what people would say of it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import InternalError

from app.actions import refer
from app.queries import replay
from app.queries.judging import Draft, judge
from app.tools import Tools
from routing.loading import default_files, default_rules
from tests import make
from tests.app import database, drafts
from tests.app.command import Run, said

Folder = Callable[..., str]

LOAN = "وام می‌خواهم."
MEDICINE = "دارو می‌خواهم."
TABLES = ("correspondences", "referrals", "events", "receipts", "rule_sets", "routing_examples")
MELLI = make.staff("bank-melli")


def registered(tools: Tools, words: str, **changes: Any) -> str:
    return str(make.register(tools, text=words, **changes)["tracking_code"])


def owner(tools: Tools, code: str) -> str:
    return str(database.letter(tools, code).owner_code)


def returned(tools: Tools, code: str) -> str:
    """The agency that sent it back."""
    agency = owner(tools, code)
    refer.give_back(tools, make.staff(agency), code, "در حوزهٔ ما نیست")
    return agency


def test_the_rules_in_use_move_nothing_not_even_an_allotted_bank(
    tools: Tools, run: Run, draft: Folder
) -> None:
    codes = [registered(tools, LOAN) for _ in range(12)]
    banks = {owner(tools, code) for code in codes}
    assert len(banks) > 1, "nothing was allotted"
    report = said(run("rules", "backtest", draft(default_files()), "--jobs", "1"))
    assert (report["letters"], report["moved"], report["moves"]) == (12, 0, [])
    assert report["draft"] == report["active"] == default_rules().version
    for bank in banks:
        assert report["load"][bank]["before"] == report["load"][bank]["after"] > 0


def test_each_move_is_counted_with_a_few_examples(tools: Tools, run: Run, draft: Folder) -> None:
    loans = [registered(tools, make.LOAN) for _ in range(7)]
    registered(tools, MEDICINE)
    calls = [registered(tools, make.UNCLEAR, channel="call") for _ in range(2)]
    before = [owner(tools, code) for code in calls]
    assert before == ["triage"] * 2
    report = said(run("rules", "backtest", draft(), "--jobs", "1"))
    assert report["letters"] == 10
    assert report["moved"] == 7
    (move,) = report["moves"]
    assert (move["from"], move["to"], move["letters"]) == ("bank-melli", "welfare", 7)
    assert move["examples"] == loans[:5]
    assert report["load"]["bank-melli"] == {"before": 7, "after": 0}
    assert report["load"]["welfare"] == {"before": 0, "after": 7}
    assert report["load"]["triage"] == {"before": 2, "after": 2}
    assert report["draft"] == drafts.version(drafts.files())
    assert report["active"] == default_rules().version


def test_the_biggest_move_comes_first(tools: Tools, run: Run, draft: Folder) -> None:
    registered(tools, make.LOAN)
    for _ in range(2):
        registered(tools, MEDICINE)
    moved = drafts.files(loans="welfare", medicine="relief-committee")
    report = said(run("rules", "backtest", draft(moved), "--jobs", "1"))
    assert [(m["to"], m["letters"]) for m in report["moves"]] == [
        ("relief-committee", 2),
        ("welfare", 1),
    ]


def test_people_are_asked_who_was_right(tools: Tools, run: Run, draft: Folder) -> None:
    """Four letters that officers decided: the rules agreed with one of them, the draft with two."""
    first, second, third = (registered(tools, make.LOAN) for _ in range(3))
    unclear = registered(tools, make.UNCLEAR)
    registered(tools, make.LOAN)  # nobody said a word
    for code, agency in ((first, "bank-melli"), (second, "welfare"), (third, "welfare")):
        returned(tools, code)
        refer.refer(tools, make.TRIAGE, code, agency, "بررسی شد")
    refer.refer(tools, make.TRIAGE, unclear, "relief-committee", "بررسی شد")
    report = said(run("rules", "backtest", draft(), "--jobs", "1"))
    assert report["agreement"] == {"labelled": 4, "before": 1, "after": 2}


def test_the_officers_last_word_counts(tools: Tools, run: Run, draft: Folder) -> None:
    code = registered(tools, make.UNCLEAR)
    refer.refer(tools, make.TRIAGE, code, "bank-refah", "وام")
    refer.give_back(tools, make.staff("bank-refah"), code, "مشتری ما نیست")
    refer.refer(tools, make.TRIAGE, code, "bank-melli", "وام")
    files = default_files()
    report = said(run("rules", "backtest", draft(files), "--jobs", "1"))
    assert report["agreement"] == {"labelled": 1, "before": 0, "after": 0}
    assert report["repeated"] == 0


def test_a_draft_that_repeats_corrected_mistakes_is_told_so(
    tools: Tools, run: Run, draft: Folder
) -> None:
    mistakes = [registered(tools, make.LOAN) for _ in range(22)]
    for code in mistakes:
        assert returned(tools, code) == "bank-melli"
    answer = run("rules", "backtest", draft(default_files()), "--jobs", "1")
    report = said(answer)
    assert answer.exit_code == 0
    assert report["repeated"] == 22
    assert report["repeats"] == [
        {"tracking_code": code, "agency": "bank-melli"} for code in mistakes[:20]
    ]
    assert "repeats corrected mistakes" in answer.stderr
    better = run("rules", "backtest", draft(drafts.files()), "--jobs", "1")
    assert (said(better)["repeated"], said(better)["repeats"]) == (0, [])
    assert "mistakes" not in better.stderr


def test_to_ask_a_person_repeats_no_mistake(tools: Tools, run: Run, draft: Folder) -> None:
    returned(tools, registered(tools, make.LOAN))
    files = drafts.files(loans="bank-melli")
    assert said(run("rules", "backtest", draft(files), "--jobs", "1"))["repeated"] == 1
    unsure = files["rules.yaml"].replace("bank-melli,", "bank-melli, sure: no,")
    assert unsure != files["rules.yaml"]
    report = said(run("rules", "backtest", draft(files | {"rules.yaml": unsure}), "--jobs", "1"))
    assert report["repeated"] == 0
    assert report["moves"][0]["to"] == "triage"


def test_a_closed_agencys_letters_go_to_triage_in_the_trial_as_they_would(
    tools: Tools, run: Run, draft: Folder
) -> None:
    registered(tools, make.LOAN)
    database.change(tools, "update agencies set active = false where code = 'welfare'")
    report = said(run("rules", "backtest", draft(), "--jobs", "1"))
    assert report["moves"][0]["to"] == "triage"


def test_the_trial_begins_with_a_day_of_tehran(tools: Tools, run: Run, draft: Folder) -> None:
    """20:29:59 UTC is a second before midnight there."""
    for moment in ("2026-03-01 20:29:59+00", "2026-03-01 20:30:00+00"):
        code = registered(tools, make.LOAN)
        database.force(
            tools,
            "update correspondences set registered_at = :moment where tracking_code = :code",
            moment=moment,
            code=code,
        )
    path = draft()
    counts = [
        said(run("rules", "backtest", path, "--jobs", "1", "--since", day))["letters"]
        for day in ("2026-03-01", "2026-03-02", "2026-03-03")
    ]
    assert counts == [2, 1, 0]
    assert run("rules", "backtest", path, "--since", "1405-01-01").exit_code == 2


def test_several_processes_say_the_same_as_one(
    tools: Tools, draft: Folder, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(9):
        registered(tools, (make.LOAN, MEDICINE, make.UNCLEAR)[number % 3])
    monkeypatch.setattr(replay, "PAGE", 2)
    path = draft()
    alone, together = (said(run("rules", "backtest", path, "--jobs", jobs)) for jobs in ("1", "2"))
    assert alone == together
    assert alone["letters"] == 9


def test_every_letter_is_read_once_though_many_came_at_one_moment(
    tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = {registered(tools, make.LOAN) for _ in range(7)}
    database.force(tools, "update correspondences set registered_at = '2026-03-01'")
    monkeypatch.setattr(replay, "PAGE", 3)
    with tools.sessions() as session:
        span = replay.span(session, None)
        assert replay.count(session, span) == 7
    pages = list(replay.pages(tools, span))
    assert [len(page) for page in pages] == [3, 3, 1]
    assert {past.tracking_code for page in pages for past in page} == codes


def test_pages_are_read_as_they_are_needed(tools: Tools) -> None:
    """However many letters there are, a few pages of them are in memory."""
    taken: list[int] = []

    def endless() -> Any:
        for number in range(1000):
            taken.append(number)
            yield []

    judged = judge(Draft.parse(drafts.files()), endless(), 2)
    next(judged)
    assert len(taken) <= 6
    judged.close()


def test_a_trial_writes_nothing_and_tells_nothing_about_people(
    tools: Tools, run: Run, draft: Folder
) -> None:
    code = registered(tools, make.LOAN, citizen={"national_id": make.national_id(3)})
    refer.give_back(tools, MELLI, code, "آقای فلانی مشتری ما نیست")
    before = everything(tools)
    answer = run("rules", "backtest", draft(), "--jobs", "1")
    assert everything(tools) == before
    for private in (make.national_id(3), "مریم", "فلانی", "وام"):
        assert private not in answer.output
    assert json.loads(answer.stdout)["letters"] == 1


def everything(tools: Tools) -> dict[str, list[Any]]:
    return {
        table: database.rows(tools, f"select t::text from {table} t order by 1") for table in TABLES
    }


def test_the_pages_may_not_write(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even where the program tried to."""
    monkeypatch.setattr(replay, "_EXAMPLES", text("delete from idempotency_keys"))
    with tools.sessions() as session:
        span = replay.span(session, None)
    with pytest.raises(InternalError, match="read-only transaction"):
        next(replay.pages(tools, span))


def test_a_draft_that_does_not_load_is_not_tried(run: Run, draft: Folder) -> None:
    wrong = drafts.files(loans="bakery")
    refused = run("rules", "backtest", draft(wrong))
    assert refused.exit_code == 1
    assert "rules.yaml:8" in refused.stderr
    assert run("rules", "backtest", "/no/such/folder").exit_code == 2


def test_letters_whose_keys_are_missing_are_told_plainly(
    tools: Tools, run: Run, draft: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(tools, make.LOAN)
    monkeypatch.setenv("SAMANEH_DATA_KEY", f"2:{make.KEY}")
    refused = run("rules", "backtest", draft(), "--jobs", "1")
    assert refused.exit_code == 1
    assert "data keys" in refused.stderr
