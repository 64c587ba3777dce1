"""The last day of somebody's access: set ahead, and acted upon when it is over."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import audit

from . import people, rules
from .models import Person
from .permissions import Role

# How many people's access ends in one transaction at most, so that nobody else's writing waits for long.
AT_ONCE = 100


def set_until(
    session: Session, person: Person, day: date | None, *, actor_id: int, actor_role: Role, now: datetime
) -> None:
    """Access ends after this day; None for no end. Raises NotYours."""
    if not rules.may_end_access(actor_role, person.role, oneself=actor_id == person.id):
        raise people.NotYours
    before, person.access_until = person.access_until, day
    if day != before:
        details = {"before": before and str(before), "after": day and str(day)}
        audit.record(
            session,
            action="person.access_until_set",
            subject=people.subject(person),
            actor_id=actor_id,
            now=now,
            **details,
        )


def end_due(session: Session, *, today: date, now: datetime, at_once: int = AT_ONCE) -> int:
    """End the access of those whose last day is over, so many at most; of how many. Called again until it is nobody's.

    The last administrator stays (U1), and comes last, so that he or she keeps nobody else from being found.
    """
    over = select(Person.id).where(Person.access_until < today, Person.disabled_at.is_(None))
    ended = 0
    for person_id in session.scalars(over.order_by(Person.role == Role.ADMIN, Person.id).limit(at_once)).all():
        try:
            people.disable(session, person_id, now=now)
        except people.LastAdmin:
            continue
        ended += 1
    return ended
