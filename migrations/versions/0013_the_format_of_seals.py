"""how an event was told to its seal is kept with the seal; a seal locks no event any more

Seals of before were made of JSON (format 0) and stay what they are. The foreign key of a seal to
its event locked every event once more when it was sealed; that an event is there, and is the one
that was sealed, is what the chain itself proves.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "event_seals",
        sa.Column("format", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
    )
    op.drop_constraint(op.f("fk_event_seals_event_id_events"), "event_seals")


def downgrade() -> None:
    """Only while every seal is of the format of before: the others could not be verified."""
    op.execute("""
        do $$ begin
            if exists (select from event_seals where format <> 0) then
                raise exception 'seals of a newer format exist' using errcode = 'check_violation';
            end if;
        end $$""")
    op.create_foreign_key(
        op.f("fk_event_seals_event_id_events"), "event_seals", "events", ["event_id"], ["id"]
    )
    op.drop_column("event_seals", "format")
