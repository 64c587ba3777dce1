"""What a change of requirements means for people as far as they have come: counted before it is done, nothing is written."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, select
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, Person
from lms.core.clock import program_day
from lms.schedule.models import ProfileRequirement

from .due import due_day, is_open
from .models import Completion, Progress


@dataclass(frozen=True, slots=True)
class Turned:
    """How many people come to have something overdue that have nothing now, and how many the other way round."""

    become: int = 0
    cease: int = 0


def overdue(
    session: Session,
    today: date,
    phases: Mapping[int, date],
    *,
    organization_id: int | None = None,
    own: date | None = None,
) -> Turned:
    """Whom these days of the phases make overdue, or no longer so; in a company, with its own date `own` in place of the one
    it has. Looks at every open requirement there is."""
    days = case(*((ProfileRequirement.phase == number, literal(day)) for number, day in phases.items()))
    due_by = Organization.due_by if organization_id is None else literal(own, Organization.due_by.type)
    then = func.coalesce(Progress.again_on, case((due_by < days, due_by), else_=days))
    late = [func.max(case((day < today, 1), else_=0)) for day in (due_day, then)]
    people = (
        select(late[0].label("before"), late[1].label("after"))
        .select_from(Person)
        .join(Organization, Organization.id == Person.organization_id)
        .join(ProfileRequirement, ProfileRequirement.profile_id == Person.profile_id)
        .outerjoin(Progress, and_(Progress.person_id == Person.id, Progress.module == ProfileRequirement.module))
        .where(Person.disabled_at.is_(None), is_open)
        .group_by(Person.id)
    )
    if organization_id is not None:
        people = people.where(Person.organization_id == organization_id)
    each = people.subquery()
    become = func.sum(case((each.c.after > each.c.before, 1), else_=0))
    cease = func.sum(case((each.c.after < each.c.before, 1), else_=0))
    row = session.execute(select(become, cease)).one()
    return Turned(row[0] or 0, row[1] or 0)


def completed_on(session: Session, person_id: int, modules: Collection[str]) -> dict[str, date]:
    """The day of the person's last completion of each of these modules that he or she has completed."""
    last = func.max(Completion.completed_at)
    made = select(Completion.module, last).where(Completion.person_id == person_id, Completion.module.in_(modules))
    return {module: program_day(at) for module, at in session.execute(made.group_by(Completion.module))}


def standing(session: Session, person_id: int, modules: Collection[str]) -> set[str]:
    """Those of these modules of which a completion of the person counts today."""
    done = Progress.completed_at.is_not(None)
    return set(
        session.scalars(
            select(Progress.module).where(Progress.person_id == person_id, Progress.module.in_(modules), done)
        )
    )


def complete_in(session: Session, organization_id: int) -> dict[tuple[int, str], int]:
    """How many of a company's people with each profile have completed each module."""
    counted = (
        select(Person.profile_id, Progress.module, func.count())
        .join(Progress, Progress.person_id == Person.id)
        .where(
            Person.organization_id == organization_id,
            Person.disabled_at.is_(None),
            Person.profile_id.is_not(None),
            Progress.completed_at.is_not(None),
        )
        .group_by(Person.profile_id, Progress.module)
    )
    return {(profile, module): people for profile, module, people in session.execute(counted) if profile}


@dataclass(frozen=True, slots=True)
class Relief:
    """What an exemption from a module does: of how many people it is required, how many of them have completed it, and for how
    many it was the last open module of a category of which others are theirs."""

    required: int
    complete: int
    closing: int


def relief(session: Session, module: str, category: int, concerned: ColumnElement[bool]) -> Relief:
    """For the people with access whom `concerned` chooses."""
    complete = has_complete(module)
    closing = and_(~complete, exists().where(*_others(module, category)), closed_without(module, category))
    required = exists().where(ProfileRequirement.profile_id == Person.profile_id, ProfileRequirement.module == module)
    columns = (func.count(), *(func.sum(case((which, 1), else_=0)) for which in (complete, closing)))
    counted = select(*columns).select_from(Person).where(Person.disabled_at.is_(None), required, concerned)
    row = session.execute(counted).one()
    return Relief(row[0], row[1] or 0, row[2] or 0)


def has_complete(module: str) -> ColumnElement[bool]:
    """Whether a completion of the module stands, of a statement's Person."""
    return exists().where(
        Progress.person_id == Person.id, Progress.module == module, Progress.completed_at.is_not(None)
    )


def closed_without(module: str, category: int) -> ColumnElement[bool]:
    """Whether nothing is open in the category but that module, of a statement's Person."""
    done = (
        exists()
        .where(
            Progress.person_id == Person.id,
            Progress.module == ProfileRequirement.module,
            Progress.completed_at.is_not(None),
        )
        .correlate(Person, ProfileRequirement)  # two levels up: left alone, anybody's completion would count
    )
    return ~exists().where(*_others(module, category), ~done)


def _others(module: str, category: int) -> tuple[ColumnElement[bool], ...]:
    return (
        ProfileRequirement.profile_id == Person.profile_id,
        ProfileRequirement.category == category,
        ProfileRequirement.module != module,
    )
