"""Member companies: what kind they are, which scopes do not concern them, and what follows for their people."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.core import audit

from . import rules, stale
from .models import Organization, OrganizationEntity, Person, Profile
from .people import NoSuchOrganization, profile_for
from .rules import Facts


class NumberTaken(Exception):
    """Another organization has this CTPAT number."""


def get(session: Session, organization_id: int) -> Organization:
    """Raises NoSuchOrganization."""
    organization = session.get(Organization, organization_id)
    if organization is None:
        raise NoSuchOrganization
    return organization


def by_number(session: Session, number: str) -> Organization | None:
    return session.scalar(select(Organization).where(Organization.number == number))


def create(session: Session, facts: Facts, *, actor_id: int | None, now: datetime) -> Organization:
    """Raises NumberTaken."""
    organization = Organization(created_at=now)
    _state(session, organization, facts)
    _record(session, "organization.created", organization, facts, actor_id, now)
    return organization


def change(
    session: Session, organization_id: int, facts: Facts, *, actor_id: int | None, now: datetime
) -> tuple[int, ...]:
    """State the facts anew and move the company's people to the profiles that follow from them.

    Returns the ids of those profiles; the caller refreshes their requirements. Raises NoSuchOrganization, NumberTaken.
    """
    organization = held(session, organization_id)
    _state(session, organization, facts)
    _record(session, "organization.changed", organization, facts, actor_id, now)
    return place_all(session, organization)


def held(session: Session, organization_id: int) -> Organization:
    """The organization, which nobody joins, and whose people nobody places anew, until the commit. Raises NoSuchOrganization."""
    chosen = select(Organization).where(Organization.id == organization_id).with_for_update()
    organization = session.scalar(chosen.execution_options(populate_existing=True))
    if organization is None:
        raise NoSuchOrganization
    return organization


def facts_of(organization: Organization) -> Facts:
    """What is known of it, as it was stated."""
    return Facts(
        organization.number,
        organization.name,
        organization.entities,
        tuple(organization.declined),
        organization.due_by,
        organization.field_office,
        organization.country,
        organization.employees,
    )


def set_own_date(
    session: Session, organization_id: int, due_by: date | None, *, actor_id: int | None, now: datetime
) -> None:
    """The day by which the company wants everything complete, None for the phases' days alone. Raises NoSuchOrganization."""
    organization = held(session, organization_id)
    before, organization.due_by = organization.due_by, due_by
    if before == due_by:
        return
    stale.company(session, organization.id)
    audit.record(
        session,
        action="organization.date_set",
        subject=f"organization {organization.id}",
        actor_id=actor_id,
        now=now,
        before=before.isoformat() if before else None,
        after=due_by.isoformat() if due_by else None,
    )


def place_all(session: Session, organization: Organization) -> tuple[int, ...]:
    """Keep everybody's profile right after the company's entity types or scopes changed: one statement a profile."""
    held = select(Person.profile_id).where(Person.organization_id == organization.id)
    new = []
    for profile in session.scalars(select(Profile).where(Profile.id.in_(held)).order_by(Profile.key)).all():
        right = profile_for(session, organization.entities, organization.declined, profile.functions, profile.exempt)
        new.append(right.id)
        theirs = update(Person).where(Person.organization_id == organization.id, Person.profile_id == profile.id)
        session.execute(theirs.values(profile_id=right.id))
    stale.company(session, organization.id)
    return tuple(new)


def choices(session: Session) -> list[tuple[int, str]]:
    """All organizations by name, to choose one from."""
    rows = session.execute(select(Organization.id, Organization.name, Organization.number).order_by(Organization.name))
    return [(row.id, f"{row.name} ({row.number})") for row in rows]


def count(session: Session, words: str = "") -> int:
    return session.scalar(select(func.count(Organization.id)).where(*_matching(words))) or 0


def listed(session: Session, words: str, *, offset: int, limit: int) -> Sequence[tuple[Organization, int]]:
    """Organizations whose name or number has the words in it, by name, each with how many people have access."""
    people = (
        select(func.count(Person.id))
        .where(Person.organization_id == Organization.id, Person.disabled_at.is_(None))
        .scalar_subquery()
    )
    chosen = (
        select(Organization, people).where(*_matching(words)).order_by(func.lower(Organization.name), Organization.id)
    )
    return [(row[0], row[1] or 0) for row in session.execute(chosen.offset(offset).limit(limit))]


def _matching(words: str) -> list[ColumnElement[bool]]:
    if not words:
        return []
    name, number = Organization.name, Organization.number
    return [or_(name.icontains(words, autoescape=True), number.icontains(words, autoescape=True))]


def _state(session: Session, organization: Organization, facts: Facts) -> None:
    """Raises NumberTaken: the unique key decides, also between two at once."""
    kept = {e.entity: e for e in organization.entity_types}
    organization.entity_types = [
        kept.get(slug) or OrganizationEntity(entity=slug) for slug in rules.canonical(facts.entities)
    ]
    organization.number = facts.number
    organization.name = facts.name
    organization.declined = rules.canonical(facts.declined)
    organization.due_by = facts.due_by
    organization.field_office = facts.field_office
    organization.country = facts.country
    organization.employees = facts.employees
    session.add(organization)
    try:
        session.flush()
    except IntegrityError as error:
        raise NumberTaken from error


def _record(
    session: Session, action: str, organization: Organization, facts: Facts, actor_id: int | None, now: datetime
) -> None:
    audit.record(
        session,
        action=action,
        subject=f"organization {organization.id}",
        actor_id=actor_id,
        now=now,
        number=facts.number,
        name=facts.name,
        entities=list(rules.canonical(facts.entities)),
        declined=list(rules.canonical(facts.declined)),
        due_by=facts.due_by.isoformat() if facts.due_by else None,
        field_office=facts.field_office,
        country=facts.country,
        employees=facts.employees,
    )
