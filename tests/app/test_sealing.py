"""The chain of events: whatever is changed behind its back is found."""

import base64
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from app.actions import sealing
from app.chain import COLUMNS, GENESIS, TOLD, Linker, Segment, json_list
from app.queries import chain
from app.tools import Tools
from tests import make
from tests.app import database

TAMPERING = {
    "words edited": 'update events set data = \'{"agency": "welfare"}\' where id = :id',
    "time edited": "update events set at = at + interval '1 second' where id = :id",
    "actor edited": "update events set actor = 'user:another' where id = :id",
    "letter edited": "update events set correspondence_id = null where id = :id",
    "deleted": "delete from events where id = :id",
    "deleted with its seal": "with gone as (delete from event_seals where event_id = :id) "
    "delete from events where id = :id",
    "deleted and numbered anew": "delete from event_seals where event_id = :id; "
    "delete from events where id = :id; "
    "update event_seals set seq = seq + 9999 where seq > 4; "
    "update event_seals set seq = seq - 10000 where seq > 4",
    "told in another order": "update event_seals set seq = 0 where seq = 4; "
    "update event_seals set seq = 4 where seq = 5; update event_seals set seq = 5 where seq = 0",
    "swapped": "update event_seals set event_id = case event_id when :id then -1 else :id end "
    "where event_id in (:id, :id + 1)",
    "contents swapped": "update events e set kind = o.kind, data = o.data from events o "
    "where (e.id, o.id) in ((:id, :id + 1), (:id + 1, :id))",
    "seal forged": "update event_seals set hash = sha256('forged') where event_id = :id",
}


# Where the links are cut: before, behind and at the fourth, and not at all.
CUTS = (1, 2, 3, 4, 5, 100)


@pytest.fixture
def sealed(tools: Tools) -> Tools:
    """Four letters, eight events, all sealed."""
    for _ in range(4):
        make.register(tools)
    assert seal_all(tools) == 8
    return tools


@pytest.fixture
def long_ago(sealed: Tools) -> Tools:
    """The same, the first six sealed as they were before PostgreSQL told its events itself."""
    linker, link = Linker(sealed.vault.index("events", "chain")), GENESIS
    events = database.rows(sealed, f"select {COLUMNS} from events e order by id")
    for seq, event in enumerate(events[:6], 1):
        link = linker.link(link, json_list(event))
        database.force(
            sealed,
            "update event_seals set hash = :link, format = 0 where seq = :seq",
            link=link,
            seq=seq,
        )
    database.force(sealed, "delete from event_seals where seq > 6")
    assert seal_all(sealed) == 2
    return sealed


def seal_all(tools: Tools) -> int:
    """Seal until nothing is left: a transaction of another database may be open for a moment."""
    sealed = 0
    for _ in range(500):
        sealed += sealing.seal(tools)
        if not chain.verify(tools)["unsealed"]:
            break
        time.sleep(0.01)
    return sealed


def broken(tools: Tools, at_once: int = 100, alone: int = 100) -> int | None:
    found = chain.verify(tools, at_once, alone)
    assert found["ok"] == (found["broken"] is None)
    broken_at: int | None = found["broken"]
    return broken_at


def fourth(tools: Tools) -> int:
    return int(database.one(tools, "select event_id from event_seals where seq = 4"))


def test_an_untouched_chain_is_whole(sealed: Tools) -> None:
    found = chain.verify(sealed)
    assert (found["sealed"], found["unsealed"], found["ok"]) == (8, 0, True)
    assert sealing.seal(sealed) == 0
    make.register(sealed)
    assert chain.verify(sealed)["unsealed"] == 2
    assert seal_all(sealed) == 2
    assert chain.verify(sealed)["ok"]


def test_it_is_the_same_chain_however_it_is_cut_and_whoever_walks_it(sealed: Tools) -> None:
    whole = chain.verify(sealed)
    assert [chain.verify(sealed, at_once) for at_once in CUTS] == [whole] * len(CUTS)
    assert chain.verify(sealed, 3, alone=0) == whole


def test_a_chain_begun_in_the_old_format_goes_on(long_ago: Tools) -> None:
    formats = database.rows(long_ago, "select format, count(*) from event_seals group by 1")
    assert dict(map(tuple, formats)) == {0: 6, 1: 2}
    assert [broken(long_ago, at_once) for at_once in CUTS] == [None] * len(CUTS)


@pytest.mark.parametrize("how", [how for how in TAMPERING if how != "swapped"])
@pytest.mark.parametrize("which", ["sealed", "long_ago"])
def test_what_is_changed_behind_its_back_is_found(
    how: str, which: str, request: pytest.FixtureRequest
) -> None:
    tools: Tools = request.getfixturevalue(which)
    database.force(tools, *TAMPERING[how].split("; "), id=fourth(tools))
    assert {broken(tools, at_once) for at_once in CUTS} <= {4, 5}
    assert broken(tools, 2, alone=0) in (4, 5)


def test_a_seal_said_to_be_of_another_format_is_found(sealed: Tools, long_ago: Tools) -> None:
    for seq in (2, 8):
        database.force(
            long_ago, "update event_seals set format = 1 - format where seq = :seq", seq=seq
        )
        assert {broken(long_ago, at_once) for at_once in CUTS} == {seq}
        database.force(
            long_ago, "update event_seals set format = 1 - format where seq = :seq", seq=seq
        )
    assert broken(long_ago) is None


def test_two_events_that_changed_places_are_found(sealed: Tools) -> None:
    event = fourth(sealed)
    database.force(sealed, TAMPERING["swapped"].replace("else :id end", "else 0 end"), id=event)
    database.force(
        sealed, "update event_seals set event_id = :id + 1 where event_id = -1", id=event
    )
    database.force(sealed, "update event_seals set event_id = :id where event_id = 0", id=event)
    assert {broken(sealed, at_once) for at_once in CUTS} == {4}


def test_a_forged_event_with_a_forged_seal_is_found(sealed: Tools) -> None:
    database.force(
        sealed,
        "insert into events (at, province, kind, actor) "
        "values (now(), 'kermanshah', 'answered', 'user:x')",
        "insert into event_seals (seq, province, event_id, hash) "
        "select 9, 'kermanshah', max(id), sha256('forged') from events",
    )
    assert {broken(sealed, at_once) for at_once in (*CUTS, 8, 9)} == {9}


@pytest.mark.parametrize("number", [0, -1, 10**15])
def test_a_seal_with_a_number_outside_the_chain_is_found(sealed: Tools, number: int) -> None:
    database.force(sealed, "update event_seals set seq = :number where seq = 8", number=number)
    assert {broken(sealed, at_once) for at_once in CUTS} <= {1, 8}


def test_a_chain_that_was_begun_anew_in_the_middle_is_found(sealed: Tools) -> None:
    """Whoever has the key of another installation can make links, and they must meet ours."""
    linker = Linker(bytes(32))
    events = database.rows(
        sealed,
        f"select s.seq, {TOLD} as told from event_seals s "
        "join events e on e.id = s.event_id where s.seq > 4 order by s.seq",
    )
    link = GENESIS
    for event in events:
        link = linker.link(link, event.told)
        database.force(
            sealed,
            "update event_seals set hash = :link where seq = :seq",
            link=link,
            seq=event.seq,
        )
    assert {broken(sealed, at_once) for at_once in CUTS} == {5}


def test_segments_that_do_not_meet_are_a_broken_chain() -> None:
    left, right = Segment(1, 4, "00", "aa", None), Segment(5, 8, "aa", "bb", None)
    assert chain.first_broken([left, right]) is None
    assert chain.first_broken([left, Segment(5, 8, "ab", "bb", None)]) == 5
    assert chain.first_broken([left, Segment(5, 8, "ab", "bb", 7)]) == 5


def test_a_tail_cut_off_is_found_against_the_head_kept_elsewhere(sealed: Tools) -> None:
    kept = chain.verify(sealed)["head"]
    database.force(sealed, "delete from event_seals where seq = 8")
    assert chain.verify(sealed)["head"] != kept


def test_another_key_breaks_the_chain(sealed: Tools) -> None:
    other = base64.b64encode(bytes(32)).decode()
    url = sealed.sessions.kw["bind"].url.render_as_string(hide_password=False)
    stranger = make.tools(
        make.settings(url, "redis://127.0.0.1:9", samaneh_index_key=other), sealed.bell
    )
    assert broken(stranger) == 1
    stranger.sessions.kw["bind"].dispose()


def test_an_event_that_came_late_is_found_further_behind(tools: Tools) -> None:
    database.change(tools, "select setval(pg_get_serial_sequence('events', 'id'), 50000)")
    make.register(tools)
    assert seal_all(tools) == 2
    values = "values (1, now() - interval '2 minutes', 'kermanshah', 'a', 'b')"
    late = "insert into events (id, at, province, kind, actor) overriding system value"
    database.change(tools, f"{late} {values}")
    assert sealing.seal(tools) == 0
    assert sealing.seal(tools, sealing.FAR) == 1
    assert chain.verify(tools)["ok"]


def test_an_event_is_not_sealed_while_an_older_transaction_is_open(tools: Tools) -> None:
    with tools.sessions.begin() as session:
        session.execute(
            text("insert into events (at, province, kind, actor) values (now(), 'k', 'a', 'b')")
        )
        make.register(tools)
        assert sealing.seal(tools) == 0
    assert seal_all(tools) == 3
    order = database.rows(tools, "select event_id from event_seals order by seq")
    assert [row.event_id for row in order] == sorted(row.event_id for row in order)


def test_events_of_another_server_are_sealed_after_a_restore(tools: Tools) -> None:
    """There the transactions were counted further than here."""
    late = "values (now() - interval '2 minutes', 'kermanshah', 'a', 'b', 1000000000000)"
    database.change(tools, f"insert into events (at, province, kind, actor, tx) {late}")
    assert sealing.seal(tools) == 1
    assert chain.verify(tools)["ok"]


def test_a_second_sealer_does_no_harm(tools: Tools) -> None:
    for _ in range(20):
        make.register(tools)
    with ThreadPoolExecutor(3) as pool:
        futures = [pool.submit(sealing.seal, tools) for _ in range(3)]
    sealed = sum(f.result() for f in futures if f.exception() is None)
    assert sealed + seal_all(tools) == 40
    assert chain.verify(tools)["ok"]
