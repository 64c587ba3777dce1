"""The one statement under every figure: who must complete which module by when, narrowed by filters."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Enum,
    Select,
    String,
    and_,
    case,
    cast,
    false,
    func,
    or_,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.orm import aliased
from sqlalchemy.types import TypeEngine

from lms.accounts.models import Organization, OrganizationEntity, Person, Profile
from lms.accounts.rules import SIZES, UNKNOWN
from lms.content.framework import Framework
from lms.learning.due import due_day as due_day
from lms.learning.due import is_ahead as is_ahead
from lms.learning.due import is_begun as is_begun
from lms.learning.due import is_complete as is_complete
from lms.learning.due import is_open as is_open
from lms.learning.models import Progress
from lms.schedule.models import ProfileRequirement

from .filters import NO_FUNCTION, Filters
from .rules import Status

# A statement of columns that are told apart where its rows are read.
AnySelect = Select[*tuple[Any, ...]]

STATUS_TYPE: TypeEngine[Any] = Enum(
    Status, native_enum=False, values_callable=lambda statuses: [s.value for s in statuses]
)


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
    """People with the job function, or with none. Profiles hold theirs as a JSON list of slugs."""
    if function == NO_FUNCTION:
        holds = cast(Profile.functions, String) == "[]"
    else:
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
    return [*of_companies(part.filters), *of_people(part.filters), *_of_requirements(part)]


def of_companies(chosen: Filters) -> Iterator[ColumnElement[bool]]:
    """What the filters ask of a company."""
    if chosen.organization:
        yield Organization.number == chosen.organization
    if chosen.entity:
        members = select(OrganizationEntity.organization_id).where(OrganizationEntity.entity == chosen.entity)
        yield Organization.id.in_(members)
    if chosen.office:
        yield _is(Organization.field_office, chosen.office)
    if chosen.country:
        yield _is(Organization.country, chosen.country)
    if chosen.size == UNKNOWN:
        yield func.coalesce(Organization.employees, 0) == 0
    elif chosen.size:
        yield Organization.employees >= SIZES[chosen.size]
        larger = [least for least in SIZES.values() if least > SIZES[chosen.size]]
        if larger:
            yield Organization.employees < min(larger)


def _is(column: Any, value: str) -> ColumnElement[bool]:
    return column.is_(None) if value == UNKNOWN else column == value  # type: ignore[no-any-return]


def of_people(chosen: Filters) -> Iterator[ColumnElement[bool]]:
    """What the filters ask of a person."""
    if chosen.function:
        yield of_function(chosen.function)
    if chosen.language:
        yield func.coalesce(Person.language, "en") == chosen.language


def _of_requirements(part: Slice) -> Iterator[ColumnElement[bool]]:
    chosen = part.filters
    if chosen.phase:
        yield ProfileRequirement.phase == int(chosen.phase)
    if chosen.focus_area:
        area = next(a for a in part.framework.focus_areas if a.slug == chosen.focus_area)
        yield ProfileRequirement.category.in_(area.categories)
    if chosen.category:
        yield ProfileRequirement.category == int(chosen.category)
    if chosen.module:
        yield ProfileRequirement.module == chosen.module
    if chosen.level:
        must = _has_must(part.framework)
        yield must if chosen.level == "must" else ~must
    if chosen.status:
        yield status(part.today) == Status(chosen.status)


def _has_must(framework: Framework) -> ColumnElement[bool]:
    """Requirements with a criterion that is a must, each found once however many people have it."""
    musts = (c.id for c in framework.criteria.values() if c.level == "must")
    own = aliased(ProfileRequirement)
    criteria = cast(own.criteria, String)
    found = select(own.profile_id, own.module).where(or_(false(), *(criteria.contains(f'"{id}"') for id in musts)))
    return tuple_(ProfileRequirement.profile_id, ProfileRequirement.module).in_(found)
