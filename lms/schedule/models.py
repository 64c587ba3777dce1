"""Who must finish what by when, stored once for everybody with the same profile."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, IntPk


class ProfileRequirement(Base):
    """A module that everybody with the profile must complete, why, and by which day (a company's own date may be earlier).

    `functions` and `criteria` are the reason: the job functions that bring the module, the criteria it teaches that concern
    the company. Derived from the published revision and the schedule; rewritten whenever either changes.
    """

    __tablename__ = "profile_requirement"
    __table_args__ = (Index(None, "module"), Index(None, "category"))

    profile_id: Mapped[int] = mapped_column(ForeignKey("profile.id", ondelete="CASCADE"), primary_key=True)
    module: Mapped[str] = mapped_column(String(200), primary_key=True)
    category: Mapped[int]
    phase: Mapped[int]
    due_on: Mapped[date]
    functions: Mapped[list[str]] = mapped_column(JSON)
    criteria: Mapped[list[str]] = mapped_column(JSON)


class ScheduleOverride(Base):
    """Dates that stand in place of program.yml's, with the sentence every page shows about it. At most one row.

    `steps` are first and last day, in ISO 8601, of the steps that lead up to the phases, by their slugs.
    """

    __tablename__ = "schedule_override"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[IntPk]
    enforcement_date: Mapped[date]
    phase_dates: Mapped[dict[str, Any]] = mapped_column(JSON)
    steps: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    note: Mapped[str] = mapped_column(String(300))
    set_at: Mapped[datetime]
