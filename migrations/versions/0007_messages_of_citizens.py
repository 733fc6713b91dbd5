"""what citizens write back: an SMS and our reply to it; an objection keeps the answer it is about"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WISHES = "('status', 'satisfied', 'objection', 'which', 'late', 'other')"
REPLIES = "('none', 'pending', 'sending', 'sent', 'unknown', 'refused', 'expired')"


def upgrade() -> None:
    op.add_column("notes", sa.Column("answer", sa.Text(), nullable=True))
    op.create_table(
        "inbound_messages",
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mobile_index", sa.LargeBinary(), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("correspondence_id", sa.Uuid(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("local_id", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fence", sa.Uuid(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("province", sa.Text(), nullable=False),
        sa.CheckConstraint(f"wish in {WISHES}", name=op.f("ck_inbound_messages_wish")),
        sa.CheckConstraint(f"reply in {REPLIES}", name=op.f("ck_inbound_messages_reply")),
        sa.CheckConstraint(
            "reply = 'none' or (correspondence_id is not null and local_id is not null)",
            name=op.f("ck_inbound_messages_subject"),
        ),
        sa.CheckConstraint(
            "reply <> 'sending' or (fence is not null and lease_until is not null)",
            name=op.f("ck_inbound_messages_fence"),
        ),
        sa.ForeignKeyConstraint(
            ["correspondence_id"],
            ["correspondences.id"],
            name=op.f("fk_inbound_messages_correspondence_id_correspondences"),
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_inbound_messages")),
        sa.UniqueConstraint("local_id", name=op.f("uq_inbound_messages_local_id")),
    )
    op.create_index(
        op.f("ix_inbound_messages_correspondence_id"), "inbound_messages", ["correspondence_id"]
    )
    op.create_index(
        "ix_inbound_messages_mobile_index_at", "inbound_messages", ["mobile_index", "at"]
    )
    op.create_index(
        "ix_inbound_messages_due",
        "inbound_messages",
        ["not_before"],
        postgresql_where=sa.text("reply in ('pending', 'sending')"),
    )


def downgrade() -> None:
    op.drop_table("inbound_messages")
    op.drop_column("notes", "answer")
