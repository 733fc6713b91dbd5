"""A question to the citizen: asked once, by one SMS without its words, and replied to once."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from app.access import NotFound
from app.actions import answer, asking, delivery, merging, outbox, owed, reconcile, refer
from app.actions.asking import Question
from app.actions.objection import Key, NotOpen
from app.actions.owed import Decision
from app.actions.refer import Taken
from app.actors import Actor, Forbidden, Role
from app.door import Invalid
from app.lifecycle import IllegalMove
from app.queries import owed as owed_list
from app.tools import Tools
from sms.gateway import Ambiguous, Message, Mismatch, Outcome, Report
from tests import make
from tests.app import database
from tests.app.database import assert_healthy, kinds, one, rows, together
from tests.app.fakes import FakeGateway

MELLI = make.staff("bank-melli")
COLLEAGUE = make.staff("bank-melli", "two")
MANAGER = Actor("user:manager", Role.MANAGER, "bank-melli")
WORDS = "شمارهٔ پروندهٔ وام خود را بنویسید."


def held(tools: Tools) -> str:
    """A letter in the hands of MELLI."""
    code = str(make.register(tools, citizen={"mobile": make.mobile(1234)})["tracking_code"])
    refer.claim(tools, MELLI, code)
    return code


def ask(tools: Tools, code: str, words: str = WORDS, key: str | None = None) -> None:
    asking.ask(tools, MELLI, code, Question(key or uuid4().hex, words))


def asked(tools: Tools) -> tuple[str, UUID]:
    code = held(tools)
    ask(tools, code)
    return code, one(tools, "select id from notices")


def key_of(code: str) -> Key:
    return Key(code, "1234", 15)


def receipt(tools: Tools) -> Any:
    return rows(tools, "select * from receipts where stage = 'asked'")[0]


def told(tools: Tools, code: str) -> list[str]:
    """The events of the letter about the SMS of its question."""
    found = rows(
        tools,
        "select e.kind from events e join correspondences c on c.id = e.correspondence_id "
        "where c.tracking_code = :code and e.data ->> 'stage' = 'asked' order by e.id",
        code=code,
    )
    return [row.kind for row in found]


def test_the_citizen_gets_one_sms_that_says_who_asks_and_not_what(tools: Tools) -> None:
    code, _ = asked(tools)
    gateway = FakeGateway()
    outbox.drain(tools, gateway, 1, 5)
    (sms,) = [one for one in gateway.asked_to_send if "پرسشی" in one.text]
    assert sms.receptor == make.mobile(1234)
    assert "بانک ملی" in sms.text
    assert code in sms.text
    assert WORDS not in sms.text
    assert receipt(tools).state == "accepted"
    assert told(tools, code) == ["receipt_accepted"]
    assert "asked" in kinds(tools, code)
    assert WORDS not in one(tools, "select string_agg(data::text, ' ') from events")
    assert_healthy(tools)


def test_the_same_form_sent_twice_asks_once(tools: Tools) -> None:
    code = held(tools)
    together(4, lambda _: ask(tools, code, key="the-same-form"))
    ask(tools, code, key="the-same-form")
    assert database.count(tools, "notices") == 1
    assert kinds(tools, code).count("asked") == 1
    assert_healthy(tools)


def test_a_citizen_is_asked_three_times_at_most(tools: Tools) -> None:
    code = held(tools)
    for n in range(asking.MOST_QUESTIONS):
        ask(tools, code, f"پرسش {n}")
    with pytest.raises(Invalid) as refused:
        ask(tools, code)
    assert refused.value.faults[0].code == "questions-full"


def test_only_who_holds_the_letter_asks(tools: Tools) -> None:
    code = held(tools)
    question = Question("a-form-key", WORDS)
    with pytest.raises(Taken):
        asking.ask(tools, COLLEAGUE, code, question)
    with pytest.raises(NotFound):
        asking.ask(tools, make.staff("welfare"), code, question)
    for actor in (make.OPERATOR, make.TRIAGE, make.SUPERVISOR):
        with pytest.raises(Forbidden):
            asking.ask(tools, actor, code, question)
    free = str(make.register(tools)["tracking_code"])
    with pytest.raises(IllegalMove):
        asking.ask(tools, MELLI, free, question)
    asking.ask(tools, MANAGER, code, question)
    assert database.count(tools, "notices") == 1


@pytest.mark.parametrize("words", ["", " \u200c\n", "ا" * 501, "پرسش\x00"])
def test_a_question_has_words(tools: Tools, words: str) -> None:
    with pytest.raises(Invalid):
        ask(tools, held(tools), words)


def test_the_reply_is_kept_once_and_the_staff_told(tools: Tools) -> None:
    code, question = asked(tools)
    version = database.letter(tools, code).version
    for _ in range(2):
        asking.reply(tools, key_of(code), question, " ۱۲۳ ")
    assert one(tools, "select reply from notices") == "۱۲۳"
    assert kinds(tools, code).count("citizen_replied") == 1
    assert database.letter(tools, code).version == version + 1
    with pytest.raises(NotOpen):
        asking.reply(tools, key_of(code), question, "چیز دیگر")
    assert_healthy(tools)


def test_of_two_replies_at_once_one_is_kept(tools: Tools) -> None:
    code, question = asked(tools)
    said = together(4, lambda n: asking.reply(tools, key_of(code), question, f"پاسخ {n}"))
    assert said.count(None) == 1
    assert sum(isinstance(one, NotOpen) for one in said) == 3


def test_nobody_replies_without_the_digits_nor_to_anothers_question(tools: Tools) -> None:
    code, question = asked(tools)
    other = held(tools)
    for wrong, number in (
        (Key(code, "9999", 15), question),
        (key_of(other), question),
        (key_of(code), uuid4()),
    ):
        with pytest.raises(NotFound):
            asking.reply(tools, wrong, number, "۱۲۳")
    for words in ("", " ", "ا" * 2001, "\x00"):
        with pytest.raises(Invalid):
            asking.reply(tools, key_of(code), question, words)


def test_after_the_answer_it_is_too_late_and_after_a_return_it_is_not(tools: Tools) -> None:
    code, question = asked(tools)
    refer.give_back(tools, MELLI, code, "نزد ما نیست")
    asking.reply(tools, key_of(code), question, "۱۲۳")
    late = held(tools)
    ask(tools, late)
    open_question = one(tools, "select id from notices where reply is null")
    answer.answer(tools, MELLI, late, "done", "پرداخت شد.")
    with pytest.raises(NotOpen):
        asking.reply(tools, key_of(late), open_question, "۱۲۳")
    assert_healthy(tools)


def test_a_question_of_a_merged_letter_is_replied_to_with_either_code(tools: Tools) -> None:
    citizen = {"national_id": make.national_id(5), "mobile": make.mobile(1234)}
    code = str(make.register(tools, citizen=citizen)["tracking_code"])
    refer.claim(tools, MELLI, code)
    ask(tools, code)
    question = one(tools, "select id from notices")
    refer.give_back(tools, MELLI, code, "نزد ما نیست")
    other = str(make.register(tools, citizen=citizen)["tracking_code"])
    merging.merge(tools, make.TRIAGE, code, other)
    asking.reply(tools, key_of(code), question, "۱۲۳")
    assert "citizen_replied" in kinds(tools, other)
    assert_healthy(tools)


def test_an_sms_of_unknown_fate_is_asked_about_and_its_delivery_told(tools: Tools) -> None:
    code, _ = asked(tools)
    gateway = FakeGateway()
    outbox.drain(tools, gateway, 1, 5)
    message = receipt(tools).message_id
    gateway.reports[message] = Report(message, 10)
    database.change(tools, "update receipts set poll_at = now()")
    delivery.poll(tools, gateway)
    assert receipt(tools).state == "delivered"
    assert told(tools, code) == ["receipt_accepted", "receipt_delivered"]
    ask(tools, code, "باز هم بگویید")
    gateway.script.append(Ambiguous("no answer"))
    outbox.drain(tools, gateway, 1, 5)
    database.change(tools, "update receipts set lease_until = now() - interval '1 second' "
                           "where state = 'unknown'")  # fmt: skip
    reconcile.reconcile(tools, FakeGateway(), reconcile.Patience(questions=1, pause_seconds=0))
    assert "receipt_unknown" in kinds(tools, code)
    assert_healthy(tools)


def test_an_sms_that_nobody_knows_of_is_owed_with_whom_to_ring(tools: Tools) -> None:
    code, _ = asked(tools)
    gateway = FakeGateway()

    def answer_to(message: Message) -> Outcome:
        taken = Mismatch("another text has this localid")
        return taken if "پرسشی" in message.text else gateway.accept(message)

    gateway.script.extend([answer_to] * 3)
    outbox.drain(tools, gateway, 1, 5)
    assert receipt(tools).state == "held"
    with tools.sessions() as session:
        pile, _ = owed_list.pile(session, tools.vault, make.OPERATOR, owed_list.Page())
    (found,) = pile
    assert found.code == code
    assert found.contact is not None
    assert found.contact.mobile == make.mobile(1234)
    owed.settle(tools, make.OPERATOR, receipt(tools).id, Decision.TOLD)
    assert told(tools, code) == ["receipt_held", "receipt_settled"]
    assert_healthy(tools)
