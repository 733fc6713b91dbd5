"""Searching the words of one's own letters, and claiming many of them at once."""

from uuid import uuid4

import pytest

from app.actions import bulk
from app.actors import Actor, Forbidden, Role
from app.door import Invalid
from app.queries import search, worklist
from app.tools import Tools
from tests import make
from tests.app import database

BANK = "bank-melli"
STAFF = make.staff(BANK)


def letter(tools: Tools, text: str = make.LOAN) -> str:
    code: str = make.register(tools, text=text)["tracking_code"]
    return code


def found(tools: Tools, words: str, **more: object) -> search.Found:
    with tools.sessions() as session:
        return search.find(session, tools.vault, STAFF, search.Wanted(words, **more))  # type: ignore[arg-type]


def codes(page: search.Found) -> list[str]:
    return [one.tracking_code for one in page.letters]


def test_all_words_have_to_stand_in_the_letter(tools: Tools) -> None:
    code = letter(tools)
    assert codes(found(tools, "ازدواج نوبتم")) == [code]
    assert codes(found(tools, "نوبتم وام")) == [code]
    assert codes(found(tools, "ازدواج مسکن")) == []


def test_both_keyboards_are_one(tools: Tools) -> None:
    code = letter(tools, make.LOAN.replace("ی", "ي").replace("ک", "ك"))
    other = letter(tools)
    for words in ("بانک ملی", "بانك ملي"):
        assert set(codes(found(tools, words))) == {code, other}


def test_signs_of_a_pattern_are_only_signs(tools: Tools) -> None:
    letter(tools)
    assert codes(found(tools, "%%")) == []
    assert codes(found(tools, "وا_ ازدواج")) == []


def test_a_long_queue_is_searched_piece_by_piece_to_its_end(
    tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "AT_A_TIME", 3)
    for _ in range(7):
        letter(tools)
    rare = letter(tools, make.LOAN + " ذوالفقار")
    seen: list[str] = []
    page = found(tools, "ذوالفقار")
    pieces = 1
    while page.onward is not None:
        assert codes(page) == []
        page = found(tools, "ذوالفقار", after=page.onward)
        pieces += 1
        seen += codes(page)
    assert seen == [rare]
    assert pieces == 3


def test_more_than_a_page_of_findings_goes_on_after_the_last_one_shown(
    tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "AT_MOST", 2)
    made = {letter(tools) for _ in range(5)}
    seen: list[str] = []
    after = None
    for _ in range(3):
        page = found(tools, "ازدواج", after=after)
        seen += codes(page)
        after = page.onward
    assert after is None
    assert len(seen) == 5
    assert set(seen) == made


def test_only_the_staff_of_agencies_search_and_count(tools: Tools) -> None:
    with tools.sessions() as session:
        for role in set(Role) - {Role.AGENCY, Role.MANAGER}:
            actor = Actor("user:x", role)
            with pytest.raises(Forbidden):
                search.find(session, tools.vault, actor, search.Wanted("ازدواج"))
            with pytest.raises(Forbidden):
                worklist.counts(session, actor)


def test_a_count_stops_where_it_costs(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worklist, "COUNTED_TO", 2)
    for _ in range(4):
        letter(tools)
    with tools.sessions() as session:
        assert worklist.counts(session, STAFF)["new"] == 2


def test_two_who_pick_the_same_letters_share_them_without_waiting_for_ever(tools: Tools) -> None:
    made = [letter(tools) for _ in range(12)]
    staff = [make.staff(BANK, uuid4().hex) for _ in range(4)]
    orders = [made, made[::-1], made[3:] + made[:3], made[::-1]]
    claims = database.together(4, lambda n: bulk.claim(tools, staff[n], orders[n]))
    assert all(isinstance(one, bulk.Claims) for one in claims), claims
    mine = [code for one in claims if isinstance(one, bulk.Claims) for code in one.mine]
    assert sorted(mine) == sorted(made)
    assert all(database.kinds(tools, code).count("claimed") == 1 for code in made)
    database.assert_healthy(tools)


def test_claiming_again_is_harmless_and_has_one_event(tools: Tools) -> None:
    code = letter(tools)
    for _ in range(2):
        assert bulk.claim(tools, STAFF, [code, code]) == bulk.Claims([code], [])
    assert database.kinds(tools, code).count("claimed") == 1


def test_a_letter_of_another_agency_is_nobodys_to_claim(tools: Tools) -> None:
    code = letter(tools, make.MEDICINE)
    assert bulk.claim(tools, STAFF, [code]) == bulk.Claims([], [code])
    assert database.letter(tools, code).status == "referred"
    with pytest.raises(Forbidden):
        bulk.claim(tools, make.TRIAGE, [code])
    with pytest.raises(Invalid):
        bulk.claim(tools, STAFF, ["nonsense"])
