"""A program whose first phase is due on January 4, 2027, and what a day of the site does."""

from datetime import UTC, date, datetime
from typing import Any

from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, Person
from lms.catalog.shelf import published
from lms.core.clock import now
from lms.notices.models import Letter, Reminder
from lms.schedule import service as schedules
from tests.factories.people import make_organization, make_person

DUE = date(2027, 1, 4)
LATER = date(2028, 4, 1)


def at(day: int, month: int = 12, year: int = 2026, hour: int = 13) -> datetime:
    """A moment of that day: 13 o'clock UTC is 8 in the morning in New York in winter."""
    return datetime(year, month, day, hour, tzinfo=UTC)


def company(session: Session, first: date = DUE, **values: object) -> Organization:
    """A company of a program in which the three modules of the small library are due on DUE or another `first` day, committed."""
    organization = make_organization(session, **values)  # type: ignore[arg-type]
    phases = {1: first, 2: LATER, 3: LATER, 4: LATER}
    schedules.move(
        session, published(session).library, enforcement=date(2029, 1, 1), phases=phases, note="Moved.", now=now()
    )
    session.commit()
    return organization


def person(session: Session, name: str, organization: Organization, **values: Any) -> Person:
    return make_person(session, name, organization=organization, email=f"{name.lower()}@sample.example", **values)


def remind(app: Flask, *options: str) -> Result:
    return app.test_cli_runner().invoke(args=["remind", *options])


def states(session: Session) -> dict[str, list[str]]:
    """The states of each person's letters, by name, in the order of their days."""
    session.rollback()
    rows = session.execute(
        select(Person.name, Letter.state)
        .join(Letter, Letter.person_id == Person.id)
        .order_by(Person.name, Letter.day, Letter.id)
    )
    found: dict[str, list[str]] = {}
    for name, state in rows:
        found.setdefault(name, []).append(state)
    return found


def reminded(session: Session, person: Person) -> list[tuple[date, int]]:
    """The days of the person's letters with the reminder day that each was, once a letter."""
    session.rollback()
    rows = select(Letter.day, Reminder.days).join(Reminder, Reminder.letter_id == Letter.id)
    return sorted({(row.day, row.days) for row in session.execute(rows.where(Letter.person_id == person.id))})
