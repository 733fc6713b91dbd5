"""Who the citizens are stands nowhere in clear, and can be opened only where it was sealed."""

import json

import pytest
from sqlalchemy import text

from app.actions import callbacks, importing, intake, outbox
from app.actions.intake import Request
from app.files import Record
from app.models.tables import METADATA
from app.persian import persian_digits
from app.tools import Tools
from app.vault import Place, Tampered
from tests import make
from tests.app import database
from tests.app.fakes import FakeGateway

ID, MOBILE, FIRST, LAST = make.national_id(7), make.mobile(4321), "گلابتون", "زرین‌کفش"
CITIZEN = {"national_id": ID, "mobile": MOBILE, "first_name": FIRST, "last_name": LAST}


def everything(tools: Tools) -> str:
    """All rows of all tables as text, bytes as PostgreSQL shows them: in hexadecimal."""
    with tools.sessions() as session:
        found = [
            str(row)
            for table in METADATA.sorted_tables
            for row in session.scalars(text(f"select t::text from {table.name} t"))
        ]
    return "\n".join(found)


def test_identity_data_is_nowhere_in_clear(tools: Tools) -> None:
    database.change(
        tools,
        "insert into call_days (province, day, cap) "
        "values ('kermanshah', (now() at time zone 'Asia/Tehran')::date, 1)",
    )
    for number, channel in enumerate(("letter", "call", "call")):
        body = make.payload(channel=channel, citizen=CITIZEN)
        intake.register(tools, Request(make.OPERATOR, f"a-key-{number}", body))
    assert database.count(tools, "callbacks") == 1
    row = Record(2, make.payload(citizen=CITIZEN), external_id=ID)
    assert [tally.registered for tally in importing.load(tools, [row], None)] == [1]
    outbox.drain(tools, FakeGateway(), 2, 5)

    kept = everything(tools)
    bare = MOBILE.removeprefix("0")
    for clear in (ID, ID.lstrip("0"), bare, persian_digits(ID), persian_digits(bare), FIRST, LAST):
        assert clear not in kept
        assert clear.encode().hex() not in kept
        assert json.dumps(clear)[1:-1] not in kept
    assert make.LOAN in kept


def test_who_is_called_back_is_whom_we_spoke_with(tools: Tools) -> None:
    database.change(
        tools,
        "insert into call_days (province, day, cap) "
        "values ('kermanshah', (now() at time zone 'Asia/Tehran')::date, 0)",
    )
    make.register(tools, channel="call", citizen=CITIZEN)
    waiting = database.rows(tools, "select id, due_on from callbacks")[0]
    database.days_pass(tools, (waiting.due_on - database.today(tools)).days)
    callbacks.reached(tools, make.OPERATOR, waiting.id)
    found = database.rows(tools, "select * from correspondences")[0]
    opened = {
        name: tools.vault.open(
            getattr(found, f"{name}_sealed"), Place("correspondences", name, found.id)
        )
        for name in ("mobile", "first_name", "last_name")
    }
    assert opened == {"mobile": "+98" + MOBILE[1:], "first_name": FIRST, "last_name": LAST}
    citizen = database.rows(tools, "select * from citizens")[0]
    place = Place("citizens", "national_id", citizen.id)
    assert tools.vault.open(citizen.national_id_sealed, place) == ID


def test_a_sealed_value_can_not_be_moved_to_another_row_or_column(tools: Tools) -> None:
    for _ in range(2):
        make.register(tools)
    mine, other = database.rows(tools, "select * from correspondences")
    for place in (
        Place("correspondences", "mobile", other.id),
        Place("correspondences", "last_name", mine.id),
        Place("callbacks", "mobile", mine.id),
    ):
        with pytest.raises(Tampered):
            tools.vault.open(mine.mobile_sealed, place)
