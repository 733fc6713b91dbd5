"""indexes of the desks: what a colleague holds, what came back, the last answers of an agency

None of them is touched when a letter is registered.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_correspondences_mine",
        "correspondences",
        ["claimed_by", "due_at", "id"],
        postgresql_where=sa.text("status = 'in_progress'"),
    )
    op.create_index(
        "ix_correspondences_returned",
        "correspondences",
        ["owner_code", "status", "due_at", "id"],
        postgresql_where=sa.text("returns > 0"),
    )
    op.create_index(
        "ix_correspondences_answers",
        "correspondences",
        ["owner_code", "answered_at"],
        postgresql_where=sa.text("answered_at is not null"),
    )


def downgrade() -> None:
    for name in ("answers", "returned", "mine"):
        op.drop_index(f"ix_correspondences_{name}", table_name="correspondences")
