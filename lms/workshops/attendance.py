"""Who was there: marks by a person's own phone, by staff who scan the sign-in sheet, and by ticking the roster.

Whoever marks holds the workshop first, so that nobody cancels it meanwhile, then the end of the audit, then the rows: all in
this order, or two could wait for each other.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import people
from lms.accounts.models import Person
from lms.accounts.rules import has_access
from lms.core import audit
from lms.core.clock import program_day

from .models import Attendance, Registration, Workshop
from .rules import Meeting, ends_at
from .seats import NoSuchPerson

How = Literal["phone", "scan", "roster"]

OPENS_BEFORE = timedelta(minutes=30)
CLOSES_AFTER = timedelta(minutes=60)
# A mark can be taken back for so long at least before a certificate follows from it.
HELD_BACK = timedelta(minutes=60)


class NotOpen(Exception):
    """Nobody can be marked yet, or by phone no longer, or the workshop is cancelled."""


class HasCertificate(Exception):
    """The certificate of the workshop was issued, so that the mark stands."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """What saving the roster did: how many were marked, how many marks were taken back, and how many stand by their certificates."""

    marked: int
    taken_back: int
    standing: int


def marking_opens(workshop: Meeting) -> datetime:
    """From when on people are marked."""
    return workshop.starts_at - OPENS_BEFORE


def phones_close(workshop: Meeting) -> datetime:
    """Until when people mark themselves. Staff may do so later: sheets are typed in on the next day, or the one after."""
    return ends_at(workshop) + CLOSES_AFTER


def takes_marks(workshop: Meeting, how: How, now: datetime) -> bool:
    """Whether somebody can be marked in this way now."""
    if workshop.cancelled_at is not None or now < marking_opens(workshop):
        return False
    return how != "phone" or now < phones_close(workshop)


def certificate_due(workshop: Meeting, marked_at: datetime) -> datetime:
    """When the certificate follows from a mark: when phones no longer mark, and the mark itself has been held back."""
    return max(phones_close(workshop), marked_at + HELD_BACK)


def of(session: Session, workshop_id: int, person_id: int) -> Attendance | None:
    """The mark that stands; None where there is none."""
    return session.scalar(
        select(Attendance).where(
            Attendance.workshop_id == workshop_id,
            Attendance.person_id == person_id,
            Attendance.withdrawn_at.is_(None),
        )
    )


def mark(session: Session, workshop_id: int, person_id: int, how: How, *, by_id: int, now: datetime) -> Attendance:
    """The person was there. Who is marked already stays so. Raises NotOpen."""
    workshop = _held(session, workshop_id)
    if not takes_marks(workshop, how, now):
        raise NotOpen
    return _mark(session, workshop, person_id, how, by_id, now)


def mark_by_email(session: Session, workshop_id: int, email: str, *, by_id: int, now: datetime) -> Attendance:
    """The same for somebody who came without a seat. Raises NoSuchPerson, NotOpen."""
    person = people.by_email(session, email)
    if person is None or not has_access(person.disabled_at, person.access_until, program_day(now)):
        raise NoSuchPerson
    return mark(session, workshop_id, person.id, "roster", by_id=by_id, now=now)


def take_back(session: Session, workshop_id: int, person_id: int, *, by_id: int, now: datetime) -> bool:
    """The person was not there after all; whether there was a mark. Raises HasCertificate."""
    workshop = _held(session, workshop_id)
    return _take_back(session, workshop, person_id, by_id, now)


def tick(
    session: Session, workshop_id: int, *, there: Collection[int], before: Collection[int], by_id: int, now: datetime
) -> Ticked:
    """The roster as it was saved: `there` are ticked now, `before` were ticked when the page was made. What others marked since
    stays, and people who are not on the roster are left out. Raises NotOpen."""
    workshop = _held(session, workshop_id)
    if not takes_marks(workshop, "roster", now):
        raise NotOpen
    listed = _listed(session, workshop_id, {*there, *before})
    new, gone = sorted(listed & ({*there} - {*before})), sorted(listed & ({*before} - {*there}))
    for person_id in new:
        _mark(session, workshop, person_id, "roster", by_id, now)
    taken_back, standing = 0, 0
    for person_id in gone:
        try:
            taken_back += _take_back(session, workshop, person_id, by_id, now)
        except HasCertificate:
            standing += 1
    return Ticked(len(new), taken_back, standing)


def _held(session: Session, workshop_id: int) -> Workshop:
    """The workshop as it is now; nobody changes or cancels it until the transaction ends, while others may mark people too."""
    workshop = session.get_one(Workshop, workshop_id, with_for_update={"read": True}, populate_existing=True)
    audit.hold(session)
    return workshop


def _row(session: Session, workshop_id: int, person_id: int) -> Attendance | None:
    return session.scalar(
        select(Attendance)
        .where(Attendance.workshop_id == workshop_id, Attendance.person_id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _listed(session: Session, workshop_id: int, wanted: Iterable[int]) -> set[int]:
    """Those of the people who are on the roster of the workshop."""
    known: set[int] = set()
    for model in (Registration, Attendance):
        theirs = select(model.person_id).where(model.workshop_id == workshop_id, model.person_id.in_(sorted(wanted)))
        known.update(session.scalars(theirs))
    return known


def _mark(session: Session, workshop: Workshop, person_id: int, how: How, by_id: int, now: datetime) -> Attendance:
    row = _row(session, workshop.id, person_id)
    if row is not None and row.withdrawn_at is None:
        return row
    if row is None:
        row = Attendance(workshop_id=workshop.id, person_id=person_id)
        session.add(row)
    row.how, row.by_id, row.at, row.withdrawn_at = how, by_id, now, None
    row.organization_id = session.get_one(Person, person_id).organization_id
    _record(session, "attendance.marked", workshop, person_id, by_id, now, how=how)
    return row


def _take_back(session: Session, workshop: Workshop, person_id: int, by_id: int, now: datetime) -> bool:
    row = _row(session, workshop.id, person_id)
    if row is None or row.withdrawn_at is not None:
        return False
    if row.certificate_id is not None:
        raise HasCertificate
    row.withdrawn_at = now
    _record(session, "attendance.taken_back", workshop, person_id, by_id, now)
    return True


def _record(
    session: Session, action: str, workshop: Workshop, person_id: int, by_id: int, now: datetime, **details: str
) -> None:
    subject = f"workshop {workshop.public_id}"
    audit.record(session, action=action, subject=subject, actor_id=by_id, now=now, person=person_id, **details)
