"""what PostgreSQL itself refuses: a letter without its one owner, an event changed afterwards

The owner is checked at COMMIT (deferred), because correspondence and referral are two rows.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OWNER = """
create function check_one_owner(letter uuid) returns void language plpgsql as $$
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

create function correspondence_owner_guard() returns trigger language plpgsql as $$
begin
    perform check_one_owner(new.id);
    return null;
end $$;

create function referral_owner_guard() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        perform check_one_owner(old.correspondence_id);
    end if;
    if tg_op <> 'DELETE' then
        perform check_one_owner(new.correspondence_id);
    end if;
    return null;
end $$;

create constraint trigger one_owner after insert or update of status, owner_code
    on correspondences deferrable initially deferred
    for each row execute function correspondence_owner_guard();

create constraint trigger one_owner after insert or update or delete
    on referrals deferrable initially deferred
    for each row execute function referral_owner_guard();
"""

APPEND_ONLY = """
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'check_violation';
end $$;

create trigger append_only before update or delete on events
    for each row execute function refuse_change();
create trigger append_only_all before truncate on events
    for each statement execute function refuse_change();
create trigger append_only before update or delete on event_seals
    for each row execute function refuse_change();
create trigger append_only_all before truncate on event_seals
    for each statement execute function refuse_change();
"""

UNDO = """
drop trigger append_only_all on event_seals;
drop trigger append_only on event_seals;
drop trigger append_only_all on events;
drop trigger append_only on events;
drop function refuse_change();
drop trigger one_owner on referrals;
drop trigger one_owner on correspondences;
drop function referral_owner_guard();
drop function correspondence_owner_guard();
drop function check_one_owner(uuid);
"""


def upgrade() -> None:
    op.execute(OWNER)
    op.execute(APPEND_ONLY)


def downgrade() -> None:
    op.execute(UNDO)
