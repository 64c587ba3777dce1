"""Many certificates in one file."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, IntPk


class Bundle(Base):
    """Certificates that somebody asked for together. `selection` is what was asked for, as the address of a
    register of certificates says it (register.Wanted).

    Which certificates these are is decided once, when it is asked for.
    """

    __tablename__ = "bundle"

    id: Mapped[IntPk]
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    selection: Mapped[dict[str, Any]] = mapped_column(JSON)
    language: Mapped[str] = mapped_column(String(2))
    paper: Mapped[str] = mapped_column(String(6))
    created_at: Mapped[datetime]


class BundleCertificate(Base):
    """A certificate of a bundle; `place` is its order in the file."""

    __tablename__ = "bundle_certificate"

    bundle_id: Mapped[int] = mapped_column(ForeignKey("bundle.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), index=True)
