"""What people's acts teach: every return and every referral is kept as an example."""

from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from app.actions import answer, refer
from app.actors import Forbidden
from app.ids import new_id
from app.lifecycle import IllegalMove
from app.queries import replay
from app.queries.replay import Past
from app.tools import Tools
from routing.facts import Letter
from routing.loading import default_rules
from tests import make
from tests.app import database
from tests.app.database import letter, rows

MELLI, MELLAT = make.staff("bank-melli"), make.staff("bank-mellat")


def kept(tools: Tools, code: str) -> list[tuple[Any, ...]]:
    found = rows(
        tools,
        "select x.kind, x.agency_code, x.decided_by from routing_examples x "
        "join correspondences c on c.id = x.correspondence_id "
        "where c.tracking_code = :code order by x.at, x.id",
        code=code,
    )
    return [tuple(row) for row in found]


def test_a_return_teaches_what_is_wrong_and_a_referral_what_is_right(tools: Tools) -> None:
    code = make.register(tools)["tracking_code"]
    assert kept(tools, code) == []
    refer.give_back(tools, MELLI, code, "مشتری ما نیست")
    refer.refer(tools, make.TRIAGE, code, "welfare", "کمک")
    assert kept(tools, code) == [
        ("returned", "bank-melli", MELLI.ref),
        ("referred", "welfare", make.TRIAGE.ref),
    ]
    versions = rows(tools, "select distinct rules_version, province from routing_examples")
    assert versions == [(default_rules().version, "kermanshah")]
    stamps = rows(tools, "select at from routing_examples order by at")
    told = rows(tools, "select at from events where kind in ('returned', 'referred') order by at")
    assert stamps == told


def test_what_is_refused_and_what_is_no_judgement_teaches_nothing(tools: Tools) -> None:
    code = make.register(tools)["tracking_code"]
    refer.claim(tools, MELLI, code)
    with pytest.raises(Forbidden):
        refer.give_back(tools, make.TRIAGE, code, "اشتباه")
    with pytest.raises(IllegalMove):
        refer.refer(tools, make.SUPERVISOR, code, "welfare", "کمک")
    answer.answer(tools, MELLI, code, "done", "پرداخت شد.")
    assert database.count(tools, "routing_examples") == 0


@pytest.mark.parametrize(
    "statement",
    [
        "update routing_examples set agency_code = 'welfare'",
        "delete from routing_examples",
        "truncate routing_examples",
        "update rule_activations set activated_by = 'x'",
        "delete from rule_activations",
        "truncate rule_activations",
        "update rule_sets set content = '{}'",
        "delete from rule_sets",
    ],
)
def test_examples_activations_and_rule_sets_are_only_added_to(tools: Tools, statement: str) -> None:
    code = make.register(tools)["tracking_code"]
    refer.give_back(tools, MELLI, code, "مشتری ما نیست")
    with pytest.raises(IntegrityError, match="append-only"):
        database.change(tools, statement)


@pytest.mark.parametrize(
    ("column", "value", "guard"),
    [
        ("kind", "liked", "ck_routing_examples_kind"),
        ("agency_code", "triage", "ck_routing_examples_agency"),
        ("agency_code", "moon", "fk_routing_examples_agency_code"),
        ("rules_version", "none", "fk_routing_examples_rules_version"),
    ],
)
def test_the_database_refuses_an_example_that_teaches_nothing(
    tools: Tools, column: str, value: str, guard: str
) -> None:
    make.register(tools)
    values = {"kind": "'returned'", "agency_code": "'welfare'", "rules_version": "rules_version"}
    values[column] = f"'{value}'"
    with pytest.raises(IntegrityError, match=guard):
        database.change(
            tools,
            "insert into routing_examples (id, province, correspondence_id, decided_by, at, "
            f"{', '.join(values)}) select gen_random_uuid(), province, id, 'x', now(), "
            f"{', '.join(values.values())} from correspondences",
        )


def past(
    *examples: tuple[str, str], before: str = "bank-melli", suggestion: str | None = None
) -> Past:
    citizen = new_id()
    return Past("1", citizen, Letter("وام"), before, suggestion, examples)


@pytest.mark.parametrize(
    ("said", "truth", "wrong"),
    [
        (past(), None, set()),
        (past(("returned", "bank-melli")), None, {"bank-melli"}),
        (past(("returned", "bank-melli"), ("referred", "welfare")), "welfare", {"bank-melli"}),
        (past(("returned", "bank-melli"), ("referred", "bank-melli")), "bank-melli", set()),
        (
            past(("referred", "bank-melli"), ("returned", "bank-melli")),
            "bank-melli",
            {"bank-melli"},
        ),
        (
            past(("referred", "bank-refah"), ("referred", "welfare"), before="triage"),
            "welfare",
            {"bank-refah"},
        ),
        (
            past(("referred", "welfare"), before="triage", suggestion="relief-committee"),
            "welfare",
            {"relief-committee"},
        ),
        (past(("referred", "welfare"), before="triage", suggestion="welfare"), "welfare", set()),
    ],
)
def test_the_newest_word_counts(said: Past, truth: str | None, wrong: set[str]) -> None:
    assert (said.truth, said.wrong) == (truth, frozenset(wrong))


def test_a_stored_letter_is_read_as_routing_saw_it(tools: Tools) -> None:
    """The form's fields and the key of the allotment too."""
    national_id = make.national_id(7)
    code = make.register(
        tools,
        citizen={"national_id": national_id},
        fields={"bank": "bank-mellat", "covered_by": "welfare"},
        channel="electronic",
    )["tracking_code"]
    with tools.sessions() as session:
        span = replay.span(session, None)
    (found,) = next(replay.pages(tools, span))
    key = tools.vault.index("allotment", national_id).hex()
    assert found.letter == Letter(make.LOAN, "electronic", "bank-mellat", "welfare", key)
    assert (found.tracking_code, found.before) == (code, letter(tools, code).owner_code)
