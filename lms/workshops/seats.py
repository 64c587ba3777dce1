"""Seats and the waiting list.

Whoever changes either holds the workshop's row until the end of the transaction, so the database judges who was first. A seat
that comes free goes to the first in the waiting list in the same transaction.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_urlsafe

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from lms.accounts import people
from lms.accounts.models import Person
from lms.accounts.rules import has_access
from lms.core import audit
from lms.core.clock import program_day
from lms.notices.kinds import post

from .models import Registration, Workshop
from .rules import is_open

SEAT = "seat"


class Closed(Exception):
    """The workshop has begun, or is cancelled: nobody registers or leaves any more."""


class NoSuchPerson(Exception):
    """Nobody with access has this mail address."""


def hold(session: Session, workshop_id: int) -> Workshop:
    """The workshop as it is now; nobody else changes it, or who has a seat, until the transaction ends."""
    return session.get_one(Workshop, workshop_id, with_for_update={"key_share": True}, populate_existing=True)


def seats_taken(session: Session, workshop_id: int) -> int:
    return _count(session, workshop_id, "seat")


def waiting(session: Session, workshop_id: int) -> int:
    """How many wait for a seat."""
    return _count(session, workshop_id, "waiting")


def of(session: Session, workshop_id: int, person_id: int) -> Registration | None:
    """What the person has there, given up or not."""
    return session.scalar(
        select(Registration).where(Registration.workshop_id == workshop_id, Registration.person_id == person_id)
    )


def place(session: Session, registration: Registration) -> int:
    """The place in the waiting list, counted from 1."""
    before = select(func.count()).where(
        Registration.workshop_id == registration.workshop_id,
        Registration.state == "waiting",
        Registration.asked_at < registration.asked_at,
    )
    return 1 + (session.scalar(before) or 0)


def register(session: Session, workshop_id: int, person_id: int, *, now: datetime) -> Registration:
    """A seat, or the last place in the waiting list when there is none left. Whoever has one or the other keeps it. Raises Closed."""
    workshop = hold(session, workshop_id)
    if not is_open(workshop, now):
        raise Closed
    registration = _asked(session, workshop, person_id, now)
    _tell([one for one in _fill(session, workshop, now) if one is not registration], session, now)
    return registration


def add_person(session: Session, workshop_id: int, email: str, *, by_id: int, now: datetime) -> Registration:
    """The same for somebody else, recorded; he or she is told of a seat by mail. Raises NoSuchPerson, Closed."""
    person = people.by_email(session, email)
    if person is None or not has_access(person.disabled_at, person.access_until, program_day(now)):
        raise NoSuchPerson
    workshop = hold(session, workshop_id)
    if not is_open(workshop, now):
        raise Closed
    registration = _asked(session, workshop, person.id, now)
    seated = _fill(session, workshop, now)
    audit.record(
        session, action="workshop.person_added", subject=f"workshop {workshop.public_id}", actor_id=by_id, now=now,
        person=person.id, state=registration.state,
    )  # fmt: skip
    _tell(seated, session, now)
    return registration


def leave(session: Session, workshop_id: int, person_id: int, *, now: datetime) -> None:
    """Give up the seat or the place in the waiting list. Raises Closed."""
    workshop = hold(session, workshop_id)
    if not is_open(workshop, now):
        raise Closed
    registration = of(session, workshop_id, person_id)
    if registration is not None and registration.state != "cancelled":
        registration.state, registration.changed_at = "cancelled", now
        session.flush()
        promote(session, workshop, now=now)


def promote(session: Session, workshop: Workshop, *, now: datetime) -> Sequence[Registration]:
    """Give the free seats of a workshop that the caller holds to the first of the waiting list, and write to them; who they are."""
    seated = _fill(session, workshop, now)
    _tell(seated, session, now)
    return seated


def release(session: Session, workshop: Workshop, *, now: datetime) -> None:
    """Take the seats and places of those who have no access any more, in a workshop that the caller holds, for the others."""
    gone = (
        select(Registration)
        .join(Registration.person)
        .where(Registration.workshop_id == workshop.id, Registration.state != "cancelled", ~_has_access(now))
    )
    for registration in session.scalars(gone).all():
        registration.state, registration.changed_at = "cancelled", now
    session.flush()
    promote(session, workshop, now=now)


def _asked(session: Session, workshop: Workshop, person_id: int, now: datetime) -> Registration:
    """The person's seat or place; at the end of the waiting list where there was neither."""
    registration = of(session, workshop.id, person_id)
    if registration is not None and registration.state != "cancelled":
        return registration
    # Who held the workshop first comes first, whatever the clocks of two processes say.
    last = select(func.max(Registration.asked_at)).where(Registration.workshop_id == workshop.id)
    before = session.scalar(last)
    facts = {
        "organization_id": session.get_one(Person, person_id).organization_id,
        "state": "waiting",
        "asked_at": now if before is None else max(now, before + timedelta(microseconds=1)),
        "changed_at": now,
    }
    if registration is None:
        registration = Registration(public_id=token_urlsafe(16), workshop_id=workshop.id, person_id=person_id, **facts)
        session.add(registration)
    else:
        for name, value in facts.items():
            setattr(registration, name, value)
    session.flush()
    return registration


def _fill(session: Session, workshop: Workshop, now: datetime) -> Sequence[Registration]:
    """Seats for the first in the waiting list who still have access, as far as there are any."""
    free = workshop.seats - seats_taken(session, workshop.id)
    if free <= 0 or not is_open(workshop, now):
        return ()
    first = (
        select(Registration)
        .join(Registration.person)
        .where(Registration.workshop_id == workshop.id, Registration.state == "waiting", _has_access(now))
        .order_by(Registration.asked_at)
        .limit(free)
    )
    seated = session.scalars(first).all()
    for registration in seated:
        registration.state, registration.changed_at = "seat", now
    session.flush()
    return seated


def _has_access(now: datetime) -> ColumnElement[bool]:
    return and_(
        Person.disabled_at.is_(None), or_(Person.access_until.is_(None), Person.access_until >= program_day(now))
    )


def _tell(seated: Sequence[Registration], session: Session, now: datetime) -> None:
    """A letter about each seat: another one when the same person gives it up and gets one again."""
    for registration in seated:
        post(session, SEAT, about=about(registration), people=[registration.person_id], now=now)


def about(registration: Registration) -> str:
    """What a letter about this seat is about."""
    return f"{registration.public_id} {registration.changed_at:%Y%m%dT%H%M%S}"


def _count(session: Session, workshop_id: int, state: str) -> int:
    found = session.scalar(
        select(func.count()).where(Registration.workshop_id == workshop_id, Registration.state == state)
    )
    return found or 0
