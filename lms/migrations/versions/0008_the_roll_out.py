"""the roll-out of the criteria: comments, answers, workbooks, workshops, announcements

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

import lms.core.database as types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _columns()
    _comments()
    _answers()
    _index_of_answers()
    _workbooks()
    _workshops()
    _announcements()


def downgrade() -> None:
    op.execute("DROP TABLE faq_index")
    for table in (
        "announcement_reading",
        "announcement",
        "attendance",
        "registration",
        "workshop",
        "workbook_document",
        "self_assessment",
        "faq_vote",
        "faq_source",
        "faq_version",
        "faq_entry",
        "disposition",
        "comment",
        "comment_period",
    ):
        op.drop_table(table)
    op.execute("DELETE FROM letter WHERE about <> ''")
    with op.batch_alter_table("letter") as letter:
        letter.drop_index("uq_letter_about")
        letter.drop_constraint(op.f("uq_letter_person_id_kind_day_about"), type_="unique")
        letter.drop_constraint(op.f("ck_letter_about_something"), type_="check")
        letter.drop_column("about")
        letter.alter_column(
            "kind", existing_type=sa.String(length=12), type_=sa.String(length=10), existing_nullable=False
        )
        letter.create_unique_constraint(op.f("uq_letter_person_id_kind_day"), ["person_id", "kind", "day"])
        letter.create_check_constraint(op.f("ck_letter_kind_known"), "kind IN ('reminder', 'digest')")
    with op.batch_alter_table("module_change") as change:
        change.drop_column("entities")
    with op.batch_alter_table("schedule_override") as override:
        override.drop_column("steps")


def _columns() -> None:
    with op.batch_alter_table("letter") as letter:
        letter.add_column(sa.Column("about", sa.String(length=60), nullable=False, server_default=""))
        letter.alter_column(
            "kind", existing_type=sa.String(length=10), type_=sa.String(length=12), existing_nullable=False
        )
        letter.drop_constraint(op.f("uq_letter_person_id_kind_day"), type_="unique")
        letter.drop_constraint(op.f("ck_letter_kind_known"), type_="check")
    with op.batch_alter_table("letter") as letter:
        letter.alter_column("about", existing_type=sa.String(length=60), existing_nullable=False, server_default=None)
        letter.create_unique_constraint(
            op.f("uq_letter_person_id_kind_day_about"), ["person_id", "kind", "day", "about"]
        )
        letter.create_check_constraint(
            op.f("ck_letter_about_something"), "(kind IN ('reminder', 'digest')) = (about = '')"
        )
    about = sa.text("about <> ''")
    op.create_index(
        "uq_letter_about",
        "letter",
        ["person_id", "kind", "about"],
        unique=True,
        sqlite_where=about,
        postgresql_where=about,
    )
    with op.batch_alter_table("module_change") as change:
        change.add_column(sa.Column("entities", sa.JSON(none_as_null=True), nullable=True))
    with op.batch_alter_table("schedule_override") as override:
        override.add_column(sa.Column("steps", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("schedule_override") as override:
        override.alter_column("steps", existing_type=sa.JSON(), existing_nullable=False, server_default=None)


def _comments() -> None:
    op.create_table(
        "comment_period",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=300), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("begins_on <= ends_on", name=op.f("ck_comment_period_in_order")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_comment_period_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_period")),
    )
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("criterion", sa.String(length=10), nullable=False),
        sa.Column("entity", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("via", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("created_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("saved_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("sent_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("merged_id", sa.Integer(), nullable=True),
        sa.Column("assigned_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(state = 'draft') = (sent_at IS NULL)", name=op.f("ck_comment_sent_when_not_draft")),
        sa.CheckConstraint("state IN ('draft', 'sent', 'withdrawn')", name=op.f("ck_comment_state_known")),
        sa.CheckConstraint("via IN ('form', 'workbook')", name=op.f("ck_comment_via_known")),
        sa.ForeignKeyConstraint(["assigned_id"], ["person.id"], name=op.f("fk_comment_assigned_id")),
        sa.ForeignKeyConstraint(["merged_id"], ["comment.id"], name=op.f("fk_comment_merged_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_comment_organization_id")),
        sa.ForeignKeyConstraint(["period_id"], ["comment_period.id"], name=op.f("fk_comment_period_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_comment_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sa.UniqueConstraint("period_id", "person_id", "digest", name=op.f("uq_comment_period_id_person_id_digest")),
        sa.UniqueConstraint("public_id", name=op.f("uq_comment_public_id")),
    )
    op.create_index(op.f("ix_comment_assigned_id"), "comment", ["assigned_id"])
    op.create_index(op.f("ix_comment_merged_id"), "comment", ["merged_id"])
    op.create_index(op.f("ix_comment_organization_id"), "comment", ["organization_id"])
    op.create_index(op.f("ix_comment_period_id_state_criterion"), "comment", ["period_id", "state", "criterion"])
    op.create_index(op.f("ix_comment_person_id"), "comment", ["person_id"])
    op.create_table(
        "disposition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_disposition_by_id")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_disposition_comment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposition")),
    )
    op.create_index(op.f("ix_disposition_comment_id_id"), "disposition", ["comment_id", "id"])


def _answers() -> None:
    op.create_table(
        "faq_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("retired_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_faq_entry")),
    )
    op.create_table(
        "faq_version",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=300), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("translations", sa.JSON(), nullable=False),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.Column("entities", sa.JSON(), nullable=False),
        sa.Column("module", sa.String(length=200), nullable=True),
        sa.Column("section", sa.String(length=100), nullable=True),
        sa.Column("anchor", sa.String(length=100), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_faq_version_by_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["faq_entry.id"], name=op.f("fk_faq_version_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", "number", name=op.f("pk_faq_version")),
    )
    op.create_table(
        "faq_source",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_faq_source_comment_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["faq_entry.id"], name=op.f("fk_faq_source_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", "comment_id", name=op.f("pk_faq_source")),
    )
    op.create_index(op.f("ix_faq_source_comment_id"), "faq_source", ["comment_id"])
    op.create_table(
        "faq_vote",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("voter", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.Column("at", types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["faq_entry.id"], name=op.f("fk_faq_vote_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", "voter", name=op.f("pk_faq_vote")),
    )
    op.create_index(op.f("ix_faq_vote_entry_id_helpful"), "faq_vote", ["entry_id", "helpful"])


# The words of a row by its language; of text that holds letters a to z and digits alone (lms/faq/words.py).
_STEMS = """CASE language
    WHEN 'es' THEN setweight(to_tsvector('spanish', {0}), '{1}')
    WHEN 'fr' THEN setweight(to_tsvector('french', {0}), '{1}')
    ELSE setweight(to_tsvector('english', {0}), '{1}') END"""


def _index_of_answers() -> None:
    """Searched by lms/faq/search.py. Full text is each engine's own, so it is no table of the models (see env.py)."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE faq_index USING fts5("
            "entry_id UNINDEXED, language UNINDEXED, question, answer, criteria, tokenize = 'porter unicode61')"
        )
        return
    stems = " || ".join((_STEMS.format("question || ' ' || criteria", "A"), _STEMS.format("answer", "D")))
    op.execute(
        "CREATE TABLE faq_index (entry_id INTEGER NOT NULL, language VARCHAR(2) NOT NULL, question TEXT NOT NULL, "
        "answer TEXT NOT NULL, criteria TEXT NOT NULL, "
        f"stems TSVECTOR NOT NULL GENERATED ALWAYS AS ({stems}) STORED, "
        "CONSTRAINT pk_faq_index PRIMARY KEY (entry_id, language))"
    )
    op.execute("CREATE INDEX ix_faq_index_stems ON faq_index USING gin (stems)")


def _workbooks() -> None:
    op.create_table(
        "self_assessment",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.String(length=40), nullable=False),
        sa.Column("criterion", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("saved_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_self_assessment_by_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_self_assessment_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "edition", "criterion", name=op.f("pk_self_assessment")),
    )
    op.create_table(
        "workbook_document",
        sa.Column("entity", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("paper", sa.String(length=6), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("drawn_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("entity", "language", "paper", name=op.f("pk_workbook_document")),
    )


def _workshops() -> None:
    op.create_table(
        "workshop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("title", sa.String(length=150), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("office", sa.String(length=60), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("link", sa.String(length=300), nullable=True),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("starts_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.Column("entities", sa.JSON(), nullable=False),
        sa.Column("reads", sa.JSON(), nullable=False),
        sa.Column("code", sa.String(length=22), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("cancelled_because", sa.String(length=300), nullable=True),
        sa.CheckConstraint("(place = '') <> (link IS NULL)", name=op.f("ck_workshop_place_or_link")),
        sa.CheckConstraint("minutes BETWEEN 15 AND 960", name=op.f("ck_workshop_minutes_of_a_day")),
        sa.CheckConstraint("seats > 0", name=op.f("ck_workshop_has_seats")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_workshop_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshop")),
        sa.UniqueConstraint("public_id", name=op.f("uq_workshop_public_id")),
    )
    op.create_index(op.f("ix_workshop_office_starts_at"), "workshop", ["office", "starts_at"])
    op.create_index(op.f("ix_workshop_starts_at"), "workshop", ["starts_at"])
    op.create_table(
        "registration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('seat', 'waiting', 'cancelled')", name=op.f("ck_registration_state_known")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_registration_organization_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_registration_person_id")),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.id"], name=op.f("fk_registration_workshop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("public_id", name=op.f("uq_registration_public_id")),
        sa.UniqueConstraint("workshop_id", "person_id", name=op.f("uq_registration_workshop_id_person_id")),
    )
    op.create_index(op.f("ix_registration_person_id"), "registration", ["person_id"])
    op.create_index(
        op.f("ix_registration_workshop_id_state_asked_at"), "registration", ["workshop_id", "state", "asked_at"]
    )
    op.create_table(
        "attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("certificate_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("how IN ('phone', 'scan', 'roster')", name=op.f("ck_attendance_how_known")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_attendance_by_id")),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificate.id"], name=op.f("fk_attendance_certificate_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_attendance_organization_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attendance_person_id")),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.id"], name=op.f("fk_attendance_workshop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("workshop_id", "person_id", name=op.f("uq_attendance_workshop_id_person_id")),
    )
    op.create_index(op.f("ix_attendance_person_id"), "attendance", ["person_id"])
    still_open = sa.text("certificate_id IS NULL AND withdrawn_at IS NULL")
    op.create_index("ix_attendance_open", "attendance", ["at"], sqlite_where=still_open, postgresql_where=still_open)


def _announcements() -> None:
    op.create_table(
        "announcement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("title", sa.String(length=150), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("translations", sa.JSON(), nullable=False),
        sa.Column("entities", sa.JSON(), nullable=False),
        sa.Column("offices", sa.JSON(), nullable=False),
        sa.Column("phases", sa.JSON(), nullable=False),
        sa.Column("mailed", sa.Boolean(), nullable=False),
        sa.Column("shown_until", sa.Date(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("saved_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("published_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_announcement_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
        sa.UniqueConstraint("public_id", name=op.f("uq_announcement_public_id")),
    )
    op.create_index(op.f("ix_announcement_published_at"), "announcement", ["published_at"])
    op.create_table(
        "announcement_reading",
        sa.Column("announcement_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("read_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"], ["announcement.id"], name=op.f("fk_announcement_reading_announcement_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_announcement_reading_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("announcement_id", "person_id", name=op.f("pk_announcement_reading")),
    )
