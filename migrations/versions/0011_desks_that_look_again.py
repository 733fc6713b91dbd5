"""indexes of desks that look again and again: triage's turn, its twins, news, wished objections

Each is partial: what is answered is in none of them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_correspondences_triage",
        "correspondences",
        [sa.text("(not urgent)"), "registered_at", "id"],
        postgresql_where=sa.text("status = 'triage'"),
    )
    op.create_index(
        "ix_correspondences_alike",
        "correspondences",
        [
            sa.text("(decision ->> 'rule')"),
            sa.text("coalesce(decision ->> 'suggestion', '')"),
            sa.text("octet_length(text)"),
        ],
        postgresql_where=sa.text("status = 'triage'"),
    )
    op.create_index(
        "ix_referrals_news",
        "referrals",
        ["agency_code", "opened_at"],
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_index(
        "ix_notes_wished",
        "notes",
        ["at"],
        postgresql_where=sa.text("author = 'citizen' and kind = 'call'"),
    )


def downgrade() -> None:
    op.drop_index("ix_notes_wished", table_name="notes")
    op.drop_index("ix_referrals_news", table_name="referrals")
    op.drop_index("ix_correspondences_alike", table_name="correspondences")
    op.drop_index("ix_correspondences_triage", table_name="correspondences")
