"""Notices of the program to members, and who has read them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, IntPk


class Announcement(Base):
    """A notice in Markdown, with the HTML it was rendered to. A draft until `published_at`; from then on it is not changed.

    Of whom it is: of companies with one of the entity types, of the field offices, with people who have something open in the
    phases; an empty list means all. `translations` holds title, body and html by language. Shown until `shown_until`, whole days
    in America/New_York.
    """

    __tablename__ = "announcement"
    __table_args__ = (Index(None, "published_at"),)

    id: Mapped[IntPk]
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    title: Mapped[str] = mapped_column(String(150))
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    translations: Mapped[dict[str, Any]] = mapped_column(JSON)
    entities: Mapped[list[str]] = mapped_column(JSON)
    offices: Mapped[list[str]] = mapped_column(JSON)
    phases: Mapped[list[int]] = mapped_column(JSON)
    mailed: Mapped[bool] = mapped_column(default=False)
    shown_until: Mapped[date]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class AnnouncementReading(Base):
    """The first time a person opened an announcement, or pressed that it is read."""

    __tablename__ = "announcement_reading"

    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcement.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    read_at: Mapped[datetime]
