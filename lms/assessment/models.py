"""Attempts at a module's quiz, and the answers given in them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, exists, or_, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, IntPk


class Attempt(Base):
    """One run through a quiz. `document` pins the module as it was rendered then, `paper` what was drawn and in which
    order, so that a past attempt can be shown and marked again after any edit. Scores are exact fractions in text
    ("7", "15/2").

    While `submitted_at` is null the attempt is open; the database allows one open attempt a person and module. After
    `closes_at` no answer is taken (null: no time limit). `delta`: only what changed was asked. `acknowledgment` is the
    sentence accepted before submission. The person `proctor_id` typed in the answers of a paper
    test, whose variant is `form`.
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
    closes_at: Mapped[datetime | None]
    delta: Mapped[bool] = mapped_column(default=False)
    acknowledgment: Mapped[str | None] = mapped_column(String(300))
    proctor_id: Mapped[int | None]
    form: Mapped[int | None]
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


class Repair(Base):
    """A question put right after it was asked: void (full points for everybody) or further answers accepted. Append-only.

    `accepts` lists plain texts: of options, one for each language (their order may change with a revision, their text
    says what was chosen), or of what may be typed. Attempts submitted from `from_at` on are marked with it.
    """

    __tablename__ = "repair"
    __table_args__ = (CheckConstraint("kind IN ('void', 'accept')", name="kind_known"),)

    id: Mapped[IntPk]
    module: Mapped[str] = mapped_column(String(200), index=True)
    question: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(10))
    accepts: Mapped[list[Any]] = mapped_column(JSON)
    from_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(500))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]


class Remark(Base):
    """What an attempt is worth after a repair; its own score stays as it was. Append-only, but for `told_at`.

    The result of an attempt is its last remark's, else its own. A remark never takes a pass away.
    """

    __tablename__ = "remark"
    __table_args__ = (UniqueConstraint("attempt_id", "repair_id"),)

    id: Mapped[IntPk]
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    repair_id: Mapped[int] = mapped_column(ForeignKey("repair.id"))
    score: Mapped[str] = mapped_column(String(40))
    out_of: Mapped[int]
    passed: Mapped[bool]
    created_at: Mapped[datetime]
    told_at: Mapped[datetime | None]


# Whether an attempt is passed, by its own marks or after a repair: for statements that read `attempt`.
PASSED = or_(
    Attempt.passed.is_(True),
    exists().where(Remark.attempt_id == Attempt.id, Remark.passed.is_(True)).correlate(Attempt.__table__),
)


class CheckTry(Base):
    """The first time a person tried a knowledge check. What was answered is not kept: checks are not graded."""

    __tablename__ = "check_try"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    question: Mapped[str] = mapped_column(String(100), primary_key=True)
    tried_at: Mapped[datetime]
