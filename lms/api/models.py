"""Tokens with which programs read the figures."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, IntPk


class ApiToken(Base):
    """A token of a person, with what he or she may read. Only its hash is kept; `hint` are its first characters, to tell one
    from another. It ends with `expires_at`, when it is revoked, and with the person's access."""

    __tablename__ = "api_token"

    id: Mapped[IntPk]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hint: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(100))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None]
