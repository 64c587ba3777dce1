"""Who worked for which company from when until when. What was done meanwhile stays with the company of that time (U4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from .models import Employment, Person


@dataclass(frozen=True, slots=True)
class Former:
    """Somebody who left a company: the days of the last time there."""

    id: int
    name: str
    email: str
    began_on: date
    ended_on: date


def begin(session: Session, person: Person, on: date) -> None:
    """The person works for his or her company from this day on; nothing happens where there is none. Flushed.

    A time that goes on is left as it is, one with the same company that ended on this day or later goes on. A new one
    begins on the last day of the one before it at the earliest.
    """
    company = person.organization
    if company is None or current(session, person.id) is not None:
        return
    last = _last(session, person.id)
    if last is not None and last.ended_on is not None and last.ended_on >= on:
        if last.organization_id == company.id:
            last.ended_on = None
            session.flush()
            return
        on = last.ended_on
    session.add(Employment(person_id=person.id, organization_id=company.id, began_on=on))
    session.flush()


def end(session: Session, person_id: int, on: date) -> Employment | None:
    """The time that goes on had this last day, its first one at the earliest. None where none goes on. Flushed."""
    running = current(session, person_id)
    if running is not None:
        running.ended_on = max(on, running.began_on)
        session.flush()
    return running


def history(session: Session, person_id: int) -> Sequence[Employment]:
    """Every time with a company, the oldest first. For eyes that may see all of them: a coordinator may not."""
    theirs = select(Employment).options(joinedload(Employment.organization)).where(Employment.person_id == person_id)
    return session.scalars(theirs.order_by(*ORDER)).all()


def with_company(session: Session, person_id: int, organization_id: int) -> Sequence[Employment]:
    """The person's times with this company, the oldest first."""
    theirs = Employment.person_id == person_id, Employment.organization_id == organization_id
    return session.scalars(select(Employment).where(*theirs).order_by(*ORDER)).all()


def current(session: Session, person_id: int) -> Employment | None:
    """The time that goes on. The database holds one at most."""
    running = select(Employment).where(Employment.person_id == person_id, Employment.ended_on.is_(None))
    return session.scalar(running)


def free(today: date) -> ColumnElement[bool]:
    """Whether a person without access may be taken up by another company: the last employment has ended, or the last day of
    access is over. Whoever lost access otherwise may not."""
    employed = select(Employment.person_id)
    running = employed.where(Employment.ended_on.is_(None))
    left = and_(Person.id.in_(employed), Person.id.not_in(running))
    return or_(Person.access_until < today, and_(Person.disabled_at.is_not(None), left))


def count_former(session: Session, organization_id: int) -> int:
    return session.scalar(select(func.count(Person.id)).where(_left(organization_id))) or 0


def former(session: Session, organization_id: int, *, offset: int, limit: int) -> list[Former]:
    """Who left the company and did not come back, by name, wherever they are now: that is not said."""
    days = (
        select(Employment.person_id, func.max(Employment.began_on).label("began"), func.max(Employment.ended_on).label("ended"))
        .where(Employment.organization_id == organization_id)
        .group_by(Employment.person_id)
        .subquery()
    )  # fmt: skip
    chosen = (
        select(Person.id, Person.name, Person.email, days.c.began, days.c.ended)
        .join(days, days.c.person_id == Person.id)
        .where(_left(organization_id))
        .order_by(func.lower(Person.name), Person.id)
    )
    return [Former(*row) for row in session.execute(chosen.offset(offset).limit(limit))]


def was_with(organization_id: int) -> ColumnElement[bool]:
    """Whether a person was, or is, with the company."""
    return exists().where(Employment.person_id == Person.id, Employment.organization_id == organization_id)


def _left(organization_id: int) -> ColumnElement[bool]:
    goes_on = exists().where(
        Employment.person_id == Person.id,
        Employment.organization_id == organization_id,
        Employment.ended_on.is_(None),
    )
    return was_with(organization_id) & ~goes_on


# One that goes on is the last, whatever its days.
ORDER = (Employment.ended_on.is_(None), Employment.began_on, Employment.id)


def _last(session: Session, person_id: int) -> Employment | None:
    newest = [column.desc() for column in ORDER]
    return session.scalar(select(Employment).where(Employment.person_id == person_id).order_by(*newest).limit(1))
