from uuid import uuid4

import pytest

from app.access import NotFound
from app.actions import notes
from app.actions.notes import Said
from app.actors import Actor, Forbidden, Role
from app.door import Invalid
from app.queries import notes as kept
from app.tools import Tools
from tests import make
from tests.app import database

OTHER = Actor("user:other", Role.OPERATOR)


def test_a_note_keeps_the_words_and_the_event_tells_only_that_there_is_one(tools: Tools) -> None:
    code = make.register(tools)["tracking_code"]
    assert notes.add(
        tools, make.OPERATOR, code, Said(uuid4().hex, "  شمارهٔ تازه دارد\r\nزنگ بزنید ")
    )
    [row] = database.rows(tools, "select kind, text, author from notes")
    assert tuple(row) == ("call", "شمارهٔ تازه دارد\nزنگ بزنید", make.OPERATOR.ref)
    assert database.kinds(tools, code)[-1] == "noted_call"
    assert "شمارهٔ" not in str(database.rows(tools, "select data from events"))
    database.assert_healthy(tools)


def test_a_note_changes_neither_owner_nor_deadline_nor_version(tools: Tools) -> None:
    code = make.register(tools)["tracking_code"]
    before = database.letter(tools, code)
    notes.add(tools, make.OPERATOR, code, Said(uuid4().hex, "یادداشت"))
    assert database.letter(tools, code) == before


def test_the_same_form_at_the_same_moment_leaves_one_note_and_one_event(tools: Tools) -> None:
    code = make.register(tools)["tracking_code"]
    said = Said(uuid4().hex, "یک بار")
    added = database.together(6, lambda _: notes.add(tools, make.OPERATOR, code, said))
    assert sorted(map(str, added)) == ["False"] * 5 + ["True"]
    assert database.count(tools, "notes") == 1
    assert database.kinds(tools, code).count("noted_call") == 1


def test_two_operators_with_one_key_do_not_hide_each_others_notes(tools: Tools) -> None:
    code = make.register(tools)["tracking_code"]
    key = uuid4().hex
    assert notes.add(tools, make.OPERATOR, code, Said(key, "یکی"))
    assert notes.add(tools, OTHER, code, Said(key, "دیگری"))
    assert database.count(tools, "notes") == 2


def test_notes_are_read_in_the_order_in_which_they_were_said(tools: Tools) -> None:
    code = make.register(tools)["tracking_code"]
    for words in ("نخست", "سپس", "سرانجام"):
        notes.add(tools, make.OPERATOR, code, Said(uuid4().hex, words))
    with tools.sessions() as session:
        found = kept.of_letter(session, database.letter(tools, code))
    assert [note.text for note in found] == ["نخست", "سپس", "سرانجام"]


@pytest.mark.parametrize("text", ["", " \n ", "\u200c", "الف\x00", "ا" * (notes.TEXT_LIMIT + 1)])
def test_what_nobody_could_read_or_keep_is_refused(tools: Tools, text: str) -> None:
    code = make.register(tools)["tracking_code"]
    with pytest.raises(Invalid):
        notes.add(tools, make.OPERATOR, code, Said(uuid4().hex, text))
    assert database.count(tools, "notes") == 0


def test_only_operators_note_calls_and_only_on_letters_that_exist(tools: Tools) -> None:
    code = make.register(tools)["tracking_code"]
    for actor in (make.TRIAGE, make.SUPERVISOR, make.staff("bank-melli")):
        with pytest.raises(Forbidden):
            notes.add(tools, actor, code, Said(uuid4().hex, "متن"))
    with pytest.raises(NotFound):
        notes.add(tools, make.OPERATOR, "12345", Said(uuid4().hex, "متن"))
