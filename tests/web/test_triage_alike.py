"""Copies of one petition in triage: seen beside each other, referred together by one key."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from app.actions import bulk, refer
from app.actors import Forbidden
from app.door import Invalid
from app.likeness import nearly_same
from app.queries import triage
from app.tools import Tools
from tests import make
from tests.app import database
from tests.app.database import assert_healthy
from tests.web.browser import ORIGIN, hidden

PETITION = (
    "سلام. لطفاً به داد ما برسید. دیگر طاقت نداریم. ما اهالی این محله سال‌هاست که چشم به راه "
    "رسیدگی هستیم و کسی صدای ما را نمی‌شنود. با احترام، "
)
OTHER = (
    "سلام. خسته‌ایم. هر روز وعده می‌دهند و هیچ‌کس سر قولش نمی‌ماند. دیگر نمی‌دانیم به کجا برویم و "
    "به چه کسی بگوییم که کار ما را راه بیندازد، خدا نگهدار شما باشد، "
)


def waiting(tools: Tools, text: str, **changes: Any) -> str:
    code: str = make.register(tools, text=text, **changes)["tracking_code"]
    assert database.letter(tools, code).owner_code == "triage"
    return code


def copies(tools: Tools) -> list[str]:
    names = ("مریم از کرند", "علی از پاوه", "زهرا از سنقر", "رضا از صحنه")
    return [waiting(tools, PETITION + name) for name in names]


def twins(tools: Tools, code: str) -> list[str]:
    with tools.sessions() as session:
        letter = session.scalars(
            triage.select(triage.Correspondence).where(triage.Correspondence.tracking_code == code)
        ).one()
        return [one.tracking_code for one in triage.alike(session, letter)]


def test_copies_of_a_petition_are_found_whoever_sent_them(tools: Tools) -> None:
    codes = copies(tools)
    waiting(tools, OTHER)
    waiting(tools, make.UNCLEAR)
    assert twins(tools, codes[0]) == codes[1:]
    refer.refer(tools, make.TRIAGE, codes[1], "welfare", "نیازمند حمایت")
    assert twins(tools, codes[0]) == codes[2:]


@pytest.mark.parametrize(
    ("other", "found"),
    [
        (PETITION + "علی", [0]),
        (PETITION.replace("ی", "ي").replace("ک", "ك"), [0]),
        (PETITION[: len(PETITION) // 2], []),
        (OTHER, []),
        ("", []),
        ("سلام", []),
    ],
)
def test_nearly_the_same_is_the_same_but_for_a_few_words(other: str, found: list[int]) -> None:
    assert nearly_same(PETITION + "مریم", [other]) == found


def test_all_ticked_ones_go_to_one_office_each_with_its_own_event_and_receipt(
    client: FlaskClient, tools: Tools
) -> None:
    codes = copies(tools)
    make.logged_in(client, tools, "triage")
    page = client.get(f"/triage/{codes[0]}").text
    assert page.count('name="also"') == 3
    form = hidden(page) | {"agency": "welfare", "reason": "نیازمند حمایت", "also": codes[1:3]}
    assert client.post(f"/triage/{codes[0]}", data=form, headers=ORIGIN).status_code == 303
    assert "۳ نامه به سازمان بهزیستی ارجاع شد" in client.get("/triage").text
    owners = [database.letter(tools, code).owner_code for code in codes]
    assert owners == ["welfare"] * 3 + ["triage"]
    for code in codes[:3]:
        assert database.kinds(tools, code).count("referred") == 1
        assert "referred" in database.receipts(tools, code)
    assert_healthy(tools)


def test_what_a_colleague_referred_meanwhile_stays_and_is_told(
    client: FlaskClient, tools: Tools
) -> None:
    codes = copies(tools)
    make.logged_in(client, tools, "triage")
    form = hidden(client.get(f"/triage/{codes[0]}").text)
    refer.refer(tools, make.TRIAGE, codes[2], "relief-committee", "مددجو است")
    form |= {"agency": "welfare", "reason": "نیازمند حمایت", "also": codes[1:]}
    client.post(f"/triage/{codes[0]}", data=form, headers=ORIGIN)
    page = client.get("/triage").text
    assert "۳ نامه به سازمان بهزیستی ارجاع شد" in page
    assert "۱ نامه دیگر در پایش نبود" in page
    assert database.letter(tools, codes[2]).owner_code == "relief-committee"
    assert_healthy(tools)


def test_a_refusal_keeps_the_ticks(client: FlaskClient, tools: Tools) -> None:
    codes = copies(tools)
    make.logged_in(client, tools, "triage")
    form = hidden(client.get(f"/triage/{codes[0]}").text)
    form |= {"agency": "welfare", "reason": " ", "also": codes[1:3]}
    refused = client.post(f"/triage/{codes[0]}", data=form, headers=ORIGIN)
    assert refused.status_code == 422
    assert refused.text.count('form="refer-keys" checked') == 2


def test_of_two_officers_with_the_same_ticks_each_letter_has_one(tools: Tools) -> None:
    codes = copies(tools)
    agencies = ("welfare", "relief-committee")

    def act(number: int) -> bulk.Sent:
        order = codes if number else codes[::-1]
        return bulk.refer(tools, make.TRIAGE, order, agencies[number], "نیازمند حمایت")

    done = [one for one in database.together(2, act) if isinstance(one, bulk.Sent)]
    assert len(done) == 2
    assert sorted(done[0].sent + done[1].sent) == sorted(codes)
    assert sorted(done[0].missed + done[1].missed) == sorted(codes)
    assert_healthy(tools)


def test_what_is_the_supervisors_is_passed_over_and_agencies_refer_nothing(tools: Tools) -> None:
    codes = copies(tools)
    database.change(
        tools, "update correspondences set returns = 3 where tracking_code = :c", c=codes[0]
    )
    done = bulk.refer(tools, make.TRIAGE, [*codes, "nonsense"], "welfare", "نیازمند حمایت")
    assert done == bulk.Sent(codes[1:], codes[:1])
    with pytest.raises(Forbidden):
        bulk.refer(tools, make.staff("welfare"), codes, "welfare", "x")
    for chosen, office, why in (
        ([], "welfare", "x"),
        (codes, "triage", "x"),
        (codes, "welfare", ""),
    ):
        with pytest.raises(Invalid):
            bulk.refer(tools, make.TRIAGE, chosen, office, why)
