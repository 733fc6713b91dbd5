"""A citizen's SMS: told by its sender's number, done once, answered at most once."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count as counter

import pytest
from sqlalchemy import select, text

from app.actions import answer, inbound, messages, objection, outbox, refer
from app.actions.inbound import Sms
from app.models.correspondence import Correspondence
from app.models.inbound import Wish
from app.persian import persian_digits, spoken_code
from app.queries.reference import Office
from app.reply_words import Case, reply
from app.tools import Tools
from sms import texts
from sms.gateway import Ambiguous, LineStopped, NotSent, Refused
from tests import make
from tests.app import database
from tests.app.database import assert_healthy, kinds, letter, one, rows, together
from tests.app.fakes import FakeGateway

MELLI = make.staff("bank-melli")
MOBILE, STRANGER = make.mobile(1234), make.mobile(4321)
IDS = counter(700_000_000)
DAYS = 15


def register(tools: Tools, **changes: object) -> str:
    """A letter whose own receipts are sent, by a provider of its own: its ids begin anew."""
    code = str(make.register(tools, citizen={"mobile": MOBILE}, **changes)["tracking_code"])
    outbox.drain(tools, FakeGateway(), 2, 5)
    database.change(tools, "update receipts set message_id = -local_id")
    return code


def answered(tools: Tools) -> str:
    code = register(tools)
    refer.claim(tools, MELLI, code)
    answer.answer(tools, MELLI, code, "done", "وام پرداخت شد.")
    return code


def write(tools: Tools, words: str, sender: str = MOBILE, number: int | None = None) -> None:
    inbound.receive(tools, Sms(next(IDS) if number is None else number, sender, words), DAYS)


def drain(tools: Tools, gateway: FakeGateway) -> None:
    with ThreadPoolExecutor(2) as pool:
        messages.drain(tools, gateway, pool)


def told(tools: Tools) -> list[str]:
    """What the replies say that are sent now."""
    gateway = FakeGateway()
    drain(tools, gateway)
    assert all(texts.segments(message.text) == 1 for message in gateway.asked_to_send)
    assert all(message.receptor == MOBILE for message in gateway.asked_to_send)
    return [message.text for message in gateway.asked_to_send]


def reply_state(tools: Tools) -> str:
    return str(one(tools, "select state from messages"))


def test_who_sends_a_code_gets_the_status_in_one_segment(tools: Tools) -> None:
    code = register(tools)
    for spelt in (code, spoken_code(code), f"سلام، کد من {persian_digits(code)} است"):
        write(tools, spelt)
    said = told(tools)
    assert len(said) == 3
    assert all("نزد بانک ملی" in each and each.endswith(code) for each in said)
    assert told(tools) == []
    assert_healthy(tools)


def test_a_code_is_not_told_to_another_telephone(tools: Tools) -> None:
    code = register(tools)
    write(tools, code, STRANGER)
    write(tools, "1", STRANGER)
    write(tools, code, "98300012345")
    assert told(tools) == []
    assert one(tools, "select count(*) from messages") == 0


def test_the_same_message_twice_is_done_once(tools: Tools) -> None:
    answered(tools)
    together(4, lambda _: write(tools, "۱", number=5))
    assert len(told(tools)) == 1
    write(tools, "۱", number=5)
    database.change(tools, "update messages set not_before = now()")
    assert told(tools) == []
    assert one(tools, "select count(*) from events where kind = 'satisfied'") == 1


def test_neither_the_number_nor_the_words_are_kept(tools: Tools) -> None:
    write(tools, f"کد ملی من 0013542419 است {register(tools)}")
    kept = str(rows(tools, "select * from inbound_messages"))
    assert "0013542419" not in kept
    assert MOBILE[1:] not in kept


def test_one_means_satisfied(tools: Tools) -> None:
    code = answered(tools)
    write(tools, " ۱ ")
    assert letter(tools, code).satisfied is True
    assert "قانع شدید" in told(tools)[0]
    assert_healthy(tools)


def test_two_leaves_word_for_the_operator_and_moves_nothing(tools: Tools) -> None:
    code = answered(tools)
    write(tools, "2")
    write(tools, "٢")
    assert letter(tools, code).status == "answered"
    noted = rows(tools, "select kind, author from notes")
    assert [tuple(note) for note in noted] == [("call", "citizen")]
    assert kinds(tools, code).count("objection_wished") == 1
    assert all("صفحهٔ رهگیری" in each for each in told(tools))
    assert_healthy(tools)


def test_of_two_answered_letters_the_citizen_is_asked_which(tools: Tools) -> None:
    first, second = answered(tools), answered(tools)
    write(tools, "1")
    assert "چند پاسخ دارید" in told(tools)[0]
    assert letter(tools, first).satisfied is letter(tools, second).satisfied is None
    write(tools, f"1 {second}")
    assert letter(tools, second).satisfied is True
    write(tools, "1")
    assert letter(tools, first).satisfied is True


def test_a_verdict_too_late_is_told_so(tools: Tools) -> None:
    code = answered(tools)
    old = "update correspondences set answered_at = now() - interval '16 days'"
    database.change(tools, old)
    write(tools, "1")
    assert letter(tools, code).satisfied is None
    assert "گذشته است" in told(tools)[0]


@pytest.mark.parametrize("words", ["", "سلام", "3", "12", "1 بله ممنون", "12345678901234", "۱۱۱"])
def test_other_words_are_taken_and_not_answered(tools: Tools, words: str) -> None:
    code = answered(tools)
    write(tools, words)
    assert told(tools) == []
    assert letter(tools, code).satisfied is None


def test_a_telephone_gets_so_many_replies_a_day_and_no_more(tools: Tools) -> None:
    code = register(tools)
    for _ in range(inbound.MOST_REPLIES_A_DAY + 3):
        write(tools, code)
    assert len(told(tools)) == inbound.MOST_REPLIES_A_DAY


def test_a_reply_tells_the_status_of_when_it_is_sent(tools: Tools) -> None:
    code = register(tools)
    write(tools, code)
    refer.claim(tools, MELLI, code)
    answer.answer(tools, MELLI, code, "done", "وام پرداخت شد.")
    assert "پاسخ داد" in told(tools)[0]


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (NotSent("away"), "pending"),
        (LineStopped(418, "credit"), "pending"),
        (Refused(411, "number"), "refused"),
        (Ambiguous("no answer"), "unknown"),
    ],
)
def test_only_what_surely_was_not_sent_is_tried_again(
    tools: Tools, outcome: object, state: str
) -> None:
    write(tools, register(tools))
    drain(tools, FakeGateway(outcome))  # type: ignore[arg-type]
    assert reply_state(tools) == state
    database.change(tools, "update messages set not_before = now()")
    assert len(told(tools)) == (1 if state == "pending" else 0)


def test_a_reply_whose_sender_died_is_never_sent_again(tools: Tools) -> None:
    write(tools, register(tools))

    def die(_: object) -> Refused:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        drain(tools, FakeGateway(die))  # type: ignore[arg-type]
    database.change(tools, "update messages set lease_until = now() - interval '1 second'")
    assert told(tools) == []
    assert reply_state(tools) == "unknown"


def test_many_workers_send_a_reply_once(tools: Tools) -> None:
    write(tools, register(tools))
    gateway = FakeGateway()
    together(5, lambda _: drain(tools, gateway))
    assert len(gateway.asked_to_send) == 1


def test_a_reply_that_another_worker_is_taking_is_left_to_it(tools: Tools) -> None:
    write(tools, register(tools))
    with tools.sessions.begin() as other:
        other.execute(text("select from messages for update"))
        assert told(tools) == []
    assert len(told(tools)) == 1


def test_no_reply_goes_out_over_a_stopped_line_or_half_a_day_late(tools: Tools) -> None:
    write(tools, register(tools))
    stop = (
        "insert into sms_lines (provider, province, stopped_at) values ('kavenegar', 'k', now()) "
        "on conflict (provider) do update set stopped_at = now()"
    )
    database.change(tools, stop)
    assert told(tools) == []
    assert reply_state(tools) == "pending"
    database.change(
        tools,
        "update sms_lines set stopped_at = null",
        "update messages set expires_at = now()",
    )
    assert told(tools) == []
    assert reply_state(tools) == "expired"


def test_the_outbox_sends_replies_too(tools: Tools) -> None:
    write(tools, register(tools))
    gateway = FakeGateway()
    outbox.drain(tools, gateway, 2, 5)
    assert len(gateway.asked_to_send) == 1


def test_every_reply_fits_one_segment_whatever_the_agency(tools: Tools) -> None:
    code = answered(tools)
    longest = Office("x", "x", "و" * 22, 10)
    with tools.sessions() as session:
        found = session.scalars(select(Correspondence)).one()
    for status in ("triage", "referred", "in_progress", "answered", "closed"):
        for late in (True, False):
            for wish in (Wish.STATUS, Wish.SATISFIED, Wish.OBJECTION, Wish.WHICH, Wish.LATE):
                found.status = status
                words = reply(wish, code, Case(found, longest.sms_name, late))
                assert texts.segments(words) == 1, words
                assert wish is Wish.WHICH or words.endswith(code)


def test_an_objection_on_the_page_answers_the_wish(tools: Tools) -> None:
    code = answered(tools)
    write(tools, "2")
    objection.object_to(tools, objection.Key(code, "1234", DAYS), "هنوز پولی نرسیده است.")
    write(tools, code)
    assert "بازرسی" in told(tools)[-1]
