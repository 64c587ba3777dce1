"""What a change of requirements will do, before it is done: which modules come and go, and which days move. Pure but for the counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, Person, Profile
from lms.content.library import Library

from .models import ProfileRequirement
from .rules import Requirement, Schedule, due, requirements


@dataclass(frozen=True, slots=True)
class Moved:
    """A module that stays required, by another day."""

    module: str
    before: date
    after: date


@dataclass(frozen=True, slots=True)
class Difference:
    """What one set of requirements has that another one had not. Modules that stay, by the same day, are in none of them."""

    added: tuple[Requirement, ...]
    dropped: tuple[Requirement, ...]
    earlier: tuple[Moved, ...]
    later: tuple[Moved, ...]

    def __bool__(self) -> bool:
        return any((self.added, self.dropped, self.earlier, self.later))


def difference(before: Iterable[Requirement], after: Iterable[Requirement]) -> Difference:
    """In the order of the day, then of the module."""
    old, new = ({r.module: r for r in some} for some in (before, after))
    moved = [Moved(m, old[m].due_on, new[m].due_on) for m in sorted(old.keys() & new.keys())]
    return Difference(
        added=_ordered(new[m] for m in new.keys() - old.keys()),
        dropped=_ordered(old[m] for m in old.keys() - new.keys()),
        earlier=tuple(m for m in moved if m.after < m.before),
        later=tuple(m for m in moved if m.after > m.before),
    )


def _ordered(some: Iterable[Requirement]) -> tuple[Requirement, ...]:
    return tuple(sorted(some, key=lambda r: (r.due_on, r.category, r.module)))


def for_company(some: Iterable[Requirement], due_by: date | None) -> tuple[Requirement, ...]:
    """The requirements with the days on which they are due in a company with this own date."""
    return tuple(replace(r, due_on=due(r.due_on, due_by)) for r in some)


@dataclass(frozen=True, slots=True)
class People:
    """How many people something concerns, and by which day it is due for them; how many of them have it complete already."""

    module: str
    due_on: date
    people: int
    complete: int = 0


@dataclass(frozen=True, slots=True)
class Effect:
    """What other facts of a company do to its people, most people first."""

    added: tuple[People, ...]
    dropped: tuple[People, ...]


def of_facts(
    session: Session,
    library: Library,
    schedule: Schedule,
    organization: Organization,
    *,
    entities: Sequence[str],
    declined: Sequence[str],
    complete: Mapping[tuple[int, str], int],
) -> Effect:
    """What these entity types and declined scopes would do. `complete` says how many with a profile have completed a module."""
    added: dict[str, list[People]] = {}
    dropped: dict[str, list[People]] = {}
    for profile, people in with_access(session, organization.id):
        held = {"functions": profile.functions, "exempt": profile.exempt}
        before = requirements(library, schedule, entities=profile.entities, declined=profile.declined, **held)
        after = requirements(library, schedule, entities=entities, declined=declined, **held)
        found = difference(*(for_company(some, organization.due_by) for some in (before, after)))
        for sums, some in ((added, found.added), (dropped, found.dropped)):
            for r in some:
                one = People(r.module, r.due_on, people, complete.get((profile.id, r.module), 0))
                sums.setdefault(r.module, []).append(one)
    return Effect(_summed(added), _summed(dropped))


def _summed(by_module: Mapping[str, Sequence[People]]) -> tuple[People, ...]:
    summed = (
        People(module, some[0].due_on, sum(p.people for p in some), sum(p.complete for p in some))
        for module, some in by_module.items()
    )
    return tuple(sorted(summed, key=lambda p: (-p.people, p.due_on, p.module)))


def with_access(session: Session, organization_id: int) -> list[tuple[Profile, int]]:
    """The profiles of a company's people with access, and how many have each."""
    counted = (
        select(Profile, func.count(Person.id))
        .join(Person, Person.profile_id == Profile.id)
        .where(Person.organization_id == organization_id, Person.disabled_at.is_(None))
        .group_by(Profile.id)
        .order_by(Profile.id)
    )
    return [(profile, people) for profile, people in session.execute(counted)]


@dataclass(frozen=True, slots=True)
class Shift:
    """How many requirements (a person and a module each) fall due earlier or later, and whether one comes to lie before today
    that did not, or lies there no longer.
    """

    earlier: int = 0
    later: int = 0
    crosses: bool = False


def of_dates(
    session: Session,
    today: date,
    phases: Mapping[int, date],
    *,
    organization_id: int | None = None,
    own: date | None = None,
) -> dict[int, Shift]:
    """What these days of the phases do, by phase; for a company, its own date `own` as well, in place of the one it has."""
    groups = (
        select(Person.profile_id, Organization.due_by, func.count(Person.id))
        .join(Organization, Organization.id == Person.organization_id)
        .where(Person.disabled_at.is_(None), Person.profile_id.is_not(None))
        .group_by(Person.profile_id, Organization.due_by)
    )
    if organization_id is not None:
        groups = groups.where(Organization.id == organization_id)
    counted = session.execute(groups).all()
    columns = (ProfileRequirement.profile_id, ProfileRequirement.phase, ProfileRequirement.due_on, func.count())
    required = select(*columns).group_by(*columns[:3])
    if organization_id is not None:
        required = required.where(ProfileRequirement.profile_id.in_({profile for profile, *_ in counted}))
    by_profile: dict[int, list[tuple[int, date, int]]] = {}
    for profile, phase, due_on, modules in session.execute(required):
        by_profile.setdefault(profile, []).append((phase, due_on, modules))
    shifts = dict.fromkeys(phases, Shift())
    for theirs, due_by, people in counted:
        for phase, due_on, modules in by_profile.get(theirs or 0, ()):
            before = due(due_on, due_by)
            after = due(phases[phase], due_by if organization_id is None else own)
            shifts[phase] = _shifted(shifts[phase], before, after, people * modules, today)
    return shifts


def _shifted(shift: Shift, before: date, after: date, many: int, today: date) -> Shift:
    return Shift(
        shift.earlier + many * (after < before),
        shift.later + many * (after > before),
        shift.crosses or (before < today) is not (after < today),
    )
