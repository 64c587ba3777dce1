"""The one statement under every figure: who must complete which module by when, narrowed by filters."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Enum, Select, String, and_, case, cast, func, or_, select, type_coerce
from sqlalchemy.types import TypeEngine

from lms.accounts.models import Organization, OrganizationEntity, Person, Profile
from lms.content.framework import Framework
from lms.learning.models import Progress
from lms.schedule.models import ProfileRequirement

from .filters import Filters
from .rules import Status

# A statement of columns that are told apart where its rows are read.
AnySelect = Select[*tuple[Any, ...]]

STATUS_TYPE: TypeEngine[Any] = Enum(
    Status, native_enum=False, values_callable=lambda statuses: [s.value for s in statuses]
)

# The phase's day, or the company's own earlier one, the same as schedule.rules.due; that of a retraining where there is one.
due_day = func.coalesce(
    Progress.again_on,
    case((Organization.due_by < ProfileRequirement.due_on, Organization.due_by), else_=ProfileRequirement.due_on),
)
# A completion counts until its validity ends, also while its refresher is due.
is_complete = Progress.completed_at.is_not(None)
is_open = Progress.completed_at.is_(None)
is_begun = and_(Progress.person_id.is_not(None), is_open)
# What somebody has to do: what is open, and refreshers.
is_ahead = or_(is_open, Progress.again_because.is_not(None))


@dataclass(frozen=True, slots=True)
class Slice:
    """The part of all requirements that somebody looks at, on a day."""

    filters: Filters
    framework: Framework
    today: date


def overdue(today: date) -> ColumnElement[bool]:
    return and_(is_open, due_day < today)


def started(today: date) -> ColumnElement[bool]:
    return and_(is_begun, due_day >= today)


def status(today: date) -> ColumnElement[Status]:
    """The SQL twin of rules.status."""
    return type_coerce(
        case(
            (is_complete, Status.COMPLETE.value),
            (due_day < today, Status.OVERDUE.value),
            (is_begun, Status.STARTED.value),
            else_=Status.NOT_STARTED.value,
        ),
        STATUS_TYPE,
    )


def of_function(function: str) -> ColumnElement[bool]:
    """People with the job function. Profiles hold theirs as a JSON list of slugs."""
    holds = cast(Profile.functions, String).contains(f'"{function}"', autoescape=True)
    return Person.profile_id.in_(select(Profile.id).where(holds))


def requirements(part: Slice, *columns: Any) -> AnySelect:
    """The columns of every requirement in the part: one row for each person and module.

    People whose access has ended do not count, nor do people of no company, who have no requirements.
    """
    return (
        select(*columns)
        .select_from(Person)
        .join(Organization, Organization.id == Person.organization_id)
        .join(ProfileRequirement, ProfileRequirement.profile_id == Person.profile_id)
        .outerjoin(Progress, and_(Progress.person_id == Person.id, Progress.module == ProfileRequirement.module))
        .where(Person.disabled_at.is_(None), *_conditions(part))
    )


def _conditions(part: Slice) -> list[ColumnElement[bool]]:
    chosen = part.filters
    conditions: list[ColumnElement[bool]] = []
    if chosen.phase:
        conditions.append(ProfileRequirement.phase == int(chosen.phase))
    if chosen.focus_area:
        area = next(a for a in part.framework.focus_areas if a.slug == chosen.focus_area)
        conditions.append(ProfileRequirement.category.in_(area.categories))
    if chosen.category:
        conditions.append(ProfileRequirement.category == int(chosen.category))
    if chosen.module:
        conditions.append(ProfileRequirement.module == chosen.module)
    if chosen.entity:
        members = select(OrganizationEntity.organization_id).where(OrganizationEntity.entity == chosen.entity)
        conditions.append(Person.organization_id.in_(members))
    if chosen.organization:
        conditions.append(Organization.number == chosen.organization)
    if chosen.function:
        conditions.append(of_function(chosen.function))
    if chosen.status:
        conditions.append(status(part.today) == Status(chosen.status))
    return conditions
