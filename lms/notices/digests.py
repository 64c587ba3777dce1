"""What a digest says beside how the company stands. Every statement names the company (U4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from lms.accounts.models import JoinRequest, Organization, Person
from lms.learning.due import due_day, is_ahead
from lms.learning.models import Progress
from lms.schedule.models import ProfileRequirement

from .rules import NAMED

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Falling:
    """A module that falls due on a day, and how many people have to do it."""

    module: str
    due_on: date
    people: int


def falling(session: Session, organization_id: int, *, today: date) -> list[Falling]:
    """What falls due from today on within a week."""
    statement = (
        select(ProfileRequirement.module, due_day, func.count())
        .select_from(Person)
        .join(Organization, Organization.id == Person.organization_id)
        .join(ProfileRequirement, ProfileRequirement.profile_id == Person.profile_id)
        .outerjoin(Progress, and_(Progress.person_id == Person.id, Progress.module == ProfileRequirement.module))
        .where(Person.organization_id == organization_id, Person.disabled_at.is_(None), is_ahead)
        .where(due_day >= today, due_day < today + WEEK)
        .group_by(ProfileRequirement.module, due_day)
        .order_by(due_day, ProfileRequirement.module)
    )
    return [Falling(*row) for row in session.execute(statement)]


def joining(session: Session, organization_id: int) -> int:
    """How many proved their address and wait for the coordinator to decide."""
    asked = select(func.count(JoinRequest.id)).where(
        JoinRequest.organization_id == organization_id,
        JoinRequest.proved_at.is_not(None),
        JoinRequest.person_id.is_(None),
        JoinRequest.decided_at.is_(None),
    )
    return session.scalar(asked) or 0


def unreachable(session: Session, organization_id: int) -> tuple[Sequence[str], int]:
    """People with access whose mail comes back: the first by name, and how many there are."""
    which = (
        Person.organization_id == organization_id,
        Person.mail_refused_at.is_not(None),
        Person.disabled_at.is_(None),
    )
    many = session.scalar(select(func.count(Person.id)).where(*which)) or 0
    names = select(Person.name).where(*which).order_by(Person.name, Person.id).limit(NAMED)
    return session.scalars(names).all(), many
