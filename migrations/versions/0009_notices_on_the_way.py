"""questions to the citizen and pauses of the deadline, each with its receipt"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BEFORE = "('registered', 'referred', 'answered', 'noted')"
NOW = "('registered', 'referred', 'answered', 'noted', 'asked', 'paused')"
SUBJECT_BEFORE = (
    "(stage = 'noted') = (callback_id is not null) "
    "and (callback_id is null) <> (correspondence_id is null)"
)
SUBJECT_NOW = (
    "(stage = 'noted') = (callback_id is not null) "
    "and (stage in ('asked', 'paused')) = (notice_id is not null) "
    "and num_nonnulls(correspondence_id, callback_id, notice_id) = 1"
)


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("correspondence_id", sa.Uuid(), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("due_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("province", sa.Text(), nullable=False),
        sa.CheckConstraint("kind in ('question', 'pause')", name=op.f("ck_notices_kind")),
        sa.CheckConstraint("text <> ''", name=op.f("ck_notices_text")),
        sa.CheckConstraint(
            "(kind = 'pause') = (num_nonnulls(days, until, cause, due_before) = 4) "
            "and (kind = 'question') = (num_nonnulls(days, until, cause, due_before) = 0)",
            name=op.f("ck_notices_pause"),
        ),
        sa.CheckConstraint(
            "cause in ('citizen', 'document', 'body', 'visit')", name=op.f("ck_notices_cause")
        ),
        sa.CheckConstraint(
            "(reply is null) = (replied_at is null) and (kind = 'question' or reply is null)",
            name=op.f("ck_notices_reply"),
        ),
        sa.ForeignKeyConstraint(
            ["correspondence_id"],
            ["correspondences.id"],
            name=op.f("fk_notices_correspondence_id_correspondences"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_code"], ["agencies.code"], name=op.f("fk_notices_agency_code_agencies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index(op.f("ix_notices_correspondence_id"), "notices", ["correspondence_id"])
    op.create_index(
        "ix_notices_replied",
        "notices",
        ["agency_code", "replied_at"],
        postgresql_where=sa.text("replied_at is not null"),
    )
    op.add_column(
        "correspondences",
        sa.Column("paused_days", sa.Integer(), server_default=sa.text("0"), nullable=False),
    )
    op.add_column("receipts", sa.Column("notice_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_receipts_notice_id_notices"), "receipts", "notices", ["notice_id"], ["id"]
    )
    op.create_index(
        "uq_receipts_notice_id",
        "receipts",
        ["notice_id"],
        unique=True,
        postgresql_where=sa.text("notice_id is not null"),
    )
    _stages(NOW, SUBJECT_NOW)


def downgrade() -> None:
    """The SMS about notices go with them; what was sent stays sent."""
    op.execute("delete from receipts where notice_id is not null")
    _stages(BEFORE, SUBJECT_BEFORE)
    op.drop_index("uq_receipts_notice_id", table_name="receipts")
    op.drop_constraint(op.f("fk_receipts_notice_id_notices"), "receipts")
    op.drop_column("receipts", "notice_id")
    op.drop_column("correspondences", "paused_days")
    op.drop_index("ix_notices_replied", table_name="notices")
    op.drop_index(op.f("ix_notices_correspondence_id"), table_name="notices")
    op.drop_table("notices")


def _stages(stages: str, subject: str) -> None:
    for name, rule in (("stage", f"stage in {stages}"), ("subject", subject)):
        op.drop_constraint(op.f(f"ck_receipts_{name}"), "receipts")
        op.create_check_constraint(op.f(f"ck_receipts_{name}"), "receipts", rule)
