"""Attempts at a module's quiz, and the answers given in them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, IntPk


class Attempt(Base):
    """One run through a quiz. `document` pins the module as it was rendered then, `paper` what was drawn and in which
    order, so that a past attempt can be shown and marked again after any edit. Scores are exact fractions in text
    ("7", "15/2").

    While `submitted_at` is null the attempt is open; the database allows one open attempt a person and module.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        Index(
            "uq_attempt_open",
            "person_id",
            "module",
            unique=True,
            sqlite_where=text("submitted_at IS NULL"),
            postgresql_where=text("submitted_at IS NULL"),
        ),
        Index(None, "person_id", "module", "submitted_at"),
        CheckConstraint("(submitted_at IS NULL) = (passed IS NULL)", name="marked_when_submitted"),
    )

    id: Mapped[IntPk]
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    module: Mapped[str] = mapped_column(String(200), index=True)
    language: Mapped[str] = mapped_column(String(2))
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    document: Mapped[str] = mapped_column(ForeignKey("document.digest"))
    paper: Mapped[dict[str, Any]] = mapped_column(JSON)
    pass_mark: Mapped[int]
    started_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    score: Mapped[str | None] = mapped_column(String(40))
    out_of: Mapped[int | None]
    passed: Mapped[bool | None]


class Answer(Base):
    """What a person answered, in the question's own terms (see assessment.rules), and when it was saved last."""

    __tablename__ = "answer"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True)
    question: Mapped[str] = mapped_column(String(100), primary_key=True)
    response: Mapped[list[Any]] = mapped_column(JSON)
    saved_at: Mapped[datetime]


class CheckTry(Base):
    """The first time a person tried a knowledge check. What was answered is not kept: checks are not graded."""

    __tablename__ = "check_try"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    question: Mapped[str] = mapped_column(String(100), primary_key=True)
    tried_at: Mapped[datetime]
