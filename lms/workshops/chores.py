"""The job that writes reminders of workshops."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from lms.core.clock import now
from lms.core.database import db, transaction
from lms.core.jobs import Arguments, Beat, Job, handles, regularly, repeat
from lms.notices.kinds import post

from . import seats
from .models import Registration, Workshop
from .rules import REMINDED_BEFORE, REMINDED_UNTIL

REMIND = "workshops.remind"
# While a workshop is near, somebody may have got a seat or its date may have moved.
LOOKED_EVERY = timedelta(minutes=15)
REMINDER = "workshop"


@regularly
def reminders(session: Session, now: datetime) -> None:
    """Ask for the job while a workshop is near, now and then."""
    last = session.execute(select(Job.state, Job.finished_at).where(Job.key == REMIND)).one_or_none()
    rested = last is None or (last.finished_at is not None and last.finished_at <= now - LOOKED_EVERY)
    if rested and session.scalar(select(exists().where(*_near(now)))):
        repeat(session, REMIND, {}, key=REMIND, now=now)


@handles(REMIND)
def remind(_arguments: Arguments, beat: Beat) -> None:
    """Write to everybody who has a seat in a workshop that is near, once for each date of it."""
    moment = now()
    for workshop_id in db.session.scalars(select(Workshop.id).where(*_near(moment))).all():
        with transaction():
            remind_of(db.session, workshop_id, now=moment)
        beat()


def remind_of(session: Session, workshop_id: int, *, now: datetime) -> None:
    """Letters to those who had their seats when the reminder was due: who got one later was told of it just then. Seats of people
    who have lost their access go to the waiting list before."""
    workshop = seats.hold(session, workshop_id)
    seats.release(session, workshop, now=now)
    had = select(Registration.person_id).where(
        Registration.workshop_id == workshop_id,
        Registration.state == "seat",
        Registration.changed_at < workshop.starts_at - REMINDED_BEFORE,
    )
    people: Sequence[int] = session.scalars(had).all()
    post(session, REMINDER, about=about(workshop), people=people, now=now)


def about(workshop: Workshop) -> str:
    """What a reminder is about: the workshop at this moment. When it is moved, the new date has a reminder of its own."""
    return f"{workshop.public_id} {workshop.starts_at:%Y%m%dT%H%M}"


def _near(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Workshop.cancelled_at.is_(None),
        Workshop.starts_at >= now + REMINDED_UNTIL,
        Workshop.starts_at <= now + REMINDED_BEFORE,
    )
