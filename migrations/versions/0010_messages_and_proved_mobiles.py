"""SMS that nobody is owed get a table of their own; a citizen proves a mobile by a code

Replies to citizens' SMS move over from inbound_messages; those that were being sent stay claimed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SOURCES_BEFORE = "('api', 'form', 'import', 'callback')"
SOURCES_NOW = "('api', 'form', 'import', 'callback', 'citizen')"
STATES = "('pending', 'sending', 'sent', 'unknown', 'refused', 'expired')"
REPLIES = "('none', 'pending', 'sending', 'sent', 'unknown', 'refused', 'expired')"
MOVED = {
    "local_id": sa.BigInteger(),
    "fence": sa.Uuid(),
    "lease_until": sa.DateTime(timezone=True),
    "reply_id": sa.BigInteger(),
    "reason": sa.Text(),
}

CARRY_OVER = """
insert into messages (
    id, kind, inbound_id, state, local_id, attempts, not_before, expires_at, fence, lease_until,
    message_id, reason, created_at, province)
select gen_random_uuid(), 'reply', message_id, reply, local_id, attempts, not_before,
       at + interval '12 hours', fence, lease_until, reply_id, reason, at, province
from inbound_messages where reply <> 'none'
"""

CARRY_BACK = """
update inbound_messages i
set reply = m.state, local_id = m.local_id, attempts = m.attempts, not_before = m.not_before,
    fence = m.fence, lease_until = m.lease_until, reply_id = m.message_id, reason = m.reason
from messages m where m.inbound_id = i.message_id
"""


def upgrade() -> None:
    _phone_checks()
    _messages()
    op.execute(CARRY_OVER)
    for check in ("reply", "subject", "fence"):
        op.drop_constraint(op.f(f"ck_inbound_messages_{check}"), "inbound_messages")
    op.drop_index("ix_inbound_messages_due", table_name="inbound_messages")
    for column in ("reply", "not_before", "attempts", *MOVED):
        op.drop_column("inbound_messages", column)
    _sources(SOURCES_NOW)


def downgrade() -> None:
    """Codes and proofs go; a citizen's own electronic letter then came by a form like any other."""
    op.execute("update correspondences set source = 'form' where source = 'citizen'")
    _sources(SOURCES_BEFORE)
    table, moment = "inbound_messages", sa.DateTime(timezone=True)
    for name, kind, default in (
        ("reply", sa.Text(), "'none'"),
        ("not_before", moment, "now()"),
        ("attempts", sa.Integer(), "0"),
    ):
        column = sa.Column(name, kind, server_default=sa.text(default), nullable=False)
        op.add_column(table, column)
    for name, kind in MOVED.items():
        op.add_column(table, sa.Column(name, kind, nullable=True))
    op.execute("update inbound_messages set not_before = at")
    op.execute(CARRY_BACK)
    op.alter_column(table, "reply", server_default=None)
    op.alter_column(table, "not_before", server_default=None)
    for name, rule in (
        ("reply", f"reply in {REPLIES}"),
        ("subject", "reply = 'none' or (correspondence_id is not null and local_id is not null)"),
        ("fence", "reply <> 'sending' or (fence is not null and lease_until is not null)"),
    ):
        op.create_check_constraint(op.f(f"ck_inbound_messages_{name}"), table, rule)
    op.create_unique_constraint(op.f("uq_inbound_messages_local_id"), table, ["local_id"])
    op.create_index(
        "ix_inbound_messages_due",
        table,
        ["not_before"],
        postgresql_where=sa.text("reply in ('pending', 'sending')"),
    )
    op.drop_table("messages")
    op.drop_table("phone_checks")


def _phone_checks() -> None:
    op.create_table(
        "phone_checks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mobile_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("mobile_index", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("correspondence_id", sa.Uuid(), nullable=True),
        sa.Column("province", sa.Text(), nullable=False),
        sa.CheckConstraint("tries between 0 and 5", name=op.f("ck_phone_checks_tries")),
        sa.CheckConstraint(
            "(used_at is null) = (correspondence_id is null)", name=op.f("ck_phone_checks_used")
        ),
        sa.CheckConstraint("asked_at < expires_at", name=op.f("ck_phone_checks_expires_at")),
        sa.ForeignKeyConstraint(
            ["correspondence_id"],
            ["correspondences.id"],
            name=op.f("fk_phone_checks_correspondence_id_correspondences"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_checks")),
        sa.UniqueConstraint("correspondence_id", name=op.f("uq_phone_checks_correspondence_id")),
    )
    op.create_index(
        "ix_phone_checks_mobile_index_asked_at", "phone_checks", ["mobile_index", "asked_at"]
    )
    op.create_index(
        "ix_phone_checks_unused",
        "phone_checks",
        ["asked_at"],
        postgresql_where=sa.text("used_at is null"),
    )


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("inbound_id", sa.BigInteger(), nullable=True),
        sa.Column("check_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), server_default=sa.text("'pending'"), nullable=False),
        sa.Column("local_id", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fence", sa.Uuid(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.CheckConstraint("kind in ('reply', 'code')", name=op.f("ck_messages_kind")),
        sa.CheckConstraint(f"state in {STATES}", name=op.f("ck_messages_state")),
        sa.CheckConstraint(
            "(kind = 'reply') = (inbound_id is not null) "
            "and (kind = 'code') = (check_id is not null)",
            name=op.f("ck_messages_subject"),
        ),
        sa.CheckConstraint(
            "state <> 'sending' or (fence is not null and lease_until is not null)",
            name=op.f("ck_messages_fence"),
        ),
        sa.ForeignKeyConstraint(
            ["inbound_id"],
            ["inbound_messages.message_id"],
            name=op.f("fk_messages_inbound_id_inbound_messages"),
        ),
        sa.ForeignKeyConstraint(
            ["check_id"], ["phone_checks.id"], name=op.f("fk_messages_check_id_phone_checks")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("inbound_id", name=op.f("uq_messages_inbound_id")),
        sa.UniqueConstraint("check_id", name=op.f("uq_messages_check_id")),
        sa.UniqueConstraint("local_id", name=op.f("uq_messages_local_id")),
    )
    op.create_index(
        "ix_messages_due",
        "messages",
        ["not_before"],
        postgresql_where=sa.text("state in ('pending', 'sending')"),
    )


def _sources(sources: str) -> None:
    op.drop_constraint(op.f("ck_correspondences_source"), "correspondences")
    op.create_check_constraint(
        op.f("ck_correspondences_source"), "correspondences", f"source in {sources}"
    )
