"""which rule set is active, and what people have taught: labelled examples

Both are only added to, and a rule set that is stored is never changed: letters point at it. The
examples begin with what the referrals already tell.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("rule_activations", "routing_examples", "rule_sets")

# A return: the agency's stay that ended so; who did it opened the stay after it, at the same
# moment. A referral: a stay at an agency that a person decided.
HISTORY = """
insert into routing_examples (
    id, province, correspondence_id, kind, agency_code, decided_by, at, rules_version)
select gen_random_uuid(), told.province, c.id, told.kind, told.agency_code, told.decided_by,
       told.at, c.rules_version
from (
    select r.province, r.correspondence_id, 'referred' as kind, r.agency_code, r.decided_by,
           r.opened_at as at
    from referrals r
    where r.agency_code <> 'triage' and r.decided_by <> 'system'
    union all
    select r.province, r.correspondence_id, 'returned', r.agency_code,
           coalesce(back.decided_by, 'unknown'), r.ended_at
    from referrals r
    left join referrals back on back.correspondence_id = r.correspondence_id
         and back.opened_at = r.ended_at and back.agency_code = 'triage'
    where r.end_reason = 'returned'
) told
join correspondences c on c.id = told.correspondence_id
order by told.at
"""


def upgrade() -> None:
    op.create_table(
        "rule_activations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("activated_by", sa.Text(), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version"], ["rule_sets.version"], name=op.f("fk_rule_activations_version_rule_sets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_activations")),
    )
    op.create_index("ix_rule_activations_newest", "rule_activations", ["activated_at", "id"])
    op.create_table(
        "routing_examples",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("correspondence_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rules_version", sa.Text(), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind in ('returned', 'referred')", name=op.f("ck_routing_examples_kind")
        ),
        sa.CheckConstraint("agency_code <> 'triage'", name=op.f("ck_routing_examples_agency")),
        sa.ForeignKeyConstraint(
            ["correspondence_id"],
            ["correspondences.id"],
            name=op.f("fk_routing_examples_correspondence_id_correspondences"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_code"],
            ["agencies.code"],
            name=op.f("fk_routing_examples_agency_code_agencies"),
        ),
        sa.ForeignKeyConstraint(
            ["rules_version"],
            ["rule_sets.version"],
            name=op.f("fk_routing_examples_rules_version_rule_sets"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_examples")),
    )
    op.create_index(
        op.f("ix_routing_examples_correspondence_id"), "routing_examples", ["correspondence_id"]
    )
    op.execute(HISTORY)
    for table in TABLES:
        op.execute(
            f"create trigger append_only before update or delete on {table} "
            "for each row execute function refuse_change()"
        )
        op.execute(
            f"create trigger append_only_all before truncate on {table} "
            "for each statement execute function refuse_change()"
        )


def downgrade() -> None:
    op.execute("drop trigger append_only_all on rule_sets")
    op.execute("drop trigger append_only on rule_sets")
    op.drop_table("routing_examples")
    op.drop_table("rule_activations")
