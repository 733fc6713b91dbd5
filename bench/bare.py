"""A database without indexes, constraints and triggers while it is filled."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg

QUICK = (
    "-c synchronous_commit=off -c maintenance_work_mem=768MB -c work_mem=256MB -c timezone=UTC "
    "-c max_parallel_maintenance_workers=2 -c jit=off"
)
_CONSTRAINTS = """
select c.conrelid::regclass::text as tab, c.conname as name, c.contype as kind,
       pg_get_constraintdef(c.oid) as body
from pg_constraint c
where c.connamespace = 'public'::regnamespace and (
    c.conrelid = any(%(tables)s::regclass[]) and c.contype in ('p', 'u', 'f')
    or c.confrelid = any(%(tables)s::regclass[]) and c.contype = 'f')
order by c.contype = 'f' desc, 1, 2"""
_INDEXES = """
select i.tablename as tab, i.indexname as name, 'i' as kind, i.indexdef as body from pg_indexes i
where i.schemaname = 'public' and i.tablename = any(%(tables)s)
  and not exists (select from pg_constraint c where c.conname = i.indexname) order by 1, 2"""
_TRIGGERS = """
select tgrelid::regclass::text, tgname, tgenabled::text from pg_trigger
where not tgisinternal and tgenabled <> 'D' and tgrelid::regclass::text = any(%(tables)s)"""
_FINGERPRINT = """
select (select array_agg(i.indexdef order by i.indexname) from pg_indexes i
        where i.schemaname = 'public'),
       (select array_agg(concat_ws(' ', c.conrelid::regclass, c.conname, c.convalidated,
                                   pg_get_constraintdef(c.oid))
                         order by c.conrelid::regclass::text, c.conname)
        from pg_constraint c where c.connamespace = 'public'::regnamespace),
       (select array_agg(concat_ws(' ', tgrelid::regclass, tgname, tgenabled)
                         order by tgrelid::regclass::text, tgname)
        from pg_trigger where not tgisinternal)"""


@contextmanager
def bare(
    url: str, database: psycopg.Connection, names: Sequence[str], say: Callable[[str], None]
) -> Iterator[None]:
    """These tables without indexes, keys and triggers; at the end they are what they were.

    Raises RuntimeError if they are not.
    """
    before = database.execute(_FINGERPRINT).fetchone()
    tables = {"tables": list(names)}
    keys = database.execute(_CONSTRAINTS, tables).fetchall()
    indexes = database.execute(_INDEXES, tables).fetchall()
    for tab, name, _, _ in keys:
        database.execute(f"alter table {tab} drop constraint {name}".encode())
    for _, name, _, _ in indexes:
        database.execute(f"drop index {name}".encode())
    triggers = database.execute(_TRIGGERS, tables).fetchall()
    for table, trigger, _ in triggers:
        database.execute(f"alter table {table} disable trigger {trigger}".encode())
    yield
    for table, trigger, enabled in triggers:
        always = "always" if enabled == "A" else ""
        database.execute(f"alter table {table} enable {always} trigger {trigger}".encode())
    _dress(url, names, keys, indexes)
    say("indexes built, references checked")
    if database.execute(_FINGERPRINT).fetchone() != before:
        raise RuntimeError("the guards are not what they were")


def _dress(url: str, names: Sequence[str], keys: list[Any], indexes: list[Any]) -> None:
    """Two tables at a time; then the foreign keys, which read what is there."""
    add = "alter table {} add constraint {} {}"
    own = [
        [add.format(t, n, body) for t, n, kind, body in keys if kind != "f" and t == table]
        + [body for t, _, _, body in indexes if t == table]
        for table in names
    ]
    foreign = [add.format(t, n, body) for t, n, kind, body in keys if kind == "f"]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda work: _run(url, work), sorted(own, key=len, reverse=True)))
    _run(url, foreign)


def _run(url: str, statements: list[str]) -> None:
    with psycopg.connect(url, autocommit=True, options=QUICK) as own:
        for statement in statements:
            own.execute(statement.encode())
