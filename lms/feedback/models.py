"""Comments on criteria, and what the program answered."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Organization, Person
from lms.core.database import Base, IntPk


class CommentPeriod(Base):
    """Whole days in America/New_York, both included, in which members comment on the criteria of an edition.

    `purpose` is the sentence that tells members what becomes of their comments.
    """

    __tablename__ = "comment_period"
    __table_args__ = (CheckConstraint("begins_on <= ends_on", name="in_order"),)

    id: Mapped[IntPk]
    edition: Mapped[str] = mapped_column(String(40))
    purpose: Mapped[str] = mapped_column(String(300))
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]


class Comment(Base):
    """What a person wrote about a criterion, for an entity type. A draft is its author's alone; once sent it is never changed.

    `kind` is one of rules.KINDS, `state` "draft", "sent" or "withdrawn", `via` "form" or "workbook". `version` grows with each
    saving, so that two tabs do not undo each other. `digest` is that of what was said, from the moment it is sent: the same is
    not sent twice. `merged_id` is the comment that says the same and is answered for both; it is itself never merged.
    """

    __tablename__ = "comment"
    __table_args__ = (
        UniqueConstraint("period_id", "person_id", "digest"),
        CheckConstraint("state IN ('draft', 'sent', 'withdrawn')", name="state_known"),
        CheckConstraint("via IN ('form', 'workbook')", name="via_known"),
        CheckConstraint("(state = 'draft') = (sent_at IS NULL)", name="sent_when_not_draft"),
        Index(None, "period_id", "state", "criterion"),
        Index(None, "person_id"),
        Index(None, "merged_id"),
    )

    id: Mapped[IntPk]
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("comment_period.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    criterion: Mapped[str] = mapped_column(String(10))
    entity: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2))
    state: Mapped[str] = mapped_column(String(10), default="draft")
    via: Mapped[str] = mapped_column(String(10), default="form")
    version: Mapped[int] = mapped_column(default=1)
    digest: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    merged_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"))
    assigned_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)

    period: Mapped[CommentPeriod] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    organization: Mapped[Organization | None] = relationship()


class Disposition(Base):
    """What the program decided about a comment, and about those merged into it. Append-only: the newest one counts.

    `outcome` is one of outcomes.OUTCOMES.
    """

    __tablename__ = "disposition"
    __table_args__ = (Index(None, "comment_id", "id"),)

    id: Mapped[IntPk]
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"))
    outcome: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
