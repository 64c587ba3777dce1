"""The rows behind a number: one for each person and module."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from lms.accounts.models import Organization, Person
from lms.core.clock import program_day
from lms.learning.models import Progress
from lms.schedule.models import ProfileRequirement

from .requirements import Slice, due_day, requirements, status
from .rules import Status


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement of one person, as it stands on the slice's day."""

    person: str
    email: str
    company: str
    company_number: str
    module: str
    category: int
    phase: int
    due: date
    status: Status
    started_at: datetime | None
    completed_at: datetime | None

    @property
    def done_on(self) -> date | None:
        """The day of its completion, a whole day in America/New_York."""
        return program_day(self.completed_at) if self.completed_at else None


def rows(session: Session, part: Slice, *, limit: int | None = None, offset: int = 0) -> Iterator[Row]:
    """Rows by company, person and due day. Streams, so that memory stays flat; None: all."""
    statement = (
        requirements(
            part,
            Person.name,
            Person.email,
            Organization.name,
            Organization.number,
            ProfileRequirement.module,
            ProfileRequirement.category,
            ProfileRequirement.phase,
            due_day,
            status(part.today),
            Progress.started_at,
            Progress.completed_at,
        )
        .order_by(Organization.name, Organization.id, Person.name, Person.id, due_day, ProfileRequirement.module)
        .limit(limit)
        .offset(offset)
        .execution_options(yield_per=1000)
    )
    for row in session.execute(statement):
        yield Row(*row)
