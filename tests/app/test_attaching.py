from uuid import UUID

import pytest

from app import access
from app.access import NotFound
from app.actions import answer, attaching, merging, refer
from app.actions.attaching import File
from app.actions.refer import Taken
from app.actors import Forbidden
from app.door import Invalid
from app.lifecycle import IllegalMove
from app.queries import attachments
from app.queries.attachments import Kept
from app.tools import Tools
from app.vault import Tampered
from tests import make
from tests.app import database, files
from tests.app.command import Run, said

MELLI = make.staff("bank-melli")
LAST4 = "1234"


def letter(tools: Tools) -> str:
    citizen = {"mobile": make.mobile(int(LAST4))}
    return str(make.register(tools, citizen=citizen)["tracking_code"])


def held(tools: Tools) -> str:
    code = letter(tools)
    refer.claim(tools, MELLI, code)
    return code


def shown(tools: Tools, code: str) -> list[Kept]:
    with tools.sessions() as session:
        return attachments.shown(session, tools.vault, access.find(session, make.OPERATOR, code))


def given(tools: Tools, code: str) -> list[Kept]:
    with tools.sessions() as session:
        return attachments.given(session, tools.vault, access.find(session, make.OPERATOR, code))


def test_a_file_comes_out_as_it_went_in_and_is_never_in_clear_in_the_database(
    tools: Tools,
) -> None:
    code, scan = letter(tools), files.file("مریم کرمانی.png")
    attaching.attach_scans(tools, make.OPERATOR, code, [scan])
    (kept,) = shown(tools, code)
    assert (kept.name, kept.size, kept.kind) == (scan.name, len(scan.content), "scan")
    out = attaching.hand_out(tools, make.OPERATOR, code, kept.id)
    assert out.content == scan.content
    assert out.name == f"111-{code}-{kept.id.hex[-6:]}.png"
    row = database.rows(tools, "select * from attachments")[0]
    assert scan.content[100:200] not in bytes(row.content_sealed)
    assert scan.name.encode() not in bytes(row.name_sealed)
    events = database.rows(tools, "select data::text as data from events")
    assert not [event for event in events if scan.name in event.data]


def test_a_sealed_file_is_worth_nothing_in_another_row(tools: Tools) -> None:
    code = letter(tools)
    attaching.attach_scans(tools, make.OPERATOR, code, [files.file("a"), files.file("b")])
    swap = (
        "update attachments a set content_sealed = b.content_sealed from attachments b "
        "where b.id <> a.id"
    )
    with pytest.raises(Exception, match="append-only"):
        database.change(tools, swap)
    database.force(tools, swap)
    with pytest.raises(Tampered):
        attaching.hand_out(tools, make.OPERATOR, code, shown(tools, code)[0].id)
    with tools.sessions() as session:
        checked, wrong = attachments.unsound(session, tools.vault, 0)
    assert (checked, len(wrong)) == (2, 2)


def test_the_same_scan_is_kept_once_and_told_once(tools: Tools) -> None:
    code, scan = letter(tools), files.file()
    assert attaching.attach_scans(tools, make.OPERATOR, code, [scan, scan]) == 1
    assert attaching.attach_scans(tools, make.OPERATOR, code, [scan]) == 0
    assert len(shown(tools, code)) == 1
    assert database.kinds(tools, code).count("attached") == 1


def test_each_time_a_file_is_given_out_is_told_without_identity_data(tools: Tools) -> None:
    code = letter(tools)
    attaching.attach_scans(tools, make.OPERATOR, code, [files.file("مریم.png")])
    file = shown(tools, code)[0].id
    for reader in (make.OPERATOR, MELLI, make.SUPERVISOR):
        attaching.hand_out(tools, reader, code, file)
    told = database.rows(
        tools, "select actor, data from events where kind = 'file_read' order by id"
    )
    assert [row.actor for row in told] == [make.OPERATOR.ref, MELLI.ref, make.SUPERVISOR.ref]
    assert {tuple(sorted(row.data)) for row in told} == {("file", "number")}


def test_nobody_gets_the_file_of_a_letter_that_is_not_theirs_to_see(tools: Tools) -> None:
    code, other = letter(tools), letter(tools)
    attaching.attach_scans(tools, make.OPERATOR, code, [files.file()])
    file = shown(tools, code)[0].id
    for reader in (make.staff("welfare"), make.TRIAGE):
        with pytest.raises(NotFound):
            attaching.hand_out(tools, reader, code, file)
    with pytest.raises(NotFound):
        attaching.hand_out(tools, make.OPERATOR, other, file)
    with pytest.raises(NotFound):
        attaching.hand_out(tools, make.OPERATOR, code, UUID(int=1))


def test_who_may_bring_which_file(tools: Tools) -> None:
    code = letter(tools)
    with pytest.raises(Forbidden):
        attaching.attach_scans(tools, MELLI, code, [files.file()])
    with pytest.raises(Forbidden):
        attaching.attach_to_answer(tools, make.OPERATOR, code, [files.file()])
    with pytest.raises(NotFound):
        attaching.attach_to_answer(tools, make.staff("welfare"), code, [files.file()])
    with pytest.raises(IllegalMove):
        attaching.attach_to_answer(tools, MELLI, code, [files.file()])
    refer.claim(tools, MELLI, code)
    with pytest.raises(Taken):
        attaching.attach_to_answer(tools, make.staff("bank-melli", "two"), code, [files.file()])
    assert database.count(tools, "attachments") == 0


def test_the_citizen_gets_the_files_with_the_answer_and_not_before(tools: Tools) -> None:
    code, gift = held(tools), files.file("گواهی.png")
    attaching.attach_scans(tools, make.OPERATOR, code, [files.file()])
    attaching.attach_to_answer(tools, MELLI, code, [gift])
    assert given(tools, code) == []
    file = next(kept.id for kept in shown(tools, code) if kept.kind == "answer")
    with pytest.raises(NotFound):
        attaching.hand_to_citizen(tools, code, LAST4, file)
    answer.answer(tools, MELLI, code, "done", "وام پرداخت شد.")
    assert [kept.id for kept in given(tools, code)] == [file]
    assert attaching.hand_to_citizen(tools, code, LAST4, file).content == gift.content
    told = database.rows(tools, "select actor from events where kind = 'file_read'")
    assert [row.actor for row in told] == ["citizen"]


def test_the_citizen_gets_no_scan_and_nobody_else_gets_anything(tools: Tools) -> None:
    code, other = held(tools), letter(tools)
    attaching.attach_scans(tools, make.OPERATOR, code, [files.file()])
    attaching.attach_to_answer(tools, MELLI, code, [files.file()])
    answer.answer(tools, MELLI, code, "done", "وام پرداخت شد.")
    scan, gift = (kept.id for kept in shown(tools, code))
    for tried, last4, file in ((code, LAST4, scan), (code, "9999", gift), (other, LAST4, gift)):
        with pytest.raises(NotFound):
            attaching.hand_to_citizen(tools, tried, last4, file)


def test_what_an_office_attached_and_gave_back_does_not_go_with_anothers_answer(
    tools: Tools,
) -> None:
    code, same = held(tools), files.file()
    attaching.attach_to_answer(tools, MELLI, code, [same])
    refer.give_back(tools, MELLI, code, "موضوع با دستگاه دیگری است")
    refer.refer(tools, make.TRIAGE, code, "welfare", "پرونده نزد بهزیستی است")
    welfare = make.staff("welfare")
    refer.claim(tools, welfare, code)
    answer.answer(tools, welfare, code, "done", "پرداخت شد.")
    assert given(tools, code) == []
    assert len(shown(tools, code)) == 1


def test_another_office_may_answer_with_the_very_same_file(tools: Tools) -> None:
    code, same = held(tools), files.file()
    attaching.attach_to_answer(tools, MELLI, code, [same])
    refer.give_back(tools, MELLI, code, "موضوع با دستگاه دیگری است")
    refer.refer(tools, make.TRIAGE, code, "welfare", "پرونده نزد بهزیستی است")
    welfare = make.staff("welfare")
    refer.claim(tools, welfare, code)
    assert attaching.attach_to_answer(tools, welfare, code, [same]) == 1
    answer.answer(tools, welfare, code, "done", "پرداخت شد.")
    assert len(given(tools, code)) == 1


def test_an_answer_has_five_files_at_most(tools: Tools) -> None:
    code = held(tools)
    attaching.attach_to_answer(tools, MELLI, code, [files.file() for _ in range(3)])
    with pytest.raises(Invalid, match="files-full"):
        attaching.attach_to_answer(tools, MELLI, code, [files.file() for _ in range(3)])
    assert len(shown(tools, code)) == 3


def test_the_scans_of_a_letter_that_was_merged_are_seen_with_the_other(tools: Tools) -> None:
    citizen = {"national_id": make.national_id()}
    kept = make.register(tools, text=make.UNCLEAR, citizen=citizen)["tracking_code"]
    double = make.register(tools, text=make.UNCLEAR + " باز", citizen=citizen)["tracking_code"]
    scan = files.file()
    attaching.attach_scans(tools, make.OPERATOR, double, [scan])
    merging.merge(tools, make.TRIAGE, double, kept)
    (one,) = shown(tools, kept)
    assert attaching.hand_out(tools, make.TRIAGE, kept, one.id).content == scan.content


def test_a_file_says_nothing_of_itself_in_a_log(tools: Tools) -> None:
    file = File("مریم.png", "image/png", None, b"secret")
    assert "مریم" not in repr(file)
    assert "secret" not in repr(file)


def test_the_check_finds_the_one_that_cannot_be_opened(tools: Tools, run: Run) -> None:
    code = letter(tools)
    attaching.attach_scans(tools, make.OPERATOR, code, [files.file(), files.file()])
    assert said(run("files", "check")) == {"checked": 2, "wrong": []}
    wrong = shown(tools, code)[0].id
    cut = "update attachments set content_sealed = substr(content_sealed, 2) where id = :id"
    database.force(tools, cut, id=wrong)
    found = run("files", "check", "--all")
    assert found.exit_code == 1
    assert said(found) == {"checked": 2, "wrong": [str(wrong)]}
    assert said(run("files", "check", "--sample", "1"))["checked"] == 1
