"""what is added to a letter later: notes, an agency's own texts, the citizen's verdict, duplicates"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("correspondence_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.CheckConstraint("kind in ('call', 'objection')", name=op.f("ck_notes_kind")),
        sa.CheckConstraint("text <> ''", name=op.f("ck_notes_text")),
        sa.ForeignKeyConstraint(
            ["correspondence_id"],
            ["correspondences.id"],
            name=op.f("fk_notes_correspondence_id_correspondences"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index(op.f("ix_notes_correspondence_id"), "notes", ["correspondence_id"])
    op.create_table(
        "answer_templates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("province", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_code"],
            ["agencies.code"],
            name=op.f("fk_answer_templates_agency_code_agencies"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_templates")),
    )
    op.create_index(
        "ix_answer_templates_agency_code",
        "answer_templates",
        ["agency_code"],
        postgresql_where=sa.text("retired_at is null"),
    )
    op.add_column("correspondences", sa.Column("satisfied", sa.Boolean(), nullable=True))
    op.add_column(
        "correspondences", sa.Column("objected_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("correspondences", sa.Column("merged_into", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_correspondences_merged_into_correspondences"),
        "correspondences",
        "correspondences",
        ["merged_into"],
        ["id"],
    )
    op.create_index(
        "ix_correspondences_merged_into",
        "correspondences",
        ["merged_into"],
        postgresql_where=sa.text("merged_into is not null"),
    )


def downgrade() -> None:
    op.drop_index("ix_correspondences_merged_into", table_name="correspondences")
    op.drop_constraint(op.f("fk_correspondences_merged_into_correspondences"), "correspondences")
    for column in ("merged_into", "objected_at", "satisfied"):
        op.drop_column("correspondences", column)
    op.drop_index("ix_answer_templates_agency_code", table_name="answer_templates")
    op.drop_table("answer_templates")
    op.drop_index(op.f("ix_notes_correspondence_id"), table_name="notes")
    op.drop_table("notes")
