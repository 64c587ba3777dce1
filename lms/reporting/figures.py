"""The figures of one company by phase, in one statement: its page is opened more often than any other of the figures."""

from datetime import date

from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.schedule.models import ProfileRequirement

from .requirements import Slice, is_begun, is_complete, is_open, overdue, requirements, started
from .rules import Figures


def by_phase(session: Session, part: Slice) -> dict[int, Figures]:
    """Without those that need the past: what was completed on time."""
    phase = ProfileRequirement.phase
    statement = requirements(part, phase, *_measures(part.today)).group_by(phase)
    return {number: Figures(*measures) for number, *measures in session.execute(statement)}


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
