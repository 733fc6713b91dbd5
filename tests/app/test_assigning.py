"""A letter changes hands within its agency; it is always one person's."""

import pytest

from app.access import NotFound
from app.actions import answer, assigning, people, refer
from app.actions.refer import Taken
from app.actors import Actor, Forbidden, Role
from app.door import Fault, Invalid
from app.lifecycle import IllegalMove
from app.queries import staff
from app.tools import Tools
from tests import make
from tests.app import database
from tests.app.database import assert_healthy, kinds, letter, rows, together

BANK = "bank-melli"
MELLI = make.staff(BANK)
MANAGER = Actor("user:manager", Role.MANAGER, BANK)


def colleague(tools: Tools, agency: str = BANK, role: str = "agency") -> str:
    username, _ = make.user(tools, role, agency)
    found = rows(tools, "select id from users where username = :name", name=username)
    return f"user:{found[0].id}"


def free(tools: Tools) -> str:
    return str(make.register(tools)["tracking_code"])


def held(tools: Tools) -> str:
    code = free(tools)
    refer.claim(tools, MELLI, code)
    return code


def test_the_holder_hands_it_on_and_has_it_no_more(tools: Tools) -> None:
    code, to = held(tools), colleague(tools)
    for _ in range(2):
        if letter(tools, code).claimed_by == MELLI.ref:
            assigning.assign(tools, MELLI, code, to)
    assert letter(tools, code).claimed_by == to
    assert kinds(tools, code)[-1] == "assigned"
    with pytest.raises(Taken):
        answer.answer(tools, MELLI, code, "done", "پرداخت شد.")
    with pytest.raises(Taken):
        assigning.assign(tools, MELLI, code, to)
    answer.answer(tools, Actor(to, Role.AGENCY, BANK), code, "done", "پرداخت شد.")
    assert_healthy(tools)


def test_a_manager_hands_out_what_nobody_holds_and_what_somebody_does(tools: Tools) -> None:
    to = colleague(tools)
    for code in (free(tools), held(tools)):
        assigning.assign(tools, MANAGER, code, to)
        assigning.assign(tools, MANAGER, code, to)
        assert (letter(tools, code).claimed_by, letter(tools, code).status) == (to, "in_progress")
        assert kinds(tools, code).count("assigned") == 1
        assert kinds(tools, code).count("claimed") == 1


def test_who_does_not_hold_it_does_not_hand_it_on(tools: Tools) -> None:
    to = colleague(tools)
    with pytest.raises(IllegalMove):
        assigning.assign(tools, MELLI, free(tools), to)
    with pytest.raises(NotFound):
        assigning.assign(tools, make.staff("welfare"), held(tools), to)
    with pytest.raises(Forbidden):
        assigning.assign(tools, make.TRIAGE, held(tools), to)


def test_only_to_an_active_colleague_of_the_same_agency(tools: Tools) -> None:
    code = held(tools)
    gone = colleague(tools)
    name = rows(tools, "select username from users")[0].username
    people.set_disabled(tools, name, disabled=True)
    operator = colleague(tools, role="operator", agency=None)  # type: ignore[arg-type]
    for to in (gone, operator, colleague(tools, "welfare"), MELLI.ref, "", "user:", "token:x"):
        with pytest.raises(Invalid) as refused:
            assigning.assign(tools, MELLI, code, to)
        assert refused.value.faults == (Fault("to", "unknown-colleague"),)
    assert letter(tools, code).claimed_by == MELLI.ref


def test_of_two_who_take_and_hand_at_once_one_has_it(tools: Tools) -> None:
    code, to = free(tools), colleague(tools)

    def act(number: int) -> None:
        if number:
            refer.claim(tools, MELLI, code)
        else:
            assigning.assign(tools, MANAGER, code, to)

    together(2, act)
    assert letter(tools, code).claimed_by == to
    assert_healthy(tools)


def test_a_manager_hands_many_to_one_and_hears_what_was_answered_meanwhile(tools: Tools) -> None:
    to = colleague(tools)
    codes = [free(tools), held(tools), held(tools)]
    answer.answer(tools, MELLI, codes[2], "done", "پرداخت شد.")
    handed = assigning.assign_all(tools, MANAGER, [*codes, codes[0], "nonsense"], to)
    assert (handed.given, handed.missed) == (codes[:2], codes[2:])
    with pytest.raises(Forbidden):
        assigning.assign_all(tools, MELLI, codes, to)
    with pytest.raises(Invalid):
        assigning.assign_all(tools, MANAGER, [], to)
    assert_healthy(tools)


def test_colleagues_are_listed_with_how_much_each_has_open(tools: Tools) -> None:
    busy, idle = colleague(tools), colleague(tools, role="manager")
    colleague(tools, "welfare")
    for _ in range(2):
        assigning.assign(tools, MANAGER, free(tools), busy)
    with tools.sessions() as session:
        listed = staff.colleagues(session, MANAGER)
    assert {(one.ref, one.open) for one in listed} == {(busy, 2), (idle, 0)}
    assert database.count(tools, "events") > 0
