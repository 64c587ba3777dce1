"""signed certificates, their many documents, jobs and bundles

Revision: 0005, after 0004
"""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

import lms.core.database as types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

EARNED_BY_ONE = "(completion_id IS NULL) = (category IS NULL) AND (completion_id IS NULL) = (occasion IS NOT NULL)"
KEPT = "id, number, person_id, organization_id, category, completion_id, record, issued_at, valid_until"
# One document a certificate is what version 0004 can hold: the one drawn first.
DRAWN_LATER = """WHERE EXISTS (SELECT 1 FROM certificate_document AS other
    WHERE other.certificate_id = certificate_document.certificate_id
    AND (other.drawn_at, other.digest) < (certificate_document.drawn_at, certificate_document.digest))"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(_certificate, _document, "digest, digest, pdf, drawn_at, 'en', 'letter'")
    else:
        _alter()
    op.create_index(op.f("ix_certificate_organization_id"), "certificate", ["organization_id"])
    op.create_index(op.f("ix_certificate_person_id_issued_at"), "certificate", ["person_id", "issued_at"])
    _add_tables()
    op.add_column("person", sa.Column("mail_certificates", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("person", "mail_certificates")
    for table in ("bundle_certificate", "bundle", "job", "verify_miss", "certificate_letter", "revocation"):
        op.drop_table(table)
    op.drop_table("certificate_credential")
    op.execute(f"DELETE FROM certificate_document {DRAWN_LATER}")  # noqa: S608 - our own words
    attended = "(SELECT id FROM certificate WHERE completion_id IS NULL)"
    op.execute(f"DELETE FROM certificate_document WHERE certificate_id IN {attended}")  # noqa: S608 - our own words
    op.execute("UPDATE certificate SET renews_id = NULL")
    op.execute("DELETE FROM certificate WHERE completion_id IS NULL")
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(_former_certificate, _former_document, "digest, pdf, drawn_at")
    else:
        _alter_back()
    op.create_index(op.f("ix_certificate_organization_id"), "certificate", ["organization_id"])
    op.create_index(op.f("ix_certificate_person_id_issued_at"), "certificate", ["person_id", "issued_at"])


def _rebuild(certificate: Callable[[str], None], document: Callable[[str, str], None], of_document: str) -> None:
    """SQLite alters no constraint, and drops no table that others refer to: both tables are made anew and take the old names."""
    for index in ("ix_certificate_organization_id", "ix_certificate_person_id_issued_at"):
        op.drop_index(op.f(index), table_name="certificate")
    certificate("new_certificate")
    op.execute(f"INSERT INTO new_certificate ({KEPT}) SELECT {KEPT} FROM certificate")  # noqa: S608 - our own words
    document("new_document", "new_certificate")
    filled = "digest, unsigned_digest, pdf, drawn_at, language, paper" if "letter" in of_document else of_document
    op.execute(
        f"INSERT INTO new_document (certificate_id, {filled}) SELECT certificate_id, {of_document} FROM certificate_document"  # noqa: S608 - our own words
    )
    op.drop_table("certificate_document")
    op.drop_table("certificate")
    op.rename_table("new_certificate", "certificate")
    op.rename_table("new_document", "certificate_document")


def _alter() -> None:
    for index in ("ix_certificate_organization_id", "ix_certificate_person_id_issued_at"):
        op.drop_index(op.f(index), table_name="certificate")
    op.alter_column("certificate", "completion_id", nullable=True)
    op.alter_column("certificate", "category", nullable=True)
    op.add_column("certificate", sa.Column("occasion", sa.String(length=100), nullable=True))
    op.add_column("certificate", sa.Column("renews_id", sa.Integer(), nullable=True))
    op.create_unique_constraint(op.f("uq_certificate_person_id_occasion"), "certificate", ["person_id", "occasion"])
    op.create_unique_constraint(op.f("uq_certificate_renews_id"), "certificate", ["renews_id"])
    op.create_foreign_key(op.f("fk_certificate_renews_id"), "certificate", "certificate", ["renews_id"], ["id"])
    op.create_check_constraint(op.f("ck_certificate_earned_by_one"), "certificate", EARNED_BY_ONE)
    for column, length, value in (("language", 2, "'en'"), ("paper", 6, "'letter'"), ("unsigned_digest", 64, "digest")):
        op.add_column("certificate_document", sa.Column(column, sa.String(length=length), nullable=True))
        op.execute(f"UPDATE certificate_document SET {column} = {value}")  # noqa: S608 - our own words
        op.alter_column("certificate_document", column, nullable=False)
    op.drop_constraint(op.f("pk_certificate_document"), "certificate_document")
    op.create_primary_key(
        op.f("pk_certificate_document"), "certificate_document", ["certificate_id", "language", "paper"]
    )


def _alter_back() -> None:
    for index in ("ix_certificate_organization_id", "ix_certificate_person_id_issued_at"):
        op.drop_index(op.f(index), table_name="certificate")
    op.drop_constraint(op.f("pk_certificate_document"), "certificate_document")
    for column in ("unsigned_digest", "paper", "language"):
        op.drop_column("certificate_document", column)
    op.create_primary_key(op.f("pk_certificate_document"), "certificate_document", ["certificate_id"])
    op.drop_constraint(op.f("ck_certificate_earned_by_one"), "certificate")
    op.drop_column("certificate", "renews_id")
    op.drop_column("certificate", "occasion")
    op.alter_column("certificate", "completion_id", nullable=False)
    op.alter_column("certificate", "category", nullable=False)


def _certificate(name: str) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=13), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("category", sa.Integer(), nullable=True),
        sa.Column("completion_id", sa.Integer(), nullable=True),
        sa.Column("occasion", sa.String(length=100), nullable=True),
        sa.Column("renews_id", sa.Integer(), nullable=True),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("issued_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.CheckConstraint("category BETWEEN 0 AND 12", name=op.f("ck_certificate_category_known")),
        sa.CheckConstraint(EARNED_BY_ONE, name=op.f("ck_certificate_earned_by_one")),
        sa.ForeignKeyConstraint(["completion_id"], ["completion.id"], name=op.f("fk_certificate_completion_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_certificate_organization_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_certificate_person_id")),
        sa.ForeignKeyConstraint(["renews_id"], [f"{name}.id"], name=op.f("fk_certificate_renews_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
        sa.UniqueConstraint("person_id", "occasion", name=op.f("uq_certificate_person_id_occasion")),
        sa.UniqueConstraint("renews_id", name=op.f("uq_certificate_renews_id")),
        sa.UniqueConstraint(
            "person_id", "category", "completion_id", name=op.f("uq_certificate_person_id_category_completion_id")
        ),
    )


def _former_certificate(name: str) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=13), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("category", sa.Integer(), nullable=False),
        sa.Column("completion_id", sa.Integer(), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("issued_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.CheckConstraint("category BETWEEN 0 AND 12", name=op.f("ck_certificate_category_known")),
        sa.ForeignKeyConstraint(["completion_id"], ["completion.id"], name=op.f("fk_certificate_completion_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_certificate_organization_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_certificate_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
        sa.UniqueConstraint(
            "person_id", "category", "completion_id", name=op.f("uq_certificate_person_id_category_completion_id")
        ),
    )


def _document(name: str, of: str) -> None:
    op.create_table(
        name,
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("paper", sa.String(length=6), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("unsigned_digest", sa.String(length=64), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("drawn_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["certificate_id"], [f"{of}.id"], name=op.f("fk_certificate_document_certificate_id")),
        sa.PrimaryKeyConstraint("certificate_id", "language", "paper", name=op.f("pk_certificate_document")),
        sa.UniqueConstraint("digest", name=op.f("uq_certificate_document_digest")),
    )


def _former_document(name: str, of: str) -> None:
    op.create_table(
        name,
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("drawn_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["certificate_id"], [f"{of}.id"], name=op.f("fk_certificate_document_certificate_id")),
        sa.PrimaryKeyConstraint("certificate_id", name=op.f("pk_certificate_document")),
        sa.UniqueConstraint("digest", name=op.f("uq_certificate_document_digest")),
    )


def _add_tables() -> None:
    certificate = [("certificate_id", "certificate.id")]
    op.create_table(
        "certificate_credential",
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("jwt", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("signed_at", types.UtcDateTime(timezone=True), nullable=False),
        *_keys("certificate_credential", ["certificate_id"], certificate),
    )
    op.create_table(
        "revocation",
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("revoked_at", types.UtcDateTime(timezone=True), nullable=False),
        *_keys("revocation", ["certificate_id"], [*certificate, ("by_id", "person.id")]),
    )
    op.create_table(
        "certificate_letter",
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("sent_at", types.UtcDateTime(timezone=True), nullable=False),
        *_keys("certificate_letter", ["certificate_id"], certificate),
    )
    op.create_table(
        "verify_miss",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client", sa.String(length=64), nullable=False),
        sa.Column("at", types.UtcDateTime(timezone=True), nullable=False),
        *_keys("verify_miss", ["id"], []),
    )
    op.create_index(op.f("ix_verify_miss_client_at"), "verify_miss", ["client", "at"])
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("created_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("started_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("heartbeat_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("finished_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name=op.f("ck_job_state_known")),
        sa.UniqueConstraint("key", name=op.f("uq_job_key")),
        *_keys("job", ["id"], []),
    )
    op.create_index(op.f("ix_job_state_heartbeat_at"), "job", ["state", "heartbeat_at"])
    op.create_table(
        "bundle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("selection", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("paper", sa.String(length=6), nullable=False),
        sa.Column("created_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("public_id", name=op.f("uq_bundle_public_id")),
        *_keys("bundle", ["id"], [("by_id", "person.id"), ("organization_id", "organization.id")]),
    )
    op.create_index(op.f("ix_bundle_by_id"), "bundle", ["by_id"])
    op.create_table(
        "bundle_certificate",
        sa.Column("bundle_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        *_keys("bundle_certificate", ["bundle_id", "place"], [("bundle_id", "bundle.id"), *certificate]),
    )
    op.create_index(op.f("ix_bundle_certificate_certificate_id"), "bundle_certificate", ["certificate_id"])


def _keys(table: str, primary: list[str], foreign: list[tuple[str, str]]) -> list[sa.Constraint]:
    """The constraints of a table, named as models name them."""
    return [
        *(sa.ForeignKeyConstraint([c], [to], name=op.f(f"fk_{table}_{c}")) for c, to in foreign),
        sa.PrimaryKeyConstraint(*primary, name=op.f(f"pk_{table}")),
    ]
