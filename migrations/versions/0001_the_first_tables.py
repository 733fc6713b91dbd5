"""the first tables

Old code must run on the new schema: expand first, contract in a later migration.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agencies",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sms_name", sa.Text(), nullable=False),
        sa.Column("deadline_days", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "char_length(sms_name) between 1 and 22", name=op.f("ck_agencies_sms_name")
        ),
        sa.CheckConstraint(
            "deadline_days between 1 and 60", name=op.f("ck_agencies_deadline_days")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_agencies")),
    )
    op.create_table(
        "call_days",
        sa.Column("province", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("cap", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("held", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("promised", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("used + held <= cap", name=op.f("ck_call_days_held")),
        sa.CheckConstraint("used <= cap", name=op.f("ck_call_days_cap")),
        sa.CheckConstraint(
            "used >= 0 and held >= 0 and promised >= 0", name=op.f("ck_call_days_counts")
        ),
        sa.PrimaryKeyConstraint("province", "day", name=op.f("pk_call_days")),
    )
    op.create_table(
        "citizens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("national_id_index", sa.LargeBinary(), nullable=False),
        sa.Column("national_id_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citizens")),
        sa.UniqueConstraint("national_id_index", name=op.f("uq_citizens_national_id_index")),
    )
    op.create_table(
        "holidays",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_holidays")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("response", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_table(
        "rule_sets",
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_rule_sets")),
    )
    op.create_table(
        "sms_lines",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("probe_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("province", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_sms_lines")),
    )
    op.create_table(
        "branches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("county", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_code"], ["agencies.code"], name=op.f("fk_branches_agency_code_agencies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branches")),
    )
    op.create_index(op.f("ix_branches_agency_code"), "branches", ["agency_code"], unique=False)
    op.create_table(
        "tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=True),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("province", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(role in ('agency', 'manager')) = (agency_code is not null)",
            name=op.f("ck_tokens_agency"),
        ),
        sa.CheckConstraint(
            "role in ('operator', 'triage', 'agency', 'manager', 'supervisor', 'admin', 'auditor')",
            name=op.f("ck_tokens_role"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_code"], ["agencies.code"], name=op.f("fk_tokens_agency_code_agencies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("hash", name=op.f("uq_tokens_hash")),
    )
    op.create_table(
        "correspondences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tracking_code", sa.Text(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column(
            "fields",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("mobile_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("mobile_index", sa.LargeBinary(), nullable=False),
        sa.Column("first_name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("last_name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("owner_code", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("urgent", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("returns", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("decision", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rules_version", sa.Text(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("call_day", sa.Date(), nullable=True),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("branch_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(channel = 'call' and source <> 'import') = (call_day is not null)",
            name=op.f("ck_correspondences_call_slot"),
        ),
        sa.CheckConstraint(
            "call_day = (registered_at at time zone 'Asia/Tehran')::date",
            name=op.f("ck_correspondences_call_day"),
        ),
        sa.CheckConstraint(
            "channel in ('letter', 'electronic', 'call')", name=op.f("ck_correspondences_channel")
        ),
        sa.CheckConstraint(
            "outcome in ('done', 'partly', 'not_possible')", name=op.f("ck_correspondences_outcome")
        ),
        sa.CheckConstraint(
            "source in ('api', 'form', 'import', 'callback')",
            name=op.f("ck_correspondences_source"),
        ),
        sa.CheckConstraint(
            "status <> 'in_progress' or claimed_by is not null",
            name=op.f("ck_correspondences_claim"),
        ),
        sa.CheckConstraint(
            "status <> 'triage' or owner_code = 'triage'",
            name=op.f("ck_correspondences_triage_owner"),
        ),
        sa.CheckConstraint(
            "status in ('triage', 'referred', 'in_progress', 'answered', 'closed', 'merged')",
            name=op.f("ck_correspondences_status"),
        ),
        sa.CheckConstraint(
            "status not in ('answered', 'closed') or (outcome is not null and answer is not null)",
            name=op.f("ck_correspondences_answer"),
        ),
        sa.CheckConstraint(
            "status not in ('referred', 'in_progress') or owner_code <> 'triage'",
            name=op.f("ck_correspondences_agency_owner"),
        ),
        sa.CheckConstraint(
            "tracking_code ~ '^[1-9][0-9]{13}$'", name=op.f("ck_correspondences_tracking_code")
        ),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branches.id"], name=op.f("fk_correspondences_branch_id_branches")
        ),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizens.id"], name=op.f("fk_correspondences_citizen_id_citizens")
        ),
        sa.ForeignKeyConstraint(
            ["owner_code"], ["agencies.code"], name=op.f("fk_correspondences_owner_code_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["rules_version"],
            ["rule_sets.version"],
            name=op.f("fk_correspondences_rules_version_rule_sets"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correspondences")),
        sa.UniqueConstraint("tracking_code", name=op.f("uq_correspondences_tracking_code")),
    )
    op.create_index(
        "ix_correspondences_answered_at",
        "correspondences",
        ["answered_at"],
        unique=False,
        postgresql_where=sa.text("status = 'answered'"),
    )
    op.create_index(
        "ix_correspondences_desk",
        "correspondences",
        ["owner_code", "status", "due_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_correspondences_history",
        "correspondences",
        ["citizen_id", "registered_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_correspondences_mobile_index"), "correspondences", ["mobile_index"], unique=False
    )
    op.create_index(
        "ix_correspondences_registered_at", "correspondences", ["registered_at"], unique=False
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=True),
        sa.Column("branch_id", sa.Uuid(), nullable=True),
        sa.Column("totp_secret_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=True),
        sa.Column("failed_logins", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(role in ('agency', 'manager')) = (agency_code is not null)",
            name=op.f("ck_users_agency"),
        ),
        sa.CheckConstraint(
            "role in ('operator', 'triage', 'agency', 'manager', 'supervisor', 'admin', 'auditor')",
            name=op.f("ck_users_role"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_code"], ["agencies.code"], name=op.f("fk_users_agency_code_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branches.id"], name=op.f("fk_users_branch_id_branches")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("username", name=op.f("uq_users_username")),
    )
    op.create_table(
        "callbacks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column(
            "fields",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("mobile_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("mobile_index", sa.LargeBinary(), nullable=False),
        sa.Column("first_name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("last_name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'waiting'"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("correspondence_id", sa.Uuid(), nullable=True),
        sa.Column("province", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'done') = (correspondence_id is not null)", name=op.f("ck_callbacks_done")
        ),
        sa.CheckConstraint(
            "state in ('waiting', 'offered', 'done', 'given_up')", name=op.f("ck_callbacks_state")
        ),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizens.id"], name=op.f("fk_callbacks_citizen_id_citizens")
        ),
        sa.ForeignKeyConstraint(
            ["correspondence_id"],
            ["correspondences.id"],
            name=op.f("fk_callbacks_correspondence_id_correspondences"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callbacks")),
        sa.UniqueConstraint("correspondence_id", name=op.f("uq_callbacks_correspondence_id")),
    )
    op.create_index(op.f("ix_callbacks_citizen_id"), "callbacks", ["citizen_id"], unique=False)
    op.create_index(
        "ix_callbacks_due",
        "callbacks",
        ["due_on", "created_at"],
        unique=False,
        postgresql_where=sa.text("state in ('waiting', 'offered')"),
    )
    op.create_index(op.f("ix_callbacks_mobile_index"), "callbacks", ["mobile_index"], unique=False)
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("correspondence_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column(
            "data",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("tx", sa.BigInteger(), server_default=sa.text("txid_current()"), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["correspondence_id"],
            ["correspondences.id"],
            name=op.f("fk_events_correspondence_id_correspondences"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index(
        op.f("ix_events_correspondence_id"), "events", ["correspondence_id"], unique=False
    )
    op.create_table(
        "receipts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("correspondence_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("local_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'pending'"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("fence", sa.Uuid(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("look_ups", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("poll_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provider", sa.Text(), server_default=sa.text("'kavenegar'"), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("provider_status", sa.Integer(), nullable=True),
        sa.Column("cost", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "stage in ('registered', 'referred', 'answered')", name=op.f("ck_receipts_stage")
        ),
        sa.CheckConstraint(
            "state <> 'sending' or (fence is not null and lease_until is not null)",
            name=op.f("ck_receipts_fence"),
        ),
        sa.CheckConstraint(
            "state in ('pending', 'sending', 'unknown', 'accepted', 'delivered', 'undelivered', 'failed', 'blocked', 'rejected', 'held', 'suppressed')",
            name=op.f("ck_receipts_state"),
        ),
        sa.CheckConstraint(
            "state not in ('accepted', 'delivered', 'undelivered', 'failed', 'blocked') or message_id is not null",
            name=op.f("ck_receipts_message"),
        ),
        sa.CheckConstraint(
            "local_id between 100000000000000 and 999999999999999",
            name=op.f("ck_receipts_local_id"),
        ),
        sa.ForeignKeyConstraint(
            ["correspondence_id"],
            ["correspondences.id"],
            name=op.f("fk_receipts_correspondence_id_correspondences"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipts")),
        sa.UniqueConstraint(
            "correspondence_id", "stage", name=op.f("uq_receipts_correspondence_id_stage")
        ),
        sa.UniqueConstraint("local_id", name=op.f("uq_receipts_local_id")),
        sa.UniqueConstraint("message_id", name=op.f("uq_receipts_message_id")),
    )
    op.create_index(
        "ix_receipts_ambiguous",
        "receipts",
        ["lease_until"],
        unique=False,
        postgresql_where=sa.text("state in ('sending', 'unknown')"),
    )
    op.create_index(
        "ix_receipts_due",
        "receipts",
        ["not_before"],
        unique=False,
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "ix_receipts_poll",
        "receipts",
        ["poll_at"],
        unique=False,
        postgresql_where=sa.text("state in ('accepted', 'undelivered')"),
    )
    op.create_table(
        "referrals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("correspondence_id", sa.Uuid(), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("province", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(ended_at is null) = (end_reason is null)", name=op.f("ck_referrals_ending")
        ),
        sa.ForeignKeyConstraint(
            ["agency_code"], ["agencies.code"], name=op.f("fk_referrals_agency_code_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["correspondence_id"],
            ["correspondences.id"],
            name=op.f("fk_referrals_correspondence_id_correspondences"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referrals")),
    )
    op.create_index(
        "ix_referrals_correspondence_id", "referrals", ["correspondence_id"], unique=False
    )
    op.create_index(
        "uq_referrals_open",
        "referrals",
        ["correspondence_id"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "sessions",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id_users")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"], unique=False)
    op.create_table(
        "event_seals",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_event_seals_event_id_events")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event_seals")),
        sa.UniqueConstraint("event_id", name=op.f("uq_event_seals_event_id")),
    )


def downgrade() -> None:
    op.drop_table("event_seals")
    op.drop_index(op.f("ix_sessions_user_id"), table_name="sessions")
    op.drop_table("sessions")
    op.drop_index(
        "uq_referrals_open", table_name="referrals", postgresql_where=sa.text("ended_at is null")
    )
    op.drop_index("ix_referrals_correspondence_id", table_name="referrals")
    op.drop_table("referrals")
    op.drop_index(
        "ix_receipts_poll", table_name="receipts", postgresql_where=sa.text("state in ('accepted', 'undelivered')")
    )
    op.drop_index(
        "ix_receipts_due", table_name="receipts", postgresql_where=sa.text("state = 'pending'")
    )
    op.drop_index(
        "ix_receipts_ambiguous",
        table_name="receipts",
        postgresql_where=sa.text("state in ('sending', 'unknown')"),
    )
    op.drop_table("receipts")
    op.drop_index(op.f("ix_events_correspondence_id"), table_name="events")
    op.drop_table("events")
    op.drop_index(op.f("ix_callbacks_mobile_index"), table_name="callbacks")
    op.drop_index(
        "ix_callbacks_due",
        table_name="callbacks",
        postgresql_where=sa.text("state in ('waiting', 'offered')"),
    )
    op.drop_index(op.f("ix_callbacks_citizen_id"), table_name="callbacks")
    op.drop_table("callbacks")
    op.drop_table("users")
    op.drop_index("ix_correspondences_registered_at", table_name="correspondences")
    op.drop_index(op.f("ix_correspondences_mobile_index"), table_name="correspondences")
    op.drop_index("ix_correspondences_history", table_name="correspondences")
    op.drop_index("ix_correspondences_desk", table_name="correspondences")
    op.drop_index(
        "ix_correspondences_answered_at",
        table_name="correspondences",
        postgresql_where=sa.text("status = 'answered'"),
    )
    op.drop_table("correspondences")
    op.drop_table("tokens")
    op.drop_index(op.f("ix_branches_agency_code"), table_name="branches")
    op.drop_table("branches")
    op.drop_table("sms_lines")
    op.drop_table("rule_sets")
    op.drop_table("idempotency_keys")
    op.drop_table("holidays")
    op.drop_table("citizens")
    op.drop_table("call_days")
    op.drop_table("agencies")
