"""receipts for call-backs, receipts that a person settles, what a line and a phone may bear

Call-backs that were promised before this had no receipt: theirs is written down as waived, because
an SMS about a day long promised would confuse more than it tells.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STATES = (
    "pending", "sending", "unknown", "accepted", "delivered", "undelivered", "failed", "blocked",
    "rejected", "held", "suppressed",
)  # fmt: skip
BY_A_PERSON = ("told", "waived")
STAGES = ("registered", "referred", "answered")

OLD_CALLBACKS = """
insert into receipts (
    id, province, callback_id, stage, local_id, text, state, note, not_before, created_at)
select gen_random_uuid(), province, id, 'noted',
       100000000000000 + floor(random() * 899999999999999)::bigint, '', 'waived',
       'promised before there was a receipt', created_at, created_at
from callbacks
"""


def upgrade() -> None:
    op.add_column("receipts", sa.Column("callback_id", sa.Uuid(), nullable=True))
    op.add_column("receipts", sa.Column("counted_on", sa.Date(), nullable=True))
    op.add_column("receipts", sa.Column("note", sa.Text(), nullable=True))
    op.alter_column("receipts", "correspondence_id", nullable=True)
    op.create_foreign_key(
        op.f("fk_receipts_callback_id_callbacks"), "receipts", "callbacks", ["callback_id"], ["id"]
    )
    op.create_unique_constraint(
        op.f("uq_receipts_callback_id_stage"), "receipts", ["callback_id", "stage"]
    )
    _check("receipts", "stage", f"stage in {(*STAGES, 'noted')}")
    _check("receipts", "state", f"state in {(*STATES, *BY_A_PERSON)}")
    _new_check(
        "receipts",
        "subject",
        "(stage = 'noted') = (callback_id is not null) "
        "and (callback_id is null) <> (correspondence_id is null)",
    )
    op.drop_constraint(op.f("uq_receipts_message_id"), "receipts")
    op.create_unique_constraint(
        op.f("uq_receipts_message_id_provider"), "receipts", ["message_id", "provider"]
    )
    op.create_index(
        "ix_receipts_owed",
        "receipts",
        ["created_at", "id"],
        postgresql_where=sa.text(
            "state in ('held', 'undelivered', 'failed', 'blocked', 'rejected', 'suppressed')"
        ),
    )
    for column in (
        sa.Column("unfit", sa.Text(), nullable=True),
        sa.Column("worries", sa.Text(), nullable=True),
        sa.Column("credit", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("quiet_until", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("sms_lines", column)
    op.create_table(
        "phone_days",
        sa.Column("mobile_index", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mobile_index", "day", name=op.f("pk_phone_days")),
    )
    op.create_index(op.f("ix_phone_days_day"), "phone_days", ["day"])
    op.create_index(
        "ix_events_misused",
        "events",
        ["at"],
        postgresql_where=sa.text("kind = 'doorbell_misused'"),
    )
    op.execute(OLD_CALLBACKS)


def downgrade() -> None:
    """Receipts of call-backs go; one that a person settled counts as suppressed again."""
    op.drop_index("ix_events_misused", table_name="events")
    op.drop_table("phone_days")
    for column in (
        "quiet_until",
        "free_at",
        "checked_at",
        "expires_at",
        "credit",
        "worries",
        "unfit",
    ):
        op.drop_column("sms_lines", column)
    op.drop_index("ix_receipts_owed", table_name="receipts")
    op.execute("delete from receipts where callback_id is not null")
    op.execute(f"update receipts set state = 'suppressed' where state in {BY_A_PERSON}")
    op.drop_constraint(op.f("ck_receipts_subject"), "receipts")
    _check("receipts", "state", f"state in {STATES}")
    _check("receipts", "stage", f"stage in {STAGES}")
    op.drop_constraint(op.f("uq_receipts_message_id_provider"), "receipts")
    op.create_unique_constraint(op.f("uq_receipts_message_id"), "receipts", ["message_id"])
    op.drop_constraint(op.f("uq_receipts_callback_id_stage"), "receipts")
    op.drop_constraint(op.f("fk_receipts_callback_id_callbacks"), "receipts")
    op.alter_column("receipts", "correspondence_id", nullable=False)
    for column in ("note", "counted_on", "callback_id"):
        op.drop_column("receipts", column)


def _check(table: str, name: str, rule: str) -> None:
    op.drop_constraint(op.f(f"ck_{table}_{name}"), table)
    _new_check(table, name, rule)


def _new_check(table: str, name: str, rule: str) -> None:
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, rule)
