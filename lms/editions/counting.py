"""Whom an edition would make learn something again, counted before it is in force; nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, Person, Profile
from lms.content.course import Module
from lms.content.library import Library
from lms.learning.models import Progress
from lms.learning.renewing import Renewal
from lms.learning.retraining import due_by
from lms.schedule.rules import requirement
from lms.schedule.service import in_force


@dataclass(frozen=True, slots=True)
class Company:
    """How many people of a company have modules to take again, and how many modules of all of them together.

    `name` and `number` are "" for people without a company.
    """

    name: str
    number: str
    people: int
    modules: int


@dataclass(frozen=True, slots=True)
class Counted:
    """Everybody with access. `modules` counts each module of each person, as `without_access` does for everybody else;
    `by_module` are the people of each module."""

    people: int
    modules: int
    companies: int
    without_access: int
    by_module: dict[str, int]


def counted(session: Session, found: Sequence[Renewal], revision_id: int) -> Counted:
    """Whom these renewals concern after this revision, which is the newest one."""
    if not found:
        return Counted(0, 0, 0, 0, {})
    rows = _rows(found, revision_id).subquery()
    gone = Person.disabled_at.is_not(None)
    per_module = select(rows.c.module, gone, func.count()).join(Person, Person.id == rows.c.person_id)
    by_module: dict[str, int] = {}
    without = 0
    for module, disabled, count in session.execute(per_module.group_by(rows.c.module, gone)):
        if disabled:
            without += count
        else:
            by_module[module] = count
    whom = select(
        func.count(rows.c.person_id.distinct()), func.count(func.coalesce(Person.organization_id, 0).distinct())
    )
    people, companies = session.execute(whom.join_from(rows, Person, Person.id == rows.c.person_id).where(~gone)).one()
    return Counted(people, sum(by_module.values()), companies, without, by_module)


def companies(
    session: Session, found: Sequence[Renewal], revision_id: int, *, offset: int, limit: int
) -> list[Company]:
    """The same by company, most people first. People without a company are a row of their own."""
    if not found:
        return []
    rows = _rows(found, revision_id).subquery()
    people = func.count(rows.c.person_id.distinct())
    statement = (
        select(Organization.name, Organization.number, people, func.count())
        .select_from(rows)
        .join(Person, Person.id == rows.c.person_id)
        .outerjoin(Organization, Organization.id == Person.organization_id)
        .where(Person.disabled_at.is_(None))
        .group_by(Organization.id, Organization.name, Organization.number)
        .order_by(people.desc(), Organization.name, Organization.id)
        .offset(offset)
        .limit(limit)
    )
    return [Company(name or "", number or "", *counts) for name, number, *counts in session.execute(statement)]


def _rows(found: Sequence[Renewal], revision_id: int) -> Select[int, str]:
    """A row a person and module that retraining would make due once more with the next revision."""
    concerned = [due_by(renewal.module.key, renewal.entities, revision_id + 1) for renewal in found]
    return select(Progress.person_id, Progress.module).where(or_(*concerned))


def first_time(session: Session, modules: Sequence[Module], library: Library) -> dict[str, int]:
    """Of how many people with access each of these modules of a library to come would be required."""
    if not modules:
        return {}
    schedule = in_force(session, library)
    sizes = (
        select(Profile, func.count(Person.id))
        .join(Person, Person.profile_id == Profile.id)
        .where(Person.disabled_at.is_(None))
        .group_by(Profile.id)
    )
    found = dict.fromkeys((module.key for module in modules), 0)
    for profile, people in session.execute(sizes):
        facts = {"entities": profile.entities, "declined": profile.declined, "functions": profile.functions}
        for module in modules:
            if module.key not in profile.exempt and requirement(module, library.framework, schedule, **facts):
                found[module.key] += people
    return found
