"""Who is registered for a workshop and who was there, as staff see it and as the sign-in sheet prints it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, Person
from lms.certificates.models import Certificate

from .models import Attendance, Registration, Workshop
from .statistics import Counted, of_workshops

# A workshop stays among those to come for so long after it began: sheets are typed in on the same day.
AT_HAND = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Line:
    """A person. `code` names the registration, and `state` is "seat" or "waiting"; both are "" for somebody who came without
    one. `how` and `at` are those of the mark, "" and None where there is none; `certificate` is the number of what followed."""

    person_id: int
    name: str
    email: str
    company: str
    code: str
    state: str
    how: str
    at: datetime | None
    certificate: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which workshops staff look for: `when` is "" for those to come or under way, "past" or "cancelled"; `words` are of a title."""

    when: str = ""
    office: str = ""
    words: str = ""

    @property
    def chosen(self) -> Mapping[str, str]:
        """As an address says it."""
        said = {"when": self.when, "office": self.office, "q": self.words}
        return {name: word for name, word in said.items() if word}


def count_workshops(session: Session, wanted: Wanted, now: datetime) -> int:
    return session.scalar(select(func.count(Workshop.id)).where(*_fitting(wanted, now))) or 0


def workshops(session: Session, wanted: Wanted, now: datetime, *, offset: int, limit: int) -> Sequence[Counted]:
    """Those to come from the next one on; the others from the last one back."""
    order = (Workshop.starts_at.desc(), Workshop.id.desc()) if wanted.when else (Workshop.starts_at, Workshop.id)
    return of_workshops(session, *_fitting(wanted, now), order=order, now=now, offset=offset, limit=limit)


def _fitting(wanted: Wanted, now: datetime) -> Iterator[ColumnElement[bool]]:
    if wanted.when == "cancelled":
        yield Workshop.cancelled_at.is_not(None)
    else:
        yield Workshop.cancelled_at.is_(None)
        yield Workshop.starts_at <= now - AT_HAND if wanted.when == "past" else Workshop.starts_at > now - AT_HAND
    if wanted.office:
        yield Workshop.office == wanted.office
    if wanted.words:
        yield Workshop.title.icontains(wanted.words, autoescape=True)


def count(session: Session, workshop_id: int) -> int:
    return session.scalar(_lines(workshop_id).with_only_columns(func.count(), maintain_column_froms=True)) or 0


def lines(session: Session, workshop_id: int, *, offset: int = 0, limit: int | None = None) -> Sequence[Line]:
    """By name; who waits and was not there comes last, in the order of asking."""
    waits = and_(Registration.state == "waiting", Attendance.id.is_(None))
    order = (
        case((waits, 1), else_=0),
        case((waits, Registration.asked_at), else_=None),
        func.lower(Person.name),
        Person.id,
    )
    rows = session.execute(_lines(workshop_id).order_by(*order).offset(offset).limit(limit))
    return [Line(*row) for row in rows]


def registered(session: Session, public_id: str, code: str) -> Registration | None:
    """The registration behind the code beside a name on the sheet of that workshop; None for a foreign one."""
    found = session.scalar(select(Registration).where(Registration.public_id == code))
    return found if found is not None and found.workshop.public_id == public_id else None


def _lines(workshop_id: int) -> Select[*tuple[Any, ...]]:
    there = and_(
        Attendance.workshop_id == workshop_id,
        Attendance.person_id == Person.id,
        Attendance.withdrawn_at.is_(None),
    )
    asked = and_(
        Registration.workshop_id == workshop_id, Registration.person_id == Person.id, Registration.state != "cancelled"
    )
    return (
        select(
            Person.id,
            Person.name,
            Person.email,
            func.coalesce(Organization.name, ""),
            func.coalesce(Registration.public_id, ""),
            func.coalesce(Registration.state, ""),
            func.coalesce(Attendance.how, ""),
            Attendance.at,
            func.coalesce(Certificate.number, ""),
        )
        .outerjoin(Registration, asked)
        .outerjoin(Attendance, there)
        .outerjoin(Certificate, Certificate.id == Attendance.certificate_id)
        .outerjoin(
            Organization, Organization.id == func.coalesce(Attendance.organization_id, Registration.organization_id)
        )
        .where(or_(Registration.id.is_not(None), Attendance.id.is_not(None)))
    )
