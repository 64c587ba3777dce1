"""Figures by category, phase, company and the like: one GROUP BY statement a table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, select
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, OrganizationEntity, Person
from lms.core.clock import day_begins, program_day
from lms.learning.models import Progress
from lms.schedule.models import ProfileRequirement

from . import rules
from .filters import Order
from .requirements import AnySelect, Slice, due_day, is_begun, is_complete, is_open, overdue, requirements, started
from .rules import Curve, Figures

# Groups are named by this label: PostgreSQL does not see that two equal expressions with parameters are equal.
KEY = "figure_key"


@dataclass(frozen=True, slots=True)
class Company:
    """The figures of one company; `entities` are slugs in their alphabetical order."""

    number: str
    name: str
    entities: tuple[str, ...]
    figures: Figures


def _measures(today: date) -> tuple[ColumnElement[int], ...]:
    """In the order of Figures' fields."""
    people = func.count(Person.id.distinct())
    return (
        func.count(),
        func.count().filter(is_complete),
        func.count().filter(started(today)),
        func.count().filter(overdue(today)),
        func.count().filter(is_begun),
        people,
        people.filter(overdue(today)),
        people.filter(is_open),
    )


def total(session: Session, part: Slice) -> tuple[Figures, int]:
    """The figures of everything in the part, and of how many companies they are."""
    members = func.count(Person.organization_id.distinct())
    *row, number = session.execute(requirements(part, *_measures(part.today), members)).one()
    return Figures(*row), number


def by_category(session: Session, part: Slice) -> dict[int, Figures]:
    return _figures(session, _by(part, ProfileRequirement.category))


def by_phase(session: Session, part: Slice) -> dict[int, Figures]:
    return _figures(session, _by(part, ProfileRequirement.phase))


def by_focus_area(session: Session, part: Slice) -> dict[str, Figures]:
    areas = {number: area.slug for area in part.framework.focus_areas for number in area.categories}
    return _figures(session, _by(part, case(areas, value=ProfileRequirement.category)))


def by_entity_type(session: Session, part: Slice) -> dict[str, Figures]:
    """A company of several types counts in each of them; where one type is chosen, only in that one."""
    statement = _by(part, OrganizationEntity.entity).join(
        OrganizationEntity, OrganizationEntity.organization_id == Person.organization_id
    )
    if part.filters.entity:
        statement = statement.where(OrganizationEntity.entity == part.filters.entity)
    return _figures(session, statement)


def companies(
    session: Session, part: Slice, *, order: Order = "behind", limit: int | None = None, offset: int = 0
) -> Iterator[Company]:
    """Furthest behind first (or ahead) by the share complete, larger ones first among equals. Streams; None: all."""
    types = (
        select(func.aggregate_strings(OrganizationEntity.entity, " "))
        .where(OrganizationEntity.organization_id == Organization.id)
        .correlate(Organization)
        .scalar_subquery()
    )
    share = func.count().filter(is_complete) * 1.0 / func.count()
    statement = (
        requirements(part, Organization.number, Organization.name, types, *_measures(part.today))
        .group_by(Organization.id, Organization.number, Organization.name)
        .order_by(share if order == "behind" else share.desc(), func.count().desc(), Organization.id)
        .limit(limit)
        .offset(offset)
        .execution_options(yield_per=500)
    )
    for number, name, entities, *figures in session.execute(statement):
        yield Company(number, name, tuple(sorted((entities or "").split())), Figures(*figures))


def dues(session: Session, part: Slice) -> dict[int, dict[date, int]]:
    """How many requirements of each category are due on which day."""
    category = ProfileRequirement.category
    found: dict[int, dict[date, int]] = {}
    for number, due, count in session.execute(
        requirements(part, category, due_day, func.count()).group_by(category, due_day)
    ):
        found.setdefault(number, {})[due] = count
    return found


def began_on(session: Session) -> date | None:
    """The day on which the first module was begun by anybody."""
    first = session.scalar(select(func.min(Progress.started_at)))
    return program_day(first) if first else None


def curve(session: Session, part: Slice, dues_by_day: dict[date, int], *, start: date, enforcement: date) -> Curve:
    """Completion by week toward the enforcement date. Weeks begin on Mondays in America/New_York."""
    mondays = rules.mondays(start, part.today)
    weeks = [(Progress.completed_at < day_begins(day), n) for n, day in enumerate(mondays)]
    week = case(*weeks, else_=len(mondays)) if weeks else literal(0)
    statement = requirements(part, week.label(KEY), func.count()).where(is_complete).group_by(KEY)
    weekly = [0] * (len(mondays) + 1)
    for number, count in session.execute(statement):
        weekly[number] = count
    return rules.curve(weekly, dues_by_day, start=start, today=part.today, enforcement=enforcement)


def _by(part: Slice, key: ColumnElement[Any] | Any) -> AnySelect:
    return requirements(part, key.label(KEY), *_measures(part.today)).group_by(KEY)


def _figures(session: Session, statement: AnySelect) -> dict[Any, Figures]:
    return {row[0]: Figures(*row[1:]) for row in session.execute(statement)}
