"""Migrations: up, down, and nothing between the schema and the models."""

import re
from importlib.resources import files

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from app import db, migrating
from app.models.tables import METADATA


@pytest.fixture
def engine(empty_url: str) -> Engine:
    return db.engine("postgresql+psycopg://" + empty_url.partition("://")[2])


def numbers() -> list[str]:
    folder = files("migrations") / "versions"
    names = [f.name for f in folder.iterdir() if re.match(r"\d{4}_", f.name)]
    return sorted(name[:4] for name in names)


def shape(engine: Engine) -> dict[str, object]:
    """Tables with columns, indexes and checks; functions and triggers."""
    found: dict[str, object] = {}
    inspector = inspect(engine)
    for table in inspector.get_table_names():
        found[table] = (
            sorted(
                (c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(table)
            ),
            sorted(str(i) for i in inspector.get_indexes(table)),
            sorted(str(c) for c in inspector.get_check_constraints(table)),
        )
    with engine.connect() as connection:
        found["triggers"] = connection.execute(
            text(
                "select tgname, tgrelid::regclass::text from pg_trigger"
                " where not tgisinternal order by 1, 2"
            )
        ).all()
    return found


def test_the_folder_reads_as_history() -> None:
    assert numbers() == [f"{n:04d}" for n in range(1, len(numbers()) + 1)]
    assert numbers()[-1] == migrating.CODE_HEAD


def test_the_models_say_what_the_migrations_made(engine: Engine) -> None:
    migrating.upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_every_migration_can_be_undone_and_done_again(engine: Engine) -> None:
    shapes = {}
    for number in numbers():
        migrating.upgrade(engine, number)
        shapes[number] = shape(engine)
    for number, earlier in zip(reversed(numbers()), ["base", *numbers()][-2::-1], strict=False):
        assert shape(engine) == shapes[number]
        migrating.downgrade(engine, earlier)
    left = set(inspect(engine).get_table_names())
    assert left <= {"alembic_version"}
    migrating.upgrade(engine)
    assert shape(engine) == shapes[numbers()[-1]]
    engine.dispose()


def test_upgrading_twice_is_harmless(engine: Engine) -> None:
    migrating.upgrade(engine)
    migrating.upgrade(engine)
    engine.dispose()


# A letter that two agencies returned, with an officer's referral between, one that an officer
# decided, and one that nobody touched: as they stood before examples were kept.
OLD = """
insert into agencies (code, province, name, sms_name, deadline_days) values
    ('triage', 'k', 't', 't', 2), ('welfare', 'k', 'w', 'w', 10), ('bank-melli', 'k', 'm', 'm', 10);
insert into rule_sets (version, province, content, created_at) values ('v1', 'k', '{}', now());
insert into citizens (id, province, national_id_index, national_id_sealed, created_at, seen_at)
    values ('00000000-0000-0000-0000-000000000001', 'k', 'x', 'x', now(), now());
insert into correspondences (
    id, province, tracking_code, citizen_id, channel, source, text, mobile_sealed, mobile_index,
    first_name_sealed, last_name_sealed, status, owner_code, due_at, decision, rules_version,
    registered_at, received_at)
select cast('00000000-0000-0000-0000-00000000001' || n as uuid), 'k', '1000000000000' || n,
       '00000000-0000-0000-0000-000000000001', 'letter', 'api', 'x', 'x', 'x', 'x', 'x',
       case n when 1 then 'triage' else 'referred' end,
       case n when 1 then 'triage' when 2 then 'welfare' else 'bank-melli' end,
       now(), '{}', 'v1', '2026-11-01', '2026-11-01'
from generate_series(1, 3) n;
insert into referrals (
    id, province, correspondence_id, agency_code, decided_by, reason, opened_at, due_at, ended_at,
    end_reason)
select gen_random_uuid(), 'k', cast('00000000-0000-0000-0000-00000000001' || n as uuid), agency,
       by, 'x', cast(opened as timestamptz), now(), cast(ended as timestamptz), why
from (values
    (1, 'bank-melli', 'system', '2026-11-01', '2026-11-02', 'returned'),
    (1, 'triage', 'user:melli', '2026-11-02', '2026-11-03', 'referred'),
    (1, 'welfare', 'user:zahra', '2026-11-03', '2026-11-05', 'returned'),
    (1, 'triage', 'user:ali', '2026-11-05', null, null),
    (2, 'triage', 'system', '2026-11-01', '2026-11-04', 'referred'),
    (2, 'welfare', 'token:reza', '2026-11-04', null, null),
    (3, 'bank-melli', 'system', '2026-11-01', null, null)
) stays(n, agency, by, opened, ended, why);
"""


def test_examples_begin_with_what_the_referrals_tell(engine: Engine) -> None:
    migrating.upgrade(engine, "0002")
    with engine.begin() as connection:
        connection.execute(text(OLD))
    migrating.upgrade(engine, "0003")
    with engine.connect() as connection:
        kept = connection.execute(
            text(
                "select right(correspondence_id::text, 1)::int, kind, agency_code, decided_by, "
                "to_char(at at time zone 'UTC', 'MM-DD'), rules_version, province "
                "from routing_examples order by at"
            )
        ).all()
    assert kept == [
        (1, "returned", "bank-melli", "user:melli", "11-02", "v1", "k"),
        (1, "referred", "welfare", "user:zahra", "11-03", "v1", "k"),
        (2, "referred", "welfare", "token:reza", "11-04", "v1", "k"),
        (1, "returned", "welfare", "user:ali", "11-05", "v1", "k"),
    ]
    migrating.downgrade(engine, "0002")
    migrating.upgrade(engine, "0003")
    engine.dispose()


# Three SMS of citizens as they stood when a reply was a part of them: one without a reply, one
# whose reply waits, one whose reply is being sent.
OLD_REPLIES = """
insert into inbound_messages (message_id, at, mobile_index, wish, correspondence_id, reply,
                              local_id, attempts, not_before, fence, lease_until, reason, province)
select n, '2026-11-01', 'x', 'status',
       case when n > 1 then cast('00000000-0000-0000-0000-000000000011' as uuid) end,
       (array['none', 'pending', 'sending'])[n], case when n > 1 then 100000000000000 + n end,
       n - 1, '2026-11-02', case when n = 3 then gen_random_uuid() end,
       case when n = 3 then timestamptz '2026-11-03' end, case when n = 2 then 'away' end, 'k'
from generate_series(1, 3) n
"""
KEPT_REPLIES = """
select message_id, reply, local_id, attempts, not_before, fence, lease_until, reason
from inbound_messages order by 1
"""


def test_replies_move_to_a_table_of_their_own_and_back(engine: Engine) -> None:
    migrating.upgrade(engine, "0002")
    with engine.begin() as connection:
        connection.execute(text(OLD))
    migrating.upgrade(engine, "0009")
    with engine.begin() as connection:
        connection.execute(text(OLD_REPLIES))
        before = connection.execute(text(KEPT_REPLIES)).all()
    migrating.upgrade(engine, "0010")
    with engine.begin() as connection:
        moved = connection.execute(
            text(
                "select inbound_id, kind, state, local_id, attempts, not_before, fence, "
                "lease_until, reason, to_char(expires_at at time zone 'UTC', 'MM-DD HH24') "
                "from messages order by inbound_id"
            )
        ).all()
        connection.execute(text("update correspondences set source = 'citizen'"))
    assert [tuple(row) for row in moved] == [
        (n, "reply", state, *rest, "11-01 12") for n, state, *rest in before if state != "none"
    ]
    migrating.downgrade(engine, "0009")
    with engine.connect() as connection:
        after = connection.execute(text(KEPT_REPLIES)).all()
        sources = connection.scalars(text("select distinct source from correspondences")).all()
    assert [tuple(row)[:4] for row in after] == [tuple(row)[:4] for row in before]
    assert after[1:] == before[1:]  # of a message without a reply only its own moment is left
    assert sources == ["form"]
    engine.dispose()


SUMMED = """
select day::text, owner_code, status, letters, referred from ledger_sums
where letters > 0 order by day, owner_code, status
"""


def test_letters_from_before_are_in_the_ledgers_sums(engine: Engine) -> None:
    migrating.upgrade(engine, "0002")
    with engine.begin() as connection:
        connection.execute(text(OLD))
    for _ in range(2):
        migrating.upgrade(engine)
        with engine.connect() as connection:
            summed = connection.execute(text(SUMMED)).all()
        assert summed == [
            (day, owner, status, 1, int(owner != "triage"))
            for day in ("-infinity", "2026-11-01")
            for owner, status in (
                ("bank-melli", "referred"), ("triage", "triage"), ("welfare", "referred"),
            )
        ]  # fmt: skip
        migrating.downgrade(engine, "0013")
    engine.dispose()
