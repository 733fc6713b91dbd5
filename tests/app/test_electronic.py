"""A citizen's own letter: the mobile is proved by a code, and a check is good for one letter."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.actions import electronic, intake, messages, outbox, proving
from app.actions.electronic import Registered, SentBefore, Written
from app.actions.objection import CITIZEN
from app.actions.proving import LineAway, TooOften
from app.actors import Forbidden
from app.codes import proof_code
from app.door import Invalid
from app.sending import QuietHours, Sending
from app.tools import Tools
from sms import texts
from sms.gateway import Ambiguous, LineStopped, Message, NotSent, Outcome, Refused
from sms.phone import Phone
from tests import make
from tests.app import database
from tests.app.database import assert_healthy, count, kinds, one, rows, together
from tests.app.fakes import CountingBell, FakeGateway

MOBILE = make.mobile(1234)
STOP = (
    "insert into sms_lines (provider, province, stopped_at, reason) "
    "values ('kavenegar', 'k', now(), '418 credit')"
)


def ask(tools: Tools, mobile: str = MOBILE, wanted: UUID | None = None) -> UUID:
    return proving.ask(tools, wanted or uuid4(), mobile).check


def right(tools: Tools, check: UUID, mobile: str = MOBILE) -> str:
    return proof_code(tools.vault, check, Phone.parse(mobile).e164)


def wrong(tools: Tools, check: UUID) -> str:
    return f"{(int(right(tools, check)) + 1) % 1_000_000:06d}"


def letter(**changes: Any) -> dict[str, Any]:
    person = {"national_id": "0013542419", "first_name": "مریم", "last_name": "کرمانی"}
    return {"text": make.LOAN, "citizen": person | changes.pop("citizen", {})} | changes


def send(tools: Tools, check: UUID | None, code: str, **changes: Any) -> Registered:
    return electronic.send(tools, Written(check, code, letter(**changes)))


def faults(work: Callable[[], object]) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        work()
    return {fault.field: fault.code for fault in refused.value.faults}


def spoken(tools: Tools, gateway: FakeGateway) -> list[str]:
    before = len(gateway.asked_to_send)
    with ThreadPoolExecutor(2) as pool:
        messages.drain(tools, gateway, pool)
    return [message.text for message in gateway.asked_to_send[before:]]


def state(tools: Tools, check: UUID) -> str:
    return str(one(tools, "select state from messages where check_id = :check", check=check))


def test_the_code_comes_by_sms_in_one_segment_without_a_link(tools: Tools) -> None:
    check, gateway = ask(tools), FakeGateway()
    (words,) = spoken(tools, gateway)
    assert gateway.asked_to_send[0].receptor == MOBILE
    assert right(tools, check) in words
    assert "به کسی ندهید" in words
    assert texts.segments(words) == 1
    assert "http" not in words
    assert spoken(tools, gateway) == []


def test_a_proved_mobile_registers_a_letter_as_every_other(tools: Tools) -> None:
    check = ask(tools)
    made = send(tools, check, right(tools, check), county="سنقر")
    code = made.body["tracking_code"]
    found = database.letter(tools, code)
    assert (found.channel, found.source, found.county) == ("electronic", "citizen", "سنقر")
    assert made.body["agency"]["code"] == found.owner_code == "bank-melli"
    assert set(database.states(tools, code)) == {"registered", "referred"}
    assert kinds(tools, code)[0] == "registered"
    assert one(tools, "select actor from events where kind = 'registered'") == "citizen"
    used = rows(tools, "select correspondence_id, used_at, mobile_index from phone_checks")
    assert used[0].correspondence_id == found.id
    assert used[0].mobile_index == found.mobile_index
    assert made.last4 == "1234"
    assert_healthy(tools)


def test_the_code_may_be_typed_in_persian_and_with_blanks(tools: Tools) -> None:
    check = ask(tools)
    digits = right(tools, check).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    assert send(tools, check, f" {digits[:3]} {digits[3:]} ").body["tracking_code"]


def test_the_mobile_of_the_form_counts_for_nothing(tools: Tools) -> None:
    check = ask(tools)
    made = send(tools, check, right(tools, check), citizen={"mobile": make.mobile(9999)})
    own = tools.vault.index("mobile", Phone.parse(MOBILE).e164)
    assert database.letter(tools, made.body["tracking_code"]).mobile_index == own


def test_sent_again_it_is_the_same_letter_with_the_same_code(tools: Tools) -> None:
    check = ask(tools)
    code = right(tools, check)
    first = send(tools, check, code)
    old = "update phone_checks set asked_at = asked_at - interval '1 day', expires_at = asked_at"
    database.change(tools, old)
    assert send(tools, check, code).body == first.body
    assert count(tools, "correspondences") == 1
    assert_healthy(tools)


def test_many_at_once_with_one_check_are_one_letter(tools: Tools) -> None:
    check = ask(tools)
    code = right(tools, check)
    made = together(6, lambda n: send(tools, check, code, text=make.LOAN if n else make.MEDICINE))
    assert count(tools, "correspondences") == 1
    others = [each for each in made if not isinstance(each, Registered)]
    assert all(isinstance(each, SentBefore) for each in others)
    assert_healthy(tools)


def test_another_letter_with_a_used_check_is_told_of_the_first_one(tools: Tools) -> None:
    check = ask(tools)
    code = right(tools, check)
    first = send(tools, check, code).body["tracking_code"]
    with pytest.raises(SentBefore) as told:
        send(tools, check, code, text=make.MEDICINE)
    assert told.value.tracking_code == first
    assert count(tools, "correspondences") == 1


def test_a_wrong_code_registers_nothing_and_names_every_other_fault(tools: Tools) -> None:
    check = ask(tools)
    named = faults(
        lambda: send(tools, check, wrong(tools, check), text=" ", citizen={"national_id": "1"})
    )
    assert named == {
        "code": "code-wrong",
        "text": "text-empty",
        "citizen.national_id": "national-id",
    }
    assert count(tools, "correspondences") == 0
    assert send(tools, check, right(tools, check))


def test_the_fifth_wrong_code_ends_the_check(tools: Tools) -> None:
    check = ask(tools)
    said = [faults(lambda: send(tools, check, wrong(tools, check)))["code"] for _ in range(5)]
    assert said == ["code-wrong"] * 4 + ["code-over"]
    assert faults(lambda: send(tools, check, right(tools, check))) == {"code": "code-over"}


def test_guesses_at_once_are_counted_one_by_one(tools: Tools) -> None:
    check = ask(tools)
    together(12, lambda _: send(tools, check, wrong(tools, check)))
    assert one(tools, "select tries from phone_checks") == proving.MOST_TRIES


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "\x00", "١٢٣٤٥"])
def test_what_is_no_code_is_no_try(tools: Tools, typed: str) -> None:
    check = ask(tools)
    assert faults(lambda: send(tools, check, typed)) == {"code": "code-shape"}
    assert one(tools, "select tries from phone_checks") == 0


def test_a_code_is_good_for_ten_minutes_and_for_its_own_check(tools: Tools) -> None:
    check, other = ask(tools), ask(tools)
    if right(tools, check) != right(tools, other):
        assert "code" in faults(lambda: send(tools, other, right(tools, check)))
    old = "update phone_checks set asked_at = asked_at - interval '10 minutes', expires_at = now()"
    database.change(tools, old)
    assert faults(lambda: send(tools, check, right(tools, check))) == {"code": "code-late"}
    assert faults(lambda: send(tools, uuid4(), "123456")) == {"code": "code-over"}
    assert faults(lambda: send(tools, None, "123456")) == {"code": "code-over"}


def test_without_a_proof_a_citizen_may_register_nothing(tools: Tools) -> None:
    wish = intake.Request(CITIZEN, uuid4().hex, make.payload())
    with pytest.raises(Forbidden):
        intake.register(tools, wish)
    stranger = intake.Request(CITIZEN, uuid4().hex, make.payload(), proof=ask(tools))
    with pytest.raises(Forbidden):
        intake.register(tools, stranger)
    assert count(tools, "correspondences") == 0
    check = ask(tools)
    send(tools, check, right(tools, check))
    more = make.payload(citizen={"mobile": MOBILE})
    with pytest.raises(Forbidden):
        intake.register(tools, intake.Request(CITIZEN, uuid4().hex, more, proof=check))
    assert count(tools, "correspondences") == 1


def test_asked_twice_by_one_form_one_code_goes_out(tools: Tools) -> None:
    form = uuid4()
    assert set(together(5, lambda _: ask(tools, wanted=form))) == {form}
    assert count(tools, "messages") == 1
    other = ask(tools, make.mobile(4321), form)
    assert other != form
    assert count(tools, "messages") == 2


def test_a_mobile_gets_three_codes_an_hour_and_six_a_day(tools: Tools) -> None:
    earlier = "update phone_checks set asked_at = asked_at - interval '61 minutes'"
    for hour in range(2):
        made = together(8, lambda _: ask(tools))
        assert sum(isinstance(each, UUID) for each in made) == 3
        refusals = [each for each in made if isinstance(each, TooOften)]
        assert len(refusals) == 5
        minutes = (refusals[0].until - datetime.now(UTC)).total_seconds() / 60
        assert 59 < minutes < 61 if hour == 0 else 22 * 60 < minutes < 24 * 60
        database.change(tools, earlier)
    with pytest.raises(TooOften):
        ask(tools)
    assert ask(tools, make.mobile(4321))
    assert count(tools, "messages") == 7


def test_limits_say_the_same_of_a_known_mobile_and_of_a_stranger(tools: Tools) -> None:
    make.register(tools, citizen={"mobile": MOBILE})
    for mobile in (MOBILE, make.mobile(4321)):
        made = [ask(tools, mobile) for _ in range(3)]
        assert len(made) == 3
        with pytest.raises(TooOften):
            ask(tools, mobile)


@pytest.mark.parametrize("mobile", ["", "0912", "02112345678", "\x00", "۰۹۱۲۳"])
def test_what_is_no_mobile_gets_no_code(tools: Tools, mobile: str) -> None:
    assert faults(lambda: ask(tools, mobile)) == {"mobile": "mobile"}
    assert count(tools, "phone_checks") == 0


def test_a_stopped_line_is_told_at_once_and_costs_no_code(tools: Tools) -> None:
    database.change(tools, STOP)
    with pytest.raises(LineAway):
        ask(tools)
    assert count(tools, "phone_checks") == 0
    second = "insert into sms_lines (provider, province, checked_at) values ('faraz', 'k', now())"
    database.change(tools, second)
    check, first, other = ask(tools), FakeGateway(), FakeGateway(name="faraz")
    assert spoken(tools, first) == []
    assert right(tools, check) in spoken(tools, other)[0]


@pytest.mark.parametrize("trouble", [NotSent("away"), LineStopped(418, "credit")])
def test_a_code_that_can_not_leave_is_tried_again_until_it_does(
    tools: Tools, trouble: NotSent | LineStopped
) -> None:
    check, gateway = ask(tools), FakeGateway(trouble, trouble)
    for _ in range(2):
        assert len(spoken(tools, gateway)) == 1
        assert state(tools, check) == "pending"
        assert spoken(tools, gateway) == []
        database.change(tools, "update messages set not_before = now()")
    with pytest.raises(LineAway):  # twice in vain: nobody else is promised a code
        ask(tools, make.mobile(4321))
    assert right(tools, check) in spoken(tools, gateway)[0]
    assert ask(tools, make.mobile(4321))


@pytest.mark.parametrize("trouble", [Ambiguous("?"), Refused(411, "number")])
def test_a_code_is_never_sent_twice(tools: Tools, trouble: Ambiguous | Refused) -> None:
    ask(tools)
    gateway = FakeGateway(trouble)
    assert len(spoken(tools, gateway)) == 1
    database.change(tools, "update messages set not_before = now()")
    assert spoken(tools, gateway) == []


def test_a_code_too_late_is_not_sent(tools: Tools) -> None:
    check = ask(tools)
    database.change(tools, "update messages set expires_at = now()")
    assert spoken(tools, FakeGateway()) == []
    assert state(tools, check) == "expired"


def test_a_code_goes_out_in_quiet_hours_and_a_reply_does_not(tools: Tools) -> None:
    code = str(make.register(tools, citizen={"mobile": MOBILE})["tracking_code"])
    hour = (one(tools, "select extract(hour from now() at time zone 'Asia/Tehran')::int")) % 24
    quiet = replace(tools, sending=Sending(quiet=QuietHours(hour, (hour + 2) % 24)))
    database.change(
        tools,
        "insert into inbound_messages select 1, now(), mobile_index, 'status', id, 'k' "
        "from correspondences",
        "insert into messages (id, kind, inbound_id, local_id, not_before, expires_at, created_at, "
        "province) select gen_random_uuid(), 'reply', 1, 1, now(), now() + interval '1 hour', "
        "now(), 'k'",
    )
    check, gateway = ask(tools), FakeGateway()
    outbox.drain(quiet, gateway, 2, 5)
    (message,) = gateway.asked_to_send
    assert right(tools, check) in message.text
    assert any(text.endswith(code) for text in spoken(tools, gateway))


def test_codes_go_before_receipts_and_replies(tools: Tools) -> None:
    for _ in range(3):
        make.register(tools)
    check, gateway = ask(tools), FakeGateway()
    outbox.drain(tools, gateway, 1, 5)
    assert right(tools, check) in gateway.asked_to_send[0].text


def test_codes_go_before_replies_that_have_waited_longer(tools: Tools) -> None:
    make.register(tools, citizen={"mobile": MOBILE})
    database.change(
        tools,
        "insert into inbound_messages select n, now(), mobile_index, 'status', id, 'k' "
        "from correspondences, generate_series(1, 30) n",
        "insert into messages (id, kind, inbound_id, local_id, not_before, expires_at, created_at, "
        "province) select gen_random_uuid(), 'reply', message_id, message_id, "
        "now() - interval '1 minute', now() + interval '1 hour', now(), 'k' from inbound_messages",
    )
    check = ask(tools)
    assert right(tools, check) in spoken(tools, FakeGateway())[0]


def test_a_code_asked_for_amid_a_backlog_does_not_wait_for_it(tools: Tools) -> None:
    for _ in range(8):
        make.register(tools)
    gateway = FakeGateway()
    checks: list[UUID] = []

    def meanwhile(message: Message) -> Outcome:
        checks.append(ask(tools))
        return gateway.accept(message)

    gateway.script.append(meanwhile)
    outbox.drain(tools, gateway, 1, 5)
    assert right(tools, checks[0]) in gateway.asked_to_send[1].text
    assert len(gateway.asked_to_send) > 8


def test_the_bell_rings_when_the_code_can_be_read(tools: Tools) -> None:
    seen: list[int] = []
    bell = CountingBell(lambda: seen.append(count(tools, "messages")))
    ask(replace(tools, bell=bell))
    assert seen == [1]


def test_neither_the_code_nor_the_number_is_kept_in_clear(tools: Tools) -> None:
    check = ask(tools)
    code = right(tools, check)
    send(tools, check, code)
    kept = "".join(
        str(tuple(row))
        for table in ("phone_checks", "messages", "events", "idempotency_keys")
        for row in rows(tools, f"select * from {table}")
    )
    assert MOBILE[1:] not in kept
    assert f"'{code}'" not in kept


def test_the_number_of_who_never_wrote_is_forgotten(tools: Tools) -> None:
    used = ask(tools)
    send(tools, used, right(tools, used))
    ask(tools, make.mobile(4321))
    proving.forget(tools)
    assert count(tools, "phone_checks") == 2
    old = "update phone_checks set asked_at = asked_at - interval '9 days'"
    database.change(tools, old)
    proving.forget(tools)
    assert [row.id for row in rows(tools, "select id from phone_checks")] == [used]
    assert count(tools, "messages") == 1
    assert_healthy(tools)


def test_a_code_belongs_to_one_mobile(tools: Tools) -> None:
    numbers = [f"+98909000{n}" for n in range(1000, 1010)]
    assert len({proof_code(tools.vault, UUID(int=1), number) for number in numbers}) > 1


def test_codes_are_spread_evenly(tools: Tools) -> None:
    drawn = [proof_code(tools.vault, UUID(int=n), "+989090001234") for n in range(20_000)]
    assert {len(code) for code in drawn} == {6}
    for place in range(6):
        digits = [code[place] for code in drawn]
        assert all(1_800 < digits.count(digit) < 2_200 for digit in "0123456789")


anything = st.one_of(st.text(max_size=80), st.none(), st.integers(), st.lists(st.text(max_size=3)))


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    code=st.text(max_size=20),
    text=anything,
    county=anything,
    person=st.dictionaries(
        st.sampled_from(["national_id", "first_name", "last_name", "mobile"]), anything
    ),
)
def test_whatever_is_written_it_is_registered_or_refused(
    tools: Tools, code: str, text: object, county: object, person: dict[str, object]
) -> None:
    written = {"text": text, "county": county, "citizen": person}
    with pytest.raises(Invalid):
        electronic.send(tools, Written(uuid4(), code, written))
    check = UUID(int=7)
    if not rows(tools, "select from phone_checks"):
        ask(tools, wanted=check)
    full = letter()["citizen"] | {k: v for k, v in person.items() if k != "national_id"}
    with suppress(Invalid, SentBefore):
        electronic.send(tools, Written(check, right(tools, check), written | {"citizen": full}))
