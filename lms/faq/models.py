"""Questions that members ask and the program's answers, as they were and as they are."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, IntPk


class FaqEntry(Base):
    """A question with its answer; what it says is in its versions, the newest of which counts. `retired_at`: shown no more."""

    __tablename__ = "faq_entry"

    id: Mapped[IntPk]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class FaqVersion(Base):
    """What an entry says from a moment on. Append-only; `number` counts from 1.

    `answer` is Markdown, `html` what it looks like. `translations` holds question, answer and html by language. `entities` empty:
    of concern to all. The module paragraph that teaches it stands at `module`, `section`, `anchor`; null where none is named.
    """

    __tablename__ = "faq_version"

    entry_id: Mapped[int] = mapped_column(ForeignKey("faq_entry.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(String(300))
    answer: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    translations: Mapped[dict[str, Any]] = mapped_column(JSON)
    criteria: Mapped[list[str]] = mapped_column(JSON)
    entities: Mapped[list[str]] = mapped_column(JSON)
    module: Mapped[str | None] = mapped_column(String(200))
    section: Mapped[str | None] = mapped_column(String(100))
    anchor: Mapped[str | None] = mapped_column(String(100))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class FaqSource(Base):
    """A comment that an entry answers, with those merged into it."""

    __tablename__ = "faq_source"

    entry_id: Mapped[int] = mapped_column(ForeignKey("faq_entry.id"), primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True, index=True)


class FaqVote(Base):
    """Whether an answer was of help to a reader. `voter` is a hash of the person or of the visitor's session: one voice each,
    the last word counts."""

    __tablename__ = "faq_vote"
    __table_args__ = (Index(None, "entry_id", "helpful"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("faq_entry.id"), primary_key=True)
    voter: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int]
    helpful: Mapped[bool]
    at: Mapped[datetime]
