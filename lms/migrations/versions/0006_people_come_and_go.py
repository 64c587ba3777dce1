"""people who come and go, exemptions, rosters

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op

import lms.core.database as types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _columns()
    _people()
    _rosters()
    op.execute(
        "INSERT INTO employment (person_id, organization_id, began_on, ended_on)"
        " SELECT id, organization_id, CAST(date(created_at) AS DATE), CAST(date(disabled_at) AS DATE)"
        " FROM person WHERE organization_id IS NOT NULL"
        if op.get_bind().dialect.name == "postgresql"
        else "INSERT INTO employment (person_id, organization_id, began_on, ended_on)"
        " SELECT id, organization_id, date(created_at), date(disabled_at) FROM person WHERE organization_id IS NOT NULL"
    )


def downgrade() -> None:
    for table in ("roster_row", "roster_import", "join_request", "approved_domain", "exemption", "employment"):
        op.drop_table(table)
    op.drop_column("profile", "exempt")
    op.drop_index(op.f("ix_person_access_until"), table_name="person")
    op.drop_column("person", "access_until")
    op.drop_column("person", "site")
    op.drop_column("person", "employee_number")
    op.drop_index("ix_person_mail_refused_at", table_name="person")
    op.drop_column("person", "mail_refused_at")
    op.drop_column("person", "mail_reminders")
    op.drop_index(op.f("ix_organization_field_office"), table_name="organization")
    op.drop_column("organization", "employees")
    op.drop_column("organization", "country")
    op.drop_column("organization", "field_office")


def _columns() -> None:
    op.add_column("organization", sa.Column("field_office", sa.String(length=60), nullable=True))
    op.add_column("organization", sa.Column("country", sa.String(length=2), nullable=True))
    op.add_column("organization", sa.Column("employees", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_organization_field_office"), "organization", ["field_office"])
    op.add_column("person", sa.Column("mail_reminders", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("person", sa.Column("mail_refused_at", types.UtcDateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_person_mail_refused_at",
        "person",
        ["mail_refused_at"],
        sqlite_where=sa.text("mail_refused_at IS NOT NULL"),
        postgresql_where=sa.text("mail_refused_at IS NOT NULL"),
    )
    op.add_column("person", sa.Column("employee_number", sa.String(length=40), nullable=True))
    op.add_column("person", sa.Column("site", sa.String(length=100), nullable=True))
    op.add_column("person", sa.Column("access_until", sa.Date(), nullable=True))
    op.create_index(op.f("ix_person_access_until"), "person", ["access_until"])
    op.add_column("profile", sa.Column("exempt", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))


def _people() -> None:
    op.create_table(
        "employment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_employment_organization_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_employment_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employment")),
    )
    op.create_index(op.f("ix_employment_organization_id_person_id"), "employment", ["organization_id", "person_id"])
    op.create_index(
        "uq_employment_current",
        "employment",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("ended_on IS NULL"),
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_table(
        "exemption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("module", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.String(length=500), nullable=True),
        sa.CheckConstraint("(person_id IS NULL) <> (organization_id IS NULL)", name=op.f("ck_exemption_of_one")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_exemption_by_id")),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name=op.f("fk_exemption_ended_by")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_exemption_organization_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_exemption_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exemption")),
    )
    op.create_index(op.f("ix_exemption_organization_id"), "exemption", ["organization_id"])
    op.create_index(op.f("ix_exemption_person_id"), "exemption", ["person_id"])
    for whom in ("person", "organization"):
        op.create_index(
            f"uq_exemption_{whom}",
            "exemption",
            [f"{whom}_id", "module"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
    op.create_table(
        "approved_domain",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("domain", sa.String(length=253), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("approved_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_approved_domain_by_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_approved_domain_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "domain", name=op.f("pk_approved_domain")),
    )
    op.create_table(
        "join_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("functions", sa.JSON(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("created_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("proved_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_join_request_decided_by")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_join_request_organization_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_join_request_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_request")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_join_request_token_hash")),
    )
    op.create_index(op.f("ix_join_request_email"), "join_request", ["email"])
    op.create_index(
        op.f("ix_join_request_organization_id_decided_at"), "join_request", ["organization_id", "decided_at"]
    )
    op.create_index(op.f("ix_join_request_person_id"), "join_request", ["person_id"])


def _rosters() -> None:
    op.create_table(
        "roster_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("created_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("checked_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("applied_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('checking', 'checked', 'refused', 'applying', 'applied', 'withdrawn')",
            name=op.f("ck_roster_import_state_known"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_roster_import_by_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_roster_import_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_import")),
        sa.UniqueConstraint("public_id", name=op.f("uq_roster_import_public_id")),
    )
    op.create_index(
        op.f("ix_roster_import_organization_id_created_at"), "roster_import", ["organization_id", "created_at"]
    )
    op.create_table(
        "roster_row",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["roster_import.id"], name=op.f("fk_roster_row_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "line", name=op.f("pk_roster_row")),
    )
    op.create_index(op.f("ix_roster_row_import_id_outcome_line"), "roster_row", ["import_id", "outcome", "line"])
