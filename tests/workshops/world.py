"""Workshops for tests: one in Houston on Tuesday, December 8, 2026, at 9:00 AM Central Time."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.permissions import Role
from lms.workshops.models import Registration, Workshop
from tests.factories.people import make_person

STARTS = datetime(2026, 12, 8, 15, 0, tzinfo=UTC)
PLANNED = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)
TITLE = "Seals at the dock"
WHEN = "Tuesday, December 8, 2026, 9:00 AM to 11:00 AM (Central Time, Chicago)"

_number = count(1)


def make_workshop(session: Session, **values: Any) -> Workshop:
    """A workshop, committed: two hours with two seats, unless told otherwise."""
    number = next(_number)
    facts: dict[str, Any] = {
        "public_id": f"workshop{number:014}",
        "title": TITLE,
        "about": "Bring a seal that was broken.",
        "office": "houston",
        "place": "Sample Hall, 100 Example Street, Houston",
        "link": None,
        "zone": "America/Chicago",
        "starts_at": STARTS,
        "minutes": 120,
        "seats": 2,
        "language": "en",
        "criteria": ["6.1", "6.7"],
        "entities": [],
        "reads": [],
        "code": f"code{number:018}",
        "created_at": PLANNED,
    }
    facts |= values
    if "by_id" not in facts:
        facts["by_id"] = staff(session).id
    workshop = Workshop(**facts)
    session.add(workshop)
    session.commit()
    return workshop


def staff(session: Session) -> Person:
    """Somebody of the program, the same one at every call."""
    found = session.scalar(select(Person).where(Person.email == "terry@program.example"))
    return found or make_person(session, "Terry Sample", role=Role.STAFF, email="terry@program.example")


def who(session: Session, workshop: Workshop, state: str = "seat") -> list[str]:
    """The names of those with a seat, or of the waiting list in its order."""
    session.rollback()
    rows = (
        select(Person.name)
        .join(Registration, Registration.person_id == Person.id)
        .where(Registration.workshop_id == workshop.id, Registration.state == state)
        .order_by(Registration.asked_at)
    )
    return list(session.scalars(rows))
