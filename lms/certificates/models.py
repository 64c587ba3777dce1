"""Certificates: frozen records, what signs each, the documents drawn from it, and what was said of it later."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, IntPk


class Certificate(Base):
    """One for each (person, course, completion that closed the course), or for each (person, workshop attended).

    `record` holds every printed fact as of the day of issue. `category` is 1-12; 0 is the program certificate (all required
    categories); None is an attendance, whose workshop `occasion` names. `renews_id` is the certificate that this one follows.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("person_id", "category", "completion_id"),
        UniqueConstraint("person_id", "occasion"),
        CheckConstraint("category BETWEEN 0 AND 12", name="category_known"),
        CheckConstraint(
            "(completion_id IS NULL) = (category IS NULL) AND (completion_id IS NULL) = (occasion IS NOT NULL)",
            name="earned_by_one",
        ),
        Index(None, "person_id", "issued_at"),
    )

    id: Mapped[IntPk]
    number: Mapped[str] = mapped_column(String(13), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    category: Mapped[int | None]
    completion_id: Mapped[int | None] = mapped_column(ForeignKey("completion.id"))
    occasion: Mapped[str | None] = mapped_column(String(100))
    renews_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), unique=True)
    record: Mapped[dict[str, Any]] = mapped_column(JSON)
    issued_at: Mapped[datetime]
    valid_until: Mapped[date]


class CertificateCredential(Base):
    """What signs the record of a certificate, made once: `jwt`, the Open Badges credential, and `code`, what the QR code says.

    `key_id` names the public key of both; the key itself is in no table.
    """

    __tablename__ = "certificate_credential"

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), primary_key=True)
    jwt: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    key_id: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime]


class CertificateDocument(Base):
    """A PDF of a certificate, drawn and signed when first asked for and never again.

    `digest` is the SHA-256 of the file, `unsigned_digest` that of the same file before its signature.
    """

    __tablename__ = "certificate_document"

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    paper: Mapped[str] = mapped_column(String(6), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    unsigned_digest: Mapped[str] = mapped_column(String(64))
    pdf: Mapped[bytes] = mapped_column(LargeBinary)
    drawn_at: Mapped[datetime]


class Revocation(Base):
    """A certificate that no longer counts. `reason` is one of rules.REASONS, told to everybody; `note` is for staff alone."""

    __tablename__ = "revocation"

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(500))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime]


class CertificateLetter(Base):
    """The certificate was mailed to its holder; taken before it is sent, so that nobody gets it twice."""

    __tablename__ = "certificate_letter"

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), primary_key=True)
    sent_at: Mapped[datetime]


class VerifyMiss(Base):
    """A number asked for that we never issued, for the throttle: where it came from, and when."""

    __tablename__ = "verify_miss"
    __table_args__ = (Index(None, "client", "at"),)

    id: Mapped[IntPk]
    client: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
