"""How far each person is: sections opened, and modules complete."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, IntPk


class SectionReading(Base):
    """The first time a person opened a section. Sections are known by their anchor within the module."""

    __tablename__ = "section_reading"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    module: Mapped[str] = mapped_column(String(200), primary_key=True)
    section: Mapped[str] = mapped_column(String(100), primary_key=True)
    opened_at: Mapped[datetime]


class Progress(Base):
    """Where a person stands with a module, derived from readings, attempts and completions and equal to their recount.

    A row exists once the module was begun: its first section opened or an attempt started. `valid_until` is that of the last
    completion. Where the module is due once more, `completed_at` is null, `again_because` says whether its content changed or
    its validity ends ("change", "expiry"), and `again_on` by when.
    """

    __tablename__ = "progress"
    __table_args__ = (
        Index(None, "module", "completed_at"),
        Index(None, "valid_until"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    module: Mapped[str] = mapped_column(String(200), primary_key=True)
    started_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    valid_until: Mapped[date | None]
    again_because: Mapped[str | None] = mapped_column(String(10))
    again_on: Mapped[date | None]


class ModuleChange(Base):
    """A substantive change of a module, written when it is published: who passed an older revision is due once more.

    `sections` are the anchors that changed, `questions` the ids that ask about what changed. Where only the criteria behind the
    module changed, `entities` are the entity types for which they did; null where the change is everybody's.
    """

    __tablename__ = "module_change"
    __table_args__ = (UniqueConstraint("module", "revision_id"),)

    id: Mapped[IntPk]
    module: Mapped[str] = mapped_column(String(200))
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    reason: Mapped[str] = mapped_column(String(500))
    sections: Mapped[list[Any]] = mapped_column(JSON)
    questions: Mapped[list[Any]] = mapped_column(JSON)
    entities: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    published_at: Mapped[datetime]


class Completion(Base):
    """A module completed: every section opened and an attempt passed. Append-only; `organization_id` is where the person worked.

    `valid_until` is a whole day in America/New_York, null for completions from before validity was kept.
    """

    __tablename__ = "completion"
    __table_args__ = (UniqueConstraint("attempt_id"), Index(None, "person_id", "module"))

    id: Mapped[IntPk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    module: Mapped[str] = mapped_column(String(200))
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    percent: Mapped[int]
    completed_at: Mapped[datetime]
    valid_until: Mapped[date | None]
