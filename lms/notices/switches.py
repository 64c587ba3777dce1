"""Whether somebody gets mail: the switch of the account, and addresses from which mail comes back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, Person
from lms.accounts.people import subject
from lms.core import audit

from .models import Letter
from .rules import LONG, LOST_AFTER


@dataclass(frozen=True, slots=True)
class Standing:
    """How the mail stands: letters that wait, that were sent in the last seven days, and addresses that refuse it."""

    waiting: int
    sent: int
    refused: int


def switch(session: Session, person_id: int, *, on: bool) -> None:
    """Reminders and digests are wanted, or not. Nobody needs to be there: then nothing changes."""
    session.execute(update(Person).where(Person.id == person_id).values(mail_reminders=on))


def refuse(session: Session, person_id: int, *, now: datetime) -> bool:
    """Mail to the person comes back from now on; False when that was known, or there is no such person."""
    known = update(Person).where(Person.id == person_id, Person.mail_refused_at.is_(None))
    return _told(session, known.values(mail_refused_at=now).returning(Person), "person.mail_refused", now)


def accept(session: Session, person_id: int, *, now: datetime) -> bool:
    """Mail reaches the person again; False when it did all the time."""
    known = update(Person).where(Person.id == person_id, Person.mail_refused_at.is_not(None))
    return _told(session, known.values(mail_refused_at=None).returning(Person), "person.mail_accepted", now)


def _told(session: Session, changed: Any, action: str, now: datetime) -> bool:
    person = session.scalars(changed).one_or_none()
    if person is not None:
        audit.record(session, action=action, subject=subject(person), actor_id=None, now=now)
    return person is not None


def standing(session: Session, *, today: date) -> Standing:
    def many(*which: ColumnElement[bool]) -> int:
        return session.scalar(select(func.count(Letter.id)).where(*which)) or 0

    return Standing(
        many(Letter.state == "waiting"),
        many(Letter.state == "sent", Letter.day > today - timedelta(days=7)),
        session.scalar(select(func.count(Person.id)).where(*_REFUSED)) or 0,
    )


_REFUSED = (Person.mail_refused_at.is_not(None), Person.disabled_at.is_(None))


def refused(session: Session, *, offset: int, limit: int) -> Sequence[Any]:
    """People with access whose mail comes back: name, address, since when, company and its number. The latest first."""
    listed = (
        select(
            Person.name, Person.email, Person.mail_refused_at, Organization.name.label("company"), Organization.number
        )
        .outerjoin(Organization, Organization.id == Person.organization_id)
        .where(*_REFUSED)
        .order_by(Person.mail_refused_at.desc(), Person.id)
    )
    return session.execute(listed.offset(offset).limit(limit)).all()


def trouble(session: Session, *, now: datetime) -> tuple[int, int]:
    """Letters that have waited for more than a day, and letters of which nobody knows whether they were sent."""
    counted = select(
        func.count().filter(Letter.state == "waiting", Letter.created_at < now - LONG),
        func.count().filter(Letter.state == "sending", Letter.taken_at < now - LOST_AFTER),
    ).where(Letter.state.in_(("waiting", "sending")))
    late, lost = session.execute(counted).one()
    return late, lost
