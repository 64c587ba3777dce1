"""figures that are kept, letters, evidence packets, tokens

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

import lms.core.database as types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _figures()
    _letters()
    _packets()
    _tokens()


def downgrade() -> None:
    for table in (
        "api_token",
        "evidence_packet",
        "reminder",
        "letter",
        "saved_view",
        "counted_question",
        "criterion_figure",
        "count_state",
        "company_count",
        "company_figure",
        "figure_day",
        "stale_figures",
    ):
        op.drop_table(table)


def _figures() -> None:
    op.create_table(
        "stale_figures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stale_figures")),
    )
    op.create_index(op.f("ix_stale_figures_organization_id"), "stale_figures", ["organization_id"])
    op.create_table(
        "figure_day",
        sa.Column("dimension", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("required", sa.Integer(), nullable=False),
        sa.Column("complete", sa.Integer(), nullable=False),
        sa.Column("started", sa.Integer(), nullable=False),
        sa.Column("overdue", sa.Integer(), nullable=False),
        sa.Column("begun", sa.Integer(), nullable=False),
        sa.Column("on_time", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("behind", sa.Integer(), nullable=False),
        sa.Column("unfinished", sa.Integer(), nullable=False),
        sa.Column("companies", sa.Integer(), nullable=False),
        sa.Column("falling_due", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("dimension", "value", "topic", "day", name=op.f("pk_figure_day")),
    )
    op.create_index(op.f("ix_figure_day_dimension_topic_day"), "figure_day", ["dimension", "topic", "day"])
    op.create_table(
        "company_figure",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("required", sa.Integer(), nullable=False),
        sa.Column("complete", sa.Integer(), nullable=False),
        sa.Column("started", sa.Integer(), nullable=False),
        sa.Column("overdue", sa.Integer(), nullable=False),
        sa.Column("begun", sa.Integer(), nullable=False),
        sa.Column("on_time", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("behind", sa.Integer(), nullable=False),
        sa.Column("unfinished", sa.Integer(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_company_figure_organization_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organization_id", "topic", name=op.f("pk_company_figure")),
    )
    op.create_index(
        op.f("ix_company_figure_topic_share_required_organization_id"),
        "company_figure",
        ["topic", "share", "required", "organization_id"],
    )
    op.create_table(
        "company_count",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("counted_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("next_change_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_company_count_organization_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organization_id", name=op.f("pk_company_count")),
    )
    op.create_index(op.f("ix_company_count_next_change_on"), "company_count", ["next_change_on"])
    op.create_table(
        "count_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("counted_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("folds", sa.Integer(), nullable=False),
        sa.Column("attempts_until", sa.Integer(), nullable=False),
        sa.Column("attempts_open", sa.LargeBinary(), nullable=False),
        sa.Column("repairs_until", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_count_state_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_state")),
    )
    op.create_table(
        "criterion_figure",
        sa.Column("criterion", sa.String(length=10), nullable=False),
        sa.Column("entity", sa.String(length=60), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("criterion", "entity", name=op.f("pk_criterion_figure")),
    )
    op.create_table(
        "counted_question",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("asked_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("counted_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("figures", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_counted_question")),
    )
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("path", sa.String(length=1000), nullable=False),
        sa.Column("created_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_saved_view_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_saved_view_person_id_name")),
    )


def _letters() -> None:
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("taken_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("sent_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('reminder', 'digest')", name=op.f("ck_letter_kind_known")),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'refused', 'dropped')", name=op.f("ck_letter_state_known")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_letter_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("person_id", "kind", "day", name=op.f("uq_letter_person_id_kind_day")),
    )
    op.create_index(op.f("ix_letter_state_day_id"), "letter", ["state", "day", "id"])
    op.create_table(
        "reminder",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("module", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_reminder_letter_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reminder_person_id")),
        sa.PrimaryKeyConstraint("person_id", "module", "due_on", "days", name=op.f("pk_reminder")),
    )
    op.create_index(op.f("ix_reminder_letter_id"), "reminder", ["letter_id"])


def _packets() -> None:
    op.create_table(
        "evidence_packet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("paper", sa.String(length=6), nullable=False),
        sa.Column("asked_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("made_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_evidence_packet_by_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_evidence_packet_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_packet")),
        sa.UniqueConstraint("public_id", name=op.f("uq_evidence_packet_public_id")),
    )
    op.create_index(
        op.f("ix_evidence_packet_organization_id_asked_at"), "evidence_packet", ["organization_id", "asked_at"]
    )


def _tokens() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("hint", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("created_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_api_token_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_index(op.f("ix_api_token_person_id"), "api_token", ["person_id"])
