"""Evidence packets that were asked for."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, IntPk


class EvidencePacket(Base):
    """A packet of a company for a period of whole days in America/New_York; `body` is the ZIP once it is made, without the
    documents of certificates, which are kept already (see evidence.packet). `digest` is the SHA-256 of the whole ZIP.

    `language` and `paper` are those of its documents.
    """

    __tablename__ = "evidence_packet"
    __table_args__ = (Index(None, "organization_id", "asked_at"),)

    id: Mapped[IntPk]
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    since: Mapped[date]
    until: Mapped[date]
    language: Mapped[str] = mapped_column(String(2))
    paper: Mapped[str] = mapped_column(String(6))
    asked_at: Mapped[datetime]
    made_at: Mapped[datetime | None]
    digest: Mapped[str | None] = mapped_column(String(64))
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
