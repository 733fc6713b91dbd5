"""Which rules decide: what was activated last, in every process, whatever is stored."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from app import tools as tools_module
from app.actions import rules, seeding
from app.actions.rules import Ambiguous, UnknownVersion
from app.door import Invalid
from app.queries import doctor
from app.tools import Tools, keep_current
from routing.loading import default_files, default_rules
from routing.sources import BadRules
from tests import make
from tests.app import database, drafts
from tests.app.conftest import Line
from tests.app.database import assert_healthy, letter, rows

TODAY = date(2026, 11, 22)
FILES = drafts.files()
VERSION = drafts.version(FILES)
SHIPPED = default_rules().version


@pytest.fixture
def tools(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> Tools:
    """A book that is out of date at once."""
    monkeypatch.setattr(tools_module, "_REFERENCE_SECONDS", 0.0)
    return tools


def soon(true: Callable[[], bool], seconds: float = 10) -> bool:
    """Whether it comes true while the clock runs."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def notices(tools: Tools, version: str) -> bool:
    """Whether somebody who opens the book now and then sees these rules in use."""
    return soon(lambda: bool(tools.book.current()) and tools.rules.version == version)


def test_an_installation_stores_every_file_of_its_rules_and_lets_them_decide(tools: Tools) -> None:
    stored = rows(tools, "select version, content from rule_sets")
    assert stored == [(SHIPPED, default_files())]
    assert drafts.active(tools) == (SHIPPED, "program")
    assert tools.rules.version == SHIPPED


def test_an_upgrade_brings_its_rules_once(tools: Tools) -> None:
    drafts.store(tools, VERSION, FILES)
    drafts.put_in_charge(tools, VERSION, by="program")
    for _ in range(2):
        seeding.ensure_reference(tools, TODAY)
    assert drafts.active(tools) == (SHIPPED, "program")
    assert database.count(tools, "rule_activations") == 3


def test_what_a_person_activated_outlasts_an_upgrade(tools: Tools) -> None:
    rules.add(tools, FILES)
    rules.activate(tools, VERSION, "zahra")
    seeding.ensure_reference(tools, TODAY)
    assert drafts.active(tools) == (VERSION, "zahra")


def test_a_process_decides_by_the_activated_rules_from_its_first_letter_on(
    tools: Tools, line: Line
) -> None:
    rules.add(tools, FILES)
    rules.activate(tools, VERSION, "zahra")
    newcomer = line()
    code = make.register(newcomer)["tracking_code"]
    found = letter(newcomer, code)
    assert (found.owner_code, found.rules_version) == ("welfare", VERSION)
    assert_healthy(newcomer)


def test_an_activation_is_noticed_by_who_is_at_work_and_the_decisions_say_so(tools: Tools) -> None:
    first = make.register(tools)
    rules.add(tools, FILES)
    rules.activate(tools, VERSION, "zahra")
    assert notices(tools, VERSION)
    second = make.register(tools)
    decided = [letter(tools, made["tracking_code"]) for made in (first, second)]
    assert [(d.owner_code, d.rules_version) for d in decided] == [
        ("bank-melli", SHIPPED),
        ("welfare", VERSION),
    ]
    rules.activate(tools, SHIPPED, "zahra")
    assert notices(tools, SHIPPED)
    assert_healthy(tools)


def test_nobody_waits_while_new_rules_are_made_ready(
    tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tools.rules.version == SHIPPED
    rules.add(tools, FILES)
    rules.activate(tools, VERSION, "zahra")
    ready = threading.Event()
    compiled = tools_module.RuleBook._read

    def slowly(book: Any, version: str) -> Any:
        ready.wait(10)
        return compiled(book, version)

    monkeypatch.setattr(tools_module.RuleBook, "_read", slowly)
    for _ in range(3):
        code = make.register(tools)["tracking_code"]
        assert letter(tools, code).rules_version == SHIPPED
    ready.set()
    assert notices(tools, VERSION)


def test_an_idle_process_notices_too(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools_module, "_REFERENCE_SECONDS", 0.0)
    monkeypatch.setattr(tools_module, "_WATCH_SECONDS", 0.01)
    idle, busy, stop = line(), line(), threading.Event()
    watch = keep_current(idle, stop)
    rules.add(busy, FILES)
    rules.activate(busy, VERSION, "zahra")
    assert soon(lambda: idle.rule_book.in_use.version == VERSION)
    stop.set()
    watch.join(5)


def test_who_watches_survives_a_database_that_is_away(
    line: Line, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tools_module, "_REFERENCE_SECONDS", 0.0)
    monkeypatch.setattr(tools_module, "_WATCH_SECONDS", 0.01)
    idle, stop = line(), threading.Event()
    reading, away = tools_module.reference.read, threading.Event()
    away.set()

    def read(session: Any) -> Any:
        if away.is_set():
            raise OperationalError("select", {}, Exception("away"))
        return reading(session)

    monkeypatch.setattr(tools_module.reference, "read", read)
    watch = keep_current(idle, stop)
    assert soon(lambda: "database away" in caplog.text)
    away.clear()
    assert soon(lambda: idle.book.opened)
    stop.set()
    watch.join(5)


BROKEN = [
    {"lexicon.yaml": "nonsense: 1", "rules.yaml": "[]"},
    {"rules.yaml": FILES["rules.yaml"]},
    {"lexicon.yaml": 1, "rules.yaml": 2},
    [],
    None,
]


@pytest.mark.parametrize("content", BROKEN)
def test_rules_that_do_not_load_never_take_the_place_of_those_in_use(
    tools: Tools, content: Any, caplog: pytest.LogCaptureFixture
) -> None:
    assert tools.rules.version == SHIPPED
    drafts.store(tools, "0badc0ffee00", content)
    drafts.put_in_charge(tools, "0badc0ffee00")
    for _ in range(5):
        code = make.register(tools)["tracking_code"]
        assert letter(tools, code).rules_version == SHIPPED
    assert soon(lambda: "0badc0ffee00" in caplog.text)
    time.sleep(0.05)
    tools.book.current()
    told = [record for record in caplog.records if "0badc0ffee00" in record.getMessage()]
    assert [record.levelno for record in told] == [logging.ERROR]
    assert SHIPPED in told[0].getMessage()


@pytest.mark.parametrize("content", BROKEN)
def test_a_process_that_starts_with_rules_that_do_not_load_uses_its_own_and_the_doctor_says_so(
    tools: Tools, content: Any
) -> None:
    drafts.store(tools, "0badc0ffee00", content)
    drafts.put_in_charge(tools, "0badc0ffee00")
    code = make.register(tools)["tracking_code"]
    assert letter(tools, code).rules_version == SHIPPED
    with tools.sessions() as session:
        checks = doctor.examine(session)["checks"]
    assert {name for name, n in checks.items() if n} == {"active rule set that does not load"}
    rules.activate(tools, SHIPPED[:4], "zahra")
    assert_healthy(tools)


def test_rules_stored_by_an_older_program_decide_under_the_version_they_are_stored_by(
    tools: Tools,
) -> None:
    drafts.store(tools, "01de5caf01de", FILES)
    rules.activate(tools, "01de", "zahra")
    code = make.register(tools)["tracking_code"]
    found = letter(tools, code)
    assert (found.owner_code, found.rules_version) == ("welfare", "01de5caf01de")
    assert_healthy(tools)


def test_to_add_the_same_content_twice_stores_it_once(tools: Tools) -> None:
    added = [rules.add(tools, files) for files in (FILES, FILES)]
    assert [(stored.version, stored.new) for stored in added] == [(VERSION, True), (VERSION, False)]
    assert rows(
        tools, "select content from rule_sets where version = :version", version=VERSION
    ) == [(FILES,)]
    assert drafts.active(tools) == (SHIPPED, "program")


def test_rules_that_do_not_load_are_neither_stored_nor_activated(tools: Tools) -> None:
    with pytest.raises(BadRules, match=r"rules\.yaml:"):
        rules.add(tools, FILES | {"rules.yaml": FILES["rules.yaml"].replace("welfare", "bakery")})
    drafts.store(tools, "0badc0ffee00", BROKEN[0])
    with pytest.raises(BadRules, match=r"0badc0ffee00: lexicon\.yaml:"):
        rules.activate(tools, "0bad", "zahra")
    assert drafts.active(tools) == (SHIPPED, "program")
    assert database.count(tools, "rule_sets") == 2


def test_a_version_is_activated_by_a_prefix_that_means_one_only(tools: Tools) -> None:
    for twin in ("abcd00000000", "abcd11111111"):
        drafts.store(tools, twin, FILES)
    with pytest.raises(Ambiguous, match="abcd00000000, abcd11111111"):
        rules.activate(tools, "abcd", "zahra")
    for unknown in ("ffff", "abc%", "____"):
        with pytest.raises(UnknownVersion):
            rules.activate(tools, unknown, "zahra")
    assert rules.activate(tools, "abcd1", "zahra")["version"] == "abcd11111111"


@pytest.mark.parametrize("name", ["", "  ", "program", "x" * 81, "x\x00"])
def test_who_activates_has_a_name_of_ones_own(tools: Tools, name: str) -> None:
    with pytest.raises(Invalid):
        rules.activate(tools, SHIPPED, name)
    assert database.count(tools, "rule_activations") == 1


def test_an_activation_is_an_event_that_belongs_to_no_letter(tools: Tools) -> None:
    rules.add(tools, FILES)
    told = rules.activate(tools, VERSION, " zahra ")
    assert (told["version"], told["before"], told["activated_by"]) == (VERSION, SHIPPED, "zahra")
    events = rows(tools, "select kind, actor, data, correspondence_id from events")
    assert events == [("rules_activated", "administrator:zahra", {"rules": VERSION}, None)]
