"""The rows behind a number: one for each person and module, in the order of company, person and module.

A page begins after a place, so that the last page takes no longer than the first; companies of which it is known that no row
fits are passed over.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, repeat

from sqlalchemy import ColumnElement, Integer, and_, exists, not_, or_, select, type_coerce
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, Person, StaleFigures
from lms.core.clock import program_day
from lms.learning.models import Progress
from lms.schedule.models import ProfileRequirement

from .models import CompanyCount, CompanyFigure
from .requirements import Slice, due_day, of_companies, of_people, requirements, status
from .rules import Status

# How many companies are looked at for people at a time, and for how many people rows are read: few at first, so that a page
# of rows costs little, then more and more.
COMPANIES_AT_ONCE = (10, 50, 200)
PEOPLE_AT_ONCE = (25, 50, 100, 200, 400)


@dataclass(frozen=True, slots=True)
class Place:
    """A row's place in the order."""

    company: int
    person: int
    module: str

    def __str__(self) -> str:
        return f"{self.company}.{self.person}.{self.module}"


def read_place(text: str) -> Place | None:
    """The place of an address, None for none and for what is none."""
    company, _, rest = text.partition(".")
    person, _, module = rest.partition(".")
    numbers = [part for part in (company, person) if part.isascii() and part.isdigit() and len(part) < 10]
    return Place(int(company), int(person), module) if len(numbers) == 2 and "\0" not in module else None


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement of one person, as it stands on the slice's day."""

    place: Place
    person: str
    email: str
    company: str
    company_number: str
    category: int
    phase: int
    due: date
    status: Status
    started_at: datetime | None
    completed_at: datetime | None

    @property
    def module(self) -> str:
        return self.place.module

    @property
    def done_on(self) -> date | None:
        """The day of its completion, a whole day in America/New_York."""
        return program_day(self.completed_at) if self.completed_at else None


def rows(session: Session, part: Slice, *, after: Place | None = None, limit: int | None = None) -> Iterator[Row]:
    """Rows after a place, None: from the first; so many, None: all. Reads some hundred people at a time."""
    left = limit
    for people in _people(session, part, after):
        for row in _rows(session, part, people, after, left):
            yield row
            if left is not None:
                left -= 1
        if left == 0:
            return


def _people(session: Session, part: Slice, after: Place | None) -> Iterator[list[int]]:
    """Ids of people in the order of the rows, in pieces."""
    sizes = chain(PEOPLE_AT_ONCE, repeat(PEOPLE_AT_ONCE[-1]))
    piece: list[int] = []
    size = next(sizes)
    for companies in _companies(session, part, after):
        statement = (
            select(Person.id)
            .where(
                Person.organization_id.in_(companies),
                Person.disabled_at.is_(None),
                *of_people(part.filters),
            )
            .order_by(Person.organization_id, Person.id)
        )
        if after is not None:
            same = and_(Person.organization_id == after.company, Person.id < after.person)
            statement = statement.where(not_(same))
        for person in session.scalars(statement).all():
            piece.append(person)
            if len(piece) == size:
                yield piece
                piece, size = [], next(sizes)
    if piece:
        yield piece


def _rows(session: Session, part: Slice, people: list[int], after: Place | None, limit: int | None) -> list[Row]:
    statement = (
        requirements(
            part,
            Organization.id,
            Person.id,
            ProfileRequirement.module,
            Person.name,
            Person.email,
            Organization.name,
            Organization.number,
            ProfileRequirement.category,
            ProfileRequirement.phase,
            due_day,
            status(part.today),
            Progress.started_at,
            Progress.completed_at,
        )
        .where(Person.id.in_(people))
        .order_by(Organization.id, Person.id, ProfileRequirement.module)
        .limit(limit)
    )
    if after is not None:
        done = and_(Person.id == after.person, ProfileRequirement.module <= after.module)
        statement = statement.where(not_(done))
    return [Row(Place(c, p, m), *rest) for c, p, m, *rest in session.execute(statement)]


def _companies(session: Session, part: Slice, after: Place | None) -> Iterator[list[int]]:
    """The companies in which there may be rows, by id, in pieces."""
    least = after.company if after else 0
    for many in chain(COMPANIES_AT_ONCE, repeat(COMPANIES_AT_ONCE[-1])):
        statement = select(Organization.id).where(
            Organization.id >= least, *of_companies(part.filters), _may_have_rows(part)
        )
        found = list(session.scalars(statement.order_by(Organization.id).limit(many)))
        if found:
            yield found
        if len(found) < many:
            return
        least = found[-1] + 1


def _may_have_rows(part: Slice) -> ColumnElement[bool]:
    """Not so for a company that was counted since its last change and had nothing of the topic and status then."""
    changes = or_(CompanyCount.next_change_on.is_(None), CompanyCount.next_change_on > part.today)
    counted = exists().where(
        CompanyCount.organization_id == Organization.id,
        changes,
        Organization.id.not_in(select(StaleFigures.organization_id)),
    )
    some = exists().where(
        CompanyFigure.organization_id == Organization.id, CompanyFigure.topic == _topic(part), _some(part) > 0
    )
    return or_(not_(counted), some)


def _topic(part: Slice) -> str:
    """The narrowest kept topic in which every row of the part is."""
    chosen = part.filters
    if chosen.category:
        return f"category:{chosen.category}"
    if chosen.phase:
        return f"phase:{chosen.phase}"
    return f"area:{chosen.focus_area}" if chosen.focus_area else "all"


def _some(part: Slice) -> ColumnElement[int]:
    f = CompanyFigure
    counts: dict[str, ColumnElement[int]] = {
        Status.COMPLETE: type_coerce(f.complete, Integer),
        Status.OVERDUE: type_coerce(f.overdue, Integer),
        Status.STARTED: type_coerce(f.started, Integer),
        Status.NOT_STARTED: f.required - f.complete - f.started - f.overdue,
    }
    return counts.get(part.filters.status, type_coerce(f.required, Integer))
