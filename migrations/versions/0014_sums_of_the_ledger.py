"""the ledger's sums: kept by every row that changes what is counted, folded by the poller

Nobody waits for a counter: each row that comes, changes or goes adds a small row to
`ledger_entries` in its own transaction. The poller folds them into `ledger_sums`. What is read is
the sum of both, so it is exact at any moment. `ledger_recount` counts everything anew; rows from
before this migration are summed up by it.

The index of owed receipts keeps their state, so that they are counted by state without reading them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

OWED = "state in ('held', 'undelivered', 'failed', 'blocked', 'rejected', 'suppressed')"
KEY = ("day", "province", "channel", "owner_code", "status")
SUMS = (
    "received", "letters", "referred", "answered", "callbacks", "waiting", "notices", "receipts",
    "sent",
)  # fmt: skip

# Each table: its day, its other keys, what one row counts, which rows count at all, and when a
# change of a row changes a sum. {r} is the row. By row, not by statement: a letter alone pays 32
# microseconds for all its entries instead of 70.
DAY_OF_RECEIPT = """
    if {r}.stage = 'registered' then  -- written with its letter
        at := {r}.created_at;
    elsif {r}.correspondence_id is not null then
        at := (select c.registered_at from correspondences c where c.id = {r}.correspondence_id);
    elsif {r}.callback_id is not null then
        at := (select b.created_at from callbacks b where b.id = {r}.callback_id);
    else
        at := (select c.registered_at from notices n
                 join correspondences c on c.id = n.correspondence_id where n.id = {r}.notice_id);
    end if;"""
DAY_OF_NOTICE = """
    at := (select c.registered_at from correspondences c where c.id = {r}.correspondence_id);"""
COUNTED = {
    "correspondences": (
        "at := {r}.registered_at;",
        ("channel", "owner_code", "status"),
        {
            "letters": "1",
            "referred": "({r}.owner_code <> 'triage' or {r}.returns > 0 "
            "or {r}.objected_at is not null)::int",
            "answered": "({r}.answered_at is not null)::int",
        },
        "true",
        """(old.status, old.owner_code, old.channel, old.province, old.registered_at,
            old.returns > 0, old.objected_at is null, old.answered_at is null) is distinct from
           (new.status, new.owner_code, new.channel, new.province, new.registered_at,
            new.returns > 0, new.objected_at is null, new.answered_at is null)""",
    ),
    "events": (
        "at := {r}.at;",
        (),
        {"received": "({r}.kind = 'registered')::int"},
        "{r}.kind = 'registered'",
        "old.kind = 'registered' or new.kind = 'registered'",
    ),
    "callbacks": (
        "at := {r}.created_at;",
        (),
        {"callbacks": "1", "waiting": "({r}.state in ('waiting', 'offered'))::int"},
        "true",
        "(old.state, old.created_at, old.province)"
        " is distinct from (new.state, new.created_at, new.province)",
    ),
    "notices": (
        DAY_OF_NOTICE,
        (),
        {"notices": "1"},
        "true",
        "(old.correspondence_id, old.province)"
        " is distinct from (new.correspondence_id, new.province)",
    ),
    "receipts": (
        DAY_OF_RECEIPT,
        (),
        {"receipts": "1", "sent": "({r}.message_id is not null)::int"},
        "true",
        """(old.message_id is null, old.province, old.stage, old.created_at,
            old.correspondence_id, old.callback_id, old.notice_id) is distinct from
           (new.message_id is null, new.province, new.stage, new.created_at,
            new.correspondence_id, new.callback_id, new.notice_id)""",
    ),
}

ENTER = """
    if tg_op <> '{not_at}' then{day}
        insert into ledger_entries (day, province, {columns})
        values ((coalesce(at, now()) at time zone 'Asia/Tehran')::date, {values});
    end if;"""
FUNCTION = """
create function ledger_of_{table}() returns trigger language plpgsql as $$
declare
    at timestamptz;
begin{entered}
    return null;
end $$;

create trigger ledger_came after insert on {table}
    for each row when ({which_new}) execute function ledger_of_{table}();
create trigger ledger_went after delete on {table}
    for each row when ({which_old}) execute function ledger_of_{table}();
create trigger ledger_changed after update on {table}
    for each row when ({changed}) execute function ledger_of_{table}();
"""

# Always: who switches the other triggers off (session_replication_role) is counted, too.
ALWAYS = "alter table {table} enable always trigger {trigger}"
TRIGGERS = ("ledger_came", "ledger_went", "ledger_changed")

# What is counted beside the letters and their own receipts.
BESIDE = """
create view ledger_recount_beside as
select (e.at at time zone 'Asia/Tehran')::date as day, e.province, '' as channel, '' as owner_code,
       '' as status, count(*) as received, 0 as letters, 0 as referred, 0 as answered,
       0 as callbacks, 0 as waiting, 0 as notices, 0 as receipts, 0 as sent
from events e where e.kind = 'registered' group by 1, 2
union all
select (b.created_at at time zone 'Asia/Tehran')::date, b.province, '', '', '',
       0, 0, 0, 0, count(*), count(*) filter (where b.state in ('waiting', 'offered')), 0, 0, 0
from callbacks b group by 1, 2
union all
select (c.registered_at at time zone 'Asia/Tehran')::date, n.province, '', '', '',
       0, 0, 0, 0, 0, 0, count(*), 0, 0
from notices n join correspondences c on c.id = n.correspondence_id group by 1, 2
union all
select (b.created_at at time zone 'Asia/Tehran')::date, r.province, '', '', '',
       0, 0, 0, 0, 0, 0, 0, count(*), count(r.message_id)
from receipts r join callbacks b on b.id = r.callback_id group by 1, 2
union all
select (c.registered_at at time zone 'Asia/Tehran')::date, r.province, '', '', '',
       0, 0, 0, 0, 0, 0, 0, count(*), count(r.message_id)
from receipts r join notices n on n.id = r.notice_id
join correspondences c on c.id = n.correspondence_id group by 1, 2
"""

RECOUNT = """
create view ledger_recount as
with counted as (
    select (c.registered_at at time zone 'Asia/Tehran')::date as day, c.province, c.channel,
           c.owner_code, c.status, 0 as received, count(*) as letters,
           count(*) filter (where c.owner_code <> 'triage' or c.returns > 0
                                  or c.objected_at is not null) as referred,
           count(c.answered_at) as answered, 0 as callbacks, 0 as waiting, 0 as notices,
           0 as receipts, 0 as sent
    from correspondences c group by 1, 2, 3, 4, 5
    union all
    select (c.registered_at at time zone 'Asia/Tehran')::date, r.province, '', '', '',
           0, 0, 0, 0, 0, 0, 0, count(*), count(r.message_id)
    from receipts r join correspondences c on c.id = r.correspondence_id group by 1, 2
    union all
    select * from ledger_recount_beside
),
days as (
    select day, province, channel, owner_code, status, {sums}
    from counted group by day, province, channel, owner_code, status
)
select * from days
union all
select '-infinity', province, channel, owner_code, status, {sums}
from days group by province, channel, owner_code, status
"""

# How many days and places there are, so that millions of rows are grouped in parallel.
STATISTICS = (
    """create statistics st_correspondences_places (ndistinct)
       on ((registered_at at time zone 'Asia/Tehran')::date), province, channel, owner_code, status,
          call_day from correspondences""",
    """create statistics st_events_day on ((at at time zone 'Asia/Tehran')::date) from events""",
)

# Some thousand rows come and go each second: their room is to be found again soon.
VACUUM = """
alter table ledger_entries set (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
    autovacuum_vacuum_cost_delay = 0);
alter table ledger_sums set (fillfactor = 50);
"""


def upgrade() -> None:
    op.create_table("ledger_entries", *_columns(sa.Integer))
    op.create_table(
        "ledger_sums",
        *_columns(sa.BigInteger),
        sa.PrimaryKeyConstraint(*KEY, name=op.f("pk_ledger_sums")),
    )
    op.execute(VACUUM)
    _index_of_owed(include=["state"])
    # Nothing is written between the triggers and the first sums.
    op.execute(f"lock table {', '.join(COUNTED)} in share row exclusive mode")
    for table, counted in COUNTED.items():
        op.execute(_triggers(table, *counted))
        for trigger in TRIGGERS:
            op.execute(ALWAYS.format(table=table, trigger=trigger))
    for statistics in STATISTICS:
        op.execute(statistics)
    op.execute(BESIDE)
    op.execute(RECOUNT.format(sums=", ".join(f"sum({name})::bigint as {name}" for name in SUMS)))
    columns = ", ".join(KEY + SUMS)
    op.execute(f"insert into ledger_sums ({columns}) select {columns} from ledger_recount")


def downgrade() -> None:
    _index_of_owed(include=[])
    op.execute("drop statistics st_events_day, st_correspondences_places")
    op.execute("drop view ledger_recount")
    op.execute("drop view ledger_recount_beside")
    for table in COUNTED:
        for trigger in TRIGGERS:
            op.execute(f"drop trigger {trigger} on {table}")
        op.execute(f"drop function ledger_of_{table}()")
    op.drop_table("ledger_sums")
    op.drop_table("ledger_entries")


def _index_of_owed(include: list[str]) -> None:
    op.drop_index("ix_receipts_owed", table_name="receipts")
    op.create_index(
        "ix_receipts_owed",
        "receipts",
        ["created_at", "id"],
        postgresql_include=include,
        postgresql_where=sa.text(OWED),
    )


def _columns(number: type[sa.Integer]) -> list[sa.Column]:
    texts = [sa.Column(key, sa.Text(), nullable=False, server_default="") for key in KEY[2:]]
    sums = [sa.Column(name, number(), nullable=False, server_default="0") for name in SUMS]
    keys = [
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
    ]
    return [*keys, *texts, *sums]


def _triggers(
    table: str, day: str, keys: tuple[str, ...], sums: dict[str, str], which: str, changed: str
) -> str:
    def entered(row: str, not_at: str, sign: str) -> str:
        values = [f"{row}.{key}" for key in ("province", *keys)]
        values += [f"{sign}{part.format(r=row)}" for part in sums.values()]
        columns = ", ".join([*keys, *sums])
        told = {"not_at": not_at, "columns": columns, "values": ", ".join(values)}
        return ENTER.format(day="\n    " + day.format(r=row).strip(), **told)

    return FUNCTION.format(
        table=table,
        entered=entered("old", "INSERT", "-") + entered("new", "DELETE", ""),
        which_new=which.format(r="new"),
        which_old=which.format(r="old"),
        changed=changed,
    )
