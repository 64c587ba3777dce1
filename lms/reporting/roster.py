"""One company's people and how far each is. Every statement names the company (U4)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, Person, Profile
from lms.learning.models import Progress
from lms.schedule.models import ProfileRequirement

from .filters import ALL, Choice, Show
from .requirements import AnySelect, due_day, is_ahead, is_complete, of_function, overdue

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Tally:
    """How many people there are, how many have something overdue, and how many have completed all that is theirs.

    `ended` are those whose access has ended; they are in none of the other counts.
    """

    people: int
    behind: int
    complete: int
    next_due: date | None
    ended: int = 0

    def shown(self, show: Show) -> int:
        return {"all": self.people, "behind": self.behind, "complete": self.complete, "ended": self.ended}[show]


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the roster. `next_module` is the key of what is due next, "" when nothing is; `next_due` its day.

    `mail_refused`: mail to the address comes back, so that no reminder reaches the person.
    """

    id: int
    name: str
    email: str
    functions: tuple[str, ...]
    required: int
    complete: int
    overdue: int
    next_due: date | None
    next_module: str = ""
    mail_refused: bool = False


def _people(organization_id: int, today: date, chosen: Choice) -> AnySelect:
    """One row a person of the company, people without any requirement too; those whose access has ended only alone."""
    statement: AnySelect = (
        select(
            Person.id,
            Person.name,
            Person.email,
            Person.profile_id,
            and_(Person.mail_refused_at.is_not(None), Person.disabled_at.is_(None)).label("mail_refused"),
            func.count(ProfileRequirement.module).label("required"),
            func.count().filter(is_complete).label("complete"),
            func.count().filter(overdue(today)).label("overdue"),
            func.min(case((is_ahead, due_day))).label("next_due"),
        )
        .join(Organization, Organization.id == Person.organization_id)
        .outerjoin(ProfileRequirement, ProfileRequirement.profile_id == Person.profile_id)
        .outerjoin(Progress, and_(Progress.person_id == Person.id, Progress.module == ProfileRequirement.module))
        .where(Person.organization_id == organization_id, _has_access(chosen.show), *_fitting(chosen))
        .group_by(Person.id)
    )
    return statement


def _has_access(show: Show) -> ColumnElement[bool]:
    return Person.disabled_at.is_not(None) if show == "ended" else Person.disabled_at.is_(None)


def _fitting(chosen: Choice) -> Iterator[ColumnElement[bool]]:
    if chosen.function:
        yield of_function(chosen.function)
    if chosen.words:
        yield or_(*(field.icontains(chosen.words, autoescape=True) for field in (Person.name, Person.email)))


def tally(session: Session, organization_id: int, today: date, chosen: Choice = ALL) -> Tally:
    """Counts over everybody the choice names, whatever its `show`."""
    people = _people(organization_id, today, chosen.but("all")).subquery()
    ended = select(func.count(Person.id)).where(
        Person.organization_id == organization_id, _has_access("ended"), *_fitting(chosen)
    )
    counts = select(
        func.count(),
        func.count().filter(_shown(people, "behind")),
        func.count().filter(_shown(people, "complete")),
        func.min(people.c.next_due),
        ended.scalar_subquery(),
    ).select_from(people)
    return Tally(*session.execute(counts).one())


def members(
    session: Session, organization_id: int, today: date, chosen: Choice = ALL, *, limit: int, offset: int = 0
) -> list[Member]:
    """Whoever is furthest behind first, then by what is due next, then by name."""
    people = _people(organization_id, today, chosen).subquery()
    c = people.c
    statement: AnySelect = (
        select(c.id, c.name, c.email, Profile.functions, c.required, c.complete, c.overdue, c.next_due, c.mail_refused)
        .outerjoin(Profile, Profile.id == c.profile_id)
        .where(_shown(people, chosen.show))
        .order_by(c.overdue.desc(), c.next_due.nulls_last(), c.name, c.id)
        .limit(limit)
        .offset(offset)
    )
    found = session.execute(statement).all()
    upcoming = _next_modules(session, organization_id, [row.id for row in found])
    return [
        Member(
            id, name, email, tuple(functions or ()), required, complete, late, next_due, upcoming.get(id, ""), refused
        )
        for id, name, email, functions, required, complete, late, next_due, refused in found
    ]


def everybody(session: Session, organization_id: int, today: date, chosen: Choice) -> Iterator[Member]:
    """All members of the choice in the same order, some hundred at a time."""
    offset = 0
    while found := members(session, organization_id, today, chosen, limit=CHUNK, offset=offset):
        yield from found
        offset += CHUNK


def _shown(people: Any, show: Show) -> ColumnElement[bool]:
    if show == "behind":
        return people.c.overdue > 0  # type: ignore[no-any-return]
    if show == "complete":
        return and_(people.c.required > 0, people.c.complete == people.c.required)
    return true()


def _next_modules(session: Session, organization_id: int, person_ids: Sequence[int]) -> dict[int, str]:
    """For each person the module due next."""
    statement = (
        select(Person.id, ProfileRequirement.module)
        .join(Organization, Organization.id == Person.organization_id)
        .join(ProfileRequirement, ProfileRequirement.profile_id == Person.profile_id)
        .outerjoin(Progress, and_(Progress.person_id == Person.id, Progress.module == ProfileRequirement.module))
        .where(Person.organization_id == organization_id, Person.id.in_(person_ids), is_ahead)
        .order_by(due_day.desc(), ProfileRequirement.category.desc(), ProfileRequirement.module.desc())
    )
    return dict(session.execute(statement).all())  # the last one of a person stands: the soonest due
