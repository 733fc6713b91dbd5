"""A registration enters the database: citizen, correspondence, referral, events and receipts in
one statement, because each round trip costs more than a row; in the driver's own style of
parameters, because SQLAlchemy names and types all thirty of them anew each time."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.actions.registration import Registration
from app.actors import Actor
from app.db import Json, SessionFactory, at_once

# What follows `entry`, one row with the instant of registration, or none: then nothing is written.
_ROWS = """
citizen as (
    insert into citizens (id, province, national_id_index, national_id_sealed, created_at, seen_at)
    select %(citizen_id)s, %(province)s, %(national_id_index)s, %(national_id_sealed)s,
        entry.now, entry.now
    from entry
    on conflict (national_id_index) do update set seen_at = excluded.seen_at
    returning id
),
letter as (
    insert into correspondences (
        id, province, tracking_code, citizen_id, channel, source, text, county, fields,
        mobile_sealed, mobile_index, first_name_sealed, last_name_sealed, status, owner_code,
        due_at, urgent, decision, rules_version, registered_at, received_at, call_day, batch_id)
    select
        %(id)s, %(province)s, %(tracking_code)s, citizen.id, %(channel)s, %(source)s, %(text)s,
        %(county)s, cast(%(fields)s as jsonb), %(mobile_sealed)s, %(mobile_index)s,
        %(first_name_sealed)s, %(last_name_sealed)s, %(status)s, %(owner_code)s, %(due_at)s,
        %(urgent)s, cast(%(decision)s as jsonb), %(rules_version)s, entry.now,
        coalesce(%(received_at)s, entry.now), %(call_day)s, %(batch_id)s
    from entry, citizen
    returning id, registered_at as now
),
referral as (
    insert into referrals (
        id, province, correspondence_id, agency_code, decided_by, reason, opened_at, due_at)
    select %(referral_id)s, %(province)s, letter.id, %(owner_code)s, 'system', %(rule)s,
        letter.now, %(due_at)s
    from letter
),
story as (
    insert into events (at, province, correspondence_id, kind, actor, data)
    select letter.now, %(province)s, letter.id, e.kind, %(actor)s, e.data
    from letter, jsonb_to_recordset(cast(%(events)s as jsonb)) as e(kind text, data jsonb)
),
owed as (
    insert into receipts (
        id, province, correspondence_id, stage, local_id, text, not_before, created_at)
    select r.id, %(province)s, letter.id, r.stage, r.local_id, r.text,
        coalesce(r.not_before, letter.now), letter.now
    from letter, jsonb_to_recordset(cast(%(receipts)s as jsonb))
        as r(id uuid, stage text, local_id bigint, text text, not_before timestamptz)
)
select now from letter
"""

_WRITE = f"with entry as (select cast(%(now)s as timestamptz) as now),{_ROWS}"

# A key that is taken, or another day than the one that the deadline was counted from: no row.
_WRITE_ONCE = f"""
with entry as (
    insert into idempotency_keys (
        scope, key, province, request_hash, status, response, created_at)
    select %(actor)s, %(key)s, %(province)s, %(hash)s, 201, cast(%(response)s as json), clock.now
    from (select clock_timestamp() as now) as clock
    where (clock.now at time zone 'Asia/Tehran')::date = %(day)s
    on conflict (scope, key) do nothing
    returning created_at as now
),{_ROWS}"""  # noqa: S608 - statements of our own


def write(session: Session, registrations: Sequence[Registration], actor: Actor) -> None:
    """Insert all that belongs to them, each at the instant it was composed for.

    In the order of their citizens, so that two batches never wait for each other's.
    """
    ordered = sorted(registrations, key=lambda r: r.parameters["national_id_index"])
    rows = [r.parameters | {"actor": actor.ref} for r in ordered]
    session.connection().exec_driver_sql(_WRITE, rows[0] if len(rows) == 1 else rows)


def write_once(sessions: SessionFactory, made: Registration, entry: Json) -> bool:
    """The same for one, committed, with its idempotency key and at the database's own instant.

    False, and nothing written, when the key is taken or `entry["day"]` is not today. `entry` has
    `actor`, `key`, `hash`, `response` and `day`.
    """
    return at_once(sessions, _WRITE_ONCE, made.parameters | entry) is not None
