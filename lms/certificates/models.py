"""Certificates: frozen records, and the document drawn from each."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, IntPk


class Certificate(Base):
    """One for each (person, course, completion that closed the course). `record` holds every printed fact as of the day of issue.

    `category` is 1-12; 0 is the program certificate (all required categories).
    """

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("person_id", "category", "completion_id"),
        CheckConstraint("category BETWEEN 0 AND 12", name="category_known"),
        Index(None, "person_id", "issued_at"),
    )

    id: Mapped[IntPk]
    number: Mapped[str] = mapped_column(String(13), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    category: Mapped[int]
    completion_id: Mapped[int] = mapped_column(ForeignKey("completion.id"))
    record: Mapped[dict[str, Any]] = mapped_column(JSON)
    issued_at: Mapped[datetime]
    valid_until: Mapped[date]


class CertificateDocument(Base):
    """The PDF of a certificate, drawn when first asked for and never again. `digest` is its SHA-256."""

    __tablename__ = "certificate_document"

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    pdf: Mapped[bytes] = mapped_column(LargeBinary)
    drawn_at: Mapped[datetime]
