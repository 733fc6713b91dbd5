"""paper letters come in boxes, and files are kept with letters"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("box", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("envelopes", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closing_reason", sa.Text(), nullable=True),
        sa.Column("province", sa.Text(), nullable=False),
        sa.CheckConstraint("number <> '' and box <> ''", name=op.f("ck_batches_named")),
        sa.CheckConstraint("envelopes between 1 and 100000", name=op.f("ck_batches_envelopes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
        sa.UniqueConstraint("province", "number", name=op.f("uq_batches_province_number")),
    )
    op.add_column("correspondences", sa.Column("batch_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_correspondences_batch_id_batches"),
        "correspondences",
        "batches",
        ["batch_id"],
        ["id"],
    )
    op.create_index(
        "ix_correspondences_batch_id",
        "correspondences",
        ["batch_id", "id"],
        postgresql_where=sa.text("batch_id is not null"),
    )
    op.create_table(
        "attachments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("correspondence_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.CheckConstraint("kind in ('scan', 'answer')", name=op.f("ck_attachments_kind")),
        sa.CheckConstraint(
            "media_type in ('application/pdf', 'image/jpeg', 'image/png')",
            name=op.f("ck_attachments_media_type"),
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_attachments_size")),
        sa.ForeignKeyConstraint(
            ["correspondence_id"],
            ["correspondences.id"],
            name=op.f("fk_attachments_correspondence_id_correspondences"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.UniqueConstraint(
            "correspondence_id", "digest", name=op.f("uq_attachments_correspondence_id_digest")
        ),
    )
    op.create_index(
        "ix_attachments_scans",
        "attachments",
        ["correspondence_id"],
        postgresql_where=sa.text("kind = 'scan'"),
    )
    # What is sealed does not compress; trying costs time on every write.
    op.execute("alter table attachments alter column content_sealed set storage external")
    op.execute(
        "create trigger append_only before update or delete on attachments "
        "for each row execute function refuse_change()"
    )
    op.execute(
        "create trigger append_only_all before truncate on attachments "
        "for each statement execute function refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("attachments")
    op.drop_index("ix_correspondences_batch_id", table_name="correspondences")
    op.drop_constraint(op.f("fk_correspondences_batch_id_batches"), "correspondences")
    op.drop_column("correspondences", "batch_id")
    op.drop_table("batches")
