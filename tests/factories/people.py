"""People and companies for tests."""

from collections.abc import Iterable
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import employment
from lms.accounts.models import Organization, OrganizationEntity, Person, Profile
from lms.accounts.permissions import Role
from lms.accounts.rules import canonical, profile_key
from lms.catalog.shelf import published
from lms.core.clock import now, program_day
from lms.schedule import service as schedules

_number = count(1)


def make_organization(
    session: Session,
    name: str = "Sample Freight Lines",
    entities: Iterable[str] = ("highway-carriers-us-mexico",),
    **values: object,
) -> Organization:
    """A member company, flushed."""
    organization = Organization(name=name, number=f"TEST-{next(_number):04}", declined=[], created_at=now(), **values)
    organization.entity_types = [OrganizationEntity(entity=e) for e in entities]
    session.add(organization)
    session.flush()
    return organization


def make_person(
    session: Session,
    name: str = "Marisol Ejemplo",
    *,
    role: Role = Role.LEARNER,
    organization: Organization | None = None,
    functions: Iterable[str] = ("driver",),
    email: str = "",
    **values: object,
) -> Person:
    """A person with requirements up to date, committed. Without an organization nothing is required.

    Whoever has one is employed there since the day of `created_at`, without access too.
    """
    person = Person(
        name=name,
        email=email or f"person{next(_number)}@sample.example",
        role=role,
        organization=organization,
        **{"created_at": now(), **values},
    )
    session.add(person)
    if organization is not None:
        person.profile = profile_of(session, organization, functions)
        session.flush()
        employment.begin(session, person, program_day(person.created_at))
    session.commit()
    return person


def profile_of(session: Session, organization: Organization, functions: Iterable[str]) -> Profile:
    """The shared profile row, made with its requirements when it is new."""
    key = profile_key(organization.entities, organization.declined, functions)
    found = session.scalar(select(Profile).where(Profile.key == key))
    if found is None:
        found = Profile(
            key=key,
            entities=canonical(organization.entities),
            declined=canonical(organization.declined),
            functions=canonical(functions),
        )
        session.add(found)
        session.flush()
        schedules.refresh(session, published(session).library, (found.id,))
    return found
