"""Figures that were counted ahead, so that no page counts millions of rows; and views that somebody keeps.

All of it follows from other tables and can be counted anew at any time (reporting.folding); `flask fsck` compares.
"""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, IntPk


class FigureDay(Base):
    """By how much the figures of a group change on a day; the figures on a day are the sum up to it (see reporting.ledger).

    `dimension` and `value` name the side from which the program is looked at ("entity", "importers"; "all", ""), `topic` the
    part of the criteria ("all", "category:6", "phase:1", "area:corporate-security"). Days are those of America/New_York; days
    ahead hold what falls due on them unless it is completed before.
    """

    __tablename__ = "figure_day"
    __table_args__ = (Index(None, "dimension", "topic", "day"),)

    dimension: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[str] = mapped_column(String(200), primary_key=True)
    topic: Mapped[str] = mapped_column(String(40), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    required: Mapped[int]
    complete: Mapped[int]
    started: Mapped[int]
    overdue: Mapped[int]
    begun: Mapped[int]
    on_time: Mapped[int]
    people: Mapped[int]
    behind: Mapped[int]
    unfinished: Mapped[int]
    companies: Mapped[int]
    falling_due: Mapped[int]


class CompanyFigure(Base):
    """The figures of one company and topic on the day on which it was counted last. `share` is complete of required, in
    millionths, by which companies are put in order."""

    __tablename__ = "company_figure"
    __table_args__ = (Index(None, "topic", "share", "required", "organization_id"),)

    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id", ondelete="CASCADE"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(40), primary_key=True)
    required: Mapped[int]
    complete: Mapped[int]
    started: Mapped[int]
    overdue: Mapped[int]
    begun: Mapped[int]
    on_time: Mapped[int]
    people: Mapped[int]
    behind: Mapped[int]
    unfinished: Mapped[int]
    share: Mapped[int]


class CompanyCount(Base):
    """What a company was counted with, so that counting it again can take the former figures away: its facts, compressed.

    `next_change_on` is the first day on which its figures change though nobody does anything: something falls due.
    """

    __tablename__ = "company_count"

    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id", ondelete="CASCADE"), primary_key=True)
    facts: Mapped[bytes] = mapped_column(LargeBinary)
    counted_at: Mapped[datetime]
    next_change_on: Mapped[date | None] = mapped_column(index=True)


class CountState(Base):
    """When the figures were counted last, and for which day. At most one row; none until everything was counted once.

    `folds` grows whenever figures change. Of attempts all ids up to `attempts_until` are counted in `CriterionFigure`, but for
    those in `attempts_open` that were not submitted; marked with the repairs up to `repairs_until`.
    """

    __tablename__ = "count_state"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[IntPk]
    counted_at: Mapped[datetime]
    day: Mapped[date]
    folds: Mapped[int] = mapped_column(default=0)
    attempts_until: Mapped[int] = mapped_column(default=0)
    attempts_open: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    repairs_until: Mapped[int] = mapped_column(default=0)


class CriterionFigure(Base):
    """How often questions about a criterion were asked in first attempts, and answered right; a question about several counts
    for each. Counted by the entity type of the person's company, "" for everybody."""

    __tablename__ = "criterion_figure"

    criterion: Mapped[str] = mapped_column(String(10), primary_key=True)
    entity: Mapped[str] = mapped_column(String(60), primary_key=True)
    asked: Mapped[int]
    right: Mapped[int]


class CountedQuestion(Base):
    """The answer to a question that no figures are kept for: filters that are rare together. Counted by a worker, on demand."""

    __tablename__ = "counted_question"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    asked: Mapped[dict[str, str]] = mapped_column(JSON)
    asked_at: Mapped[datetime]
    counted_at: Mapped[datetime | None]
    figures: Mapped[bytes | None] = mapped_column(LargeBinary)


class SavedView(Base):
    """An address below /program/ that a person keeps under a name."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[IntPk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(80))
    path: Mapped[str] = mapped_column(String(1000))
    created_at: Mapped[datetime]
