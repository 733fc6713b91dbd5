"""what a registration pays for and nobody needs: empty entries of indexes, checks made twice

An index over a column that is mostly empty holds an entry for each empty row; partial ones don't.
The agency of an open referral is its letter's owner (`one_owner`), whose code is checked already,
and versions of rules are never deleted; to check both anew held the same few rows locked by all
who register at once. One owner is looked up by one query in place of two.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ONE_OWNER = """
create or replace function check_one_owner(letter uuid) returns void language plpgsql as $$
declare
    found_status text;
    found_owner text;
    open_owner text;
begin
    -- uq_referrals_open: there is at most one open referral
    select c.status, c.owner_code, r.agency_code into found_status, found_owner, open_owner
      from correspondences c
      left join referrals r on r.correspondence_id = c.id and r.ended_at is null
     where c.id = letter;
    if found_status in ('closed', 'merged') then
        if open_owner is not null then
            raise exception 'correspondence % is % and still has an open referral',
                letter, found_status using errcode = 'check_violation', constraint = 'one_owner';
        end if;
    elsif open_owner is distinct from found_owner then
        raise exception 'correspondence % must have exactly one open referral, to its owner %',
            letter, found_owner using errcode = 'check_violation', constraint = 'one_owner';
    end if;
end $$;
"""

TWO_QUERIES = """
create or replace function check_one_owner(letter uuid) returns void language plpgsql as $$
declare
    found_status text;
    found_owner text;
    open_owners text[];
begin
    select status, owner_code into found_status, found_owner
      from correspondences where id = letter;
    if not found then
        return;
    end if;
    select coalesce(array_agg(agency_code), '{}') into open_owners
      from referrals where correspondence_id = letter and ended_at is null;
    if found_status in ('closed', 'merged') then
        if open_owners <> '{}' then
            raise exception 'correspondence % is % and still has an open referral',
                letter, found_status using errcode = 'check_violation', constraint = 'one_owner';
        end if;
    elsif open_owners <> array[found_owner] then
        raise exception 'correspondence % must have exactly one open referral, to its owner %',
            letter, found_owner using errcode = 'check_violation', constraint = 'one_owner';
    end if;
end $$;
"""


def upgrade() -> None:
    op.execute(ONE_OWNER)
    op.drop_constraint("uq_receipts_callback_id_stage", "receipts")
    op.drop_constraint("uq_receipts_message_id_provider", "receipts")
    _unique_where_there_is_one("callback_id", "stage")
    _unique_where_there_is_one("message_id", "provider")
    op.drop_constraint("fk_correspondences_rules_version_rule_sets", "correspondences")
    op.drop_constraint("fk_referrals_agency_code_agencies", "referrals")


def _unique_where_there_is_one(column: str, beside: str) -> None:
    op.create_index(
        f"uq_receipts_{column}_{beside}",
        "receipts",
        [column, beside],
        unique=True,
        postgresql_where=sa.text(f"{column} is not null"),
    )


def downgrade() -> None:
    op.create_foreign_key(
        "fk_referrals_agency_code_agencies", "referrals", "agencies", ["agency_code"], ["code"]
    )
    op.create_foreign_key(
        "fk_correspondences_rules_version_rule_sets",
        "correspondences",
        "rule_sets",
        ["rules_version"],
        ["version"],
    )
    for column, beside in (("message_id", "provider"), ("callback_id", "stage")):
        name = f"uq_receipts_{column}_{beside}"
        op.drop_index(name, "receipts")
        op.create_unique_constraint(name, "receipts", [column, beside])
    op.execute(TWO_QUERIES)
