"""What figures follow from, read for some companies at a time: a few statements for all of them together."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, OrganizationEntity, Person, Profile
from lms.accounts.rules import UNKNOWN, size_of
from lms.content.framework import Framework
from lms.core.clock import program_day
from lms.learning.models import Completion, ModuleChange, Progress
from lms.schedule.models import ProfileRequirement
from lms.schedule.rules import due

from .filters import Filters
from .histories import Change, Now, Past, history
from .ledger import CompanyFacts, History, Need, PersonFacts
from .requirements import of_companies, of_people

# Companies are read together until they have so many people.
PEOPLE_AT_ONCE = 4_000
EVERYTHING = Filters()


@dataclass(frozen=True, slots=True)
class _Required:
    module: str
    category: int
    phase: int
    must: bool
    due_on: date


@dataclass(frozen=True, slots=True)
class _Profile:
    functions: tuple[str, ...]
    required: tuple[_Required, ...]


@dataclass(frozen=True, slots=True)
class _Company:
    id: int
    due_by: date | None
    office: str | None
    country: str | None
    employees: int | None


@dataclass(slots=True)
class Reading:
    """What all companies have in common, read once. `filters` narrow people and requirements; a status narrows nothing.

    Nothing has happened after `today`: a clock that was ahead makes no figure of tomorrow.
    """

    session: Session
    framework: Framework
    today: date
    filters: Filters = EVERYTHING
    _changes: Mapping[str, Sequence[tuple[Change, frozenset[str] | None]]] = field(init=False)
    _areas: Mapping[int, str] = field(init=False)
    _profiles: dict[int, _Profile] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        changes: dict[str, list[tuple[Change, frozenset[str] | None]]] = defaultdict(list)
        columns = (ModuleChange.module, ModuleChange.revision_id, ModuleChange.published_at, ModuleChange.entities)
        for module, revision, at, entities in self.session.execute(select(*columns).order_by(ModuleChange.revision_id)):
            whose = None if entities is None else frozenset(entities)
            changes[module].append((Change(revision, self._day(at)), whose))
        self._changes = changes
        self._areas = {number: area.slug for area in self.framework.focus_areas for number in area.categories}

    def people(self, *columns: Any) -> Select[*tuple[Any, ...]]:
        """The columns of everybody of whom something may be required, those whose access has ended too."""
        return (
            select(*columns)
            .select_from(Person)
            .join(Organization, Organization.id == Person.organization_id)
            .where(Person.profile_id.is_not(None), *of_companies(self.filters), *of_people(self.filters))
        )

    def with_access(self, most: int) -> int:
        """How many of the people have access, at most so many."""
        some = self.people(Person.id).where(Person.disabled_at.is_(None)).limit(most).subquery()
        return self.session.scalar(select(func.count()).select_from(some)) or 0

    def companies(self) -> Iterator[tuple[int, CompanyFacts]]:
        """Every company that has people, by its id. What is held at a time does not grow with the program."""
        sizes = self.people(Person.organization_id, func.count()).group_by(Person.organization_id)
        for ids in _chunks(self.session.execute(sizes.order_by(Person.organization_id)).all()):
            yield from self.of(ids).items()

    def some(self, companies: Sequence[int]) -> Iterator[tuple[int, CompanyFacts]]:
        """Those of these companies that have people."""
        sizes = self.people(Person.organization_id, func.count()).where(Person.organization_id.in_(companies))
        found = self.session.execute(sizes.group_by(Person.organization_id).order_by(Person.organization_id))
        for ids in _chunks(found.all()):
            yield from self.of(ids).items()

    def of(self, ids: Sequence[int]) -> dict[int, CompanyFacts]:
        """The facts of these companies; of those without people none."""
        columns = (Person.organization_id, Person.id, Person.profile_id, Person.language, Person.created_at)
        people = defaultdict(list)
        for row in self._of(ids, *columns, Person.disabled_at):
            people[row[0]].append(row)
        self._read_profiles({row[2] for members in people.values() for row in members})
        types = defaultdict(list)
        kinds = select(OrganizationEntity.organization_id, OrganizationEntity.entity)
        for number, entity in self.session.execute(kinds.where(OrganizationEntity.organization_id.in_(list(people)))):
            types[number].append(entity)
        histories = self._histories(ids, {row[1]: types[number] for number, rows in people.items() for row in rows})
        own = select(
            Organization.id,
            Organization.due_by,
            Organization.field_office,
            Organization.country,
            Organization.employees,
        ).where(Organization.id.in_(list(people)))
        return {
            row[0]: self._facts(_Company(*row), tuple(sorted(types[row[0]])), people[row[0]], histories)
            for row in self.session.execute(own.order_by(Organization.id)).all()
        }

    def _of(self, ids: Sequence[int], *columns: Any) -> Iterable[Any]:
        members = self.people(*columns).where(Person.organization_id.in_(ids))
        return self.session.execute(members.order_by(Person.organization_id, Person.id))

    def _facts(
        self, company: _Company, entities: tuple[str, ...], people: Sequence[Any], histories: Mapping[int, Any]
    ) -> CompanyFacts:
        profiles = list(dict.fromkeys(row[2] for row in people if self._profiles[row[2]].required))
        needs = tuple(self._needs(company, profile) for profile in profiles)
        places = {profile: place for place, profile in enumerate(profiles)}
        members = []
        for _, person, profile, language, created_at, disabled_at in people:
            if profile not in places:
                continue
            mine, theirs = self._profiles[profile], histories.get(person, {})
            # Whoever began before the account was made, as on paper, was there already.
            joined = min([self._day(created_at).toordinal(), *(one.began for one in theirs.values())])
            done = {place: theirs[one.module] for place, one in enumerate(mine.required) if one.module in theirs}
            left = self._day(disabled_at).toordinal() if disabled_at else None
            members.append(PersonFacts(joined, left, language or "en", mine.functions, places[profile], done))
        office, country = company.office or UNKNOWN, company.country or UNKNOWN
        return CompanyFacts(entities, office, country, size_of(company.employees), needs, tuple(members))

    def _needs(self, company: _Company, profile: int) -> tuple[Need, ...]:
        return tuple(
            Need(r.category, r.phase, self._areas[r.category], r.must, due(r.due_on, company.due_by).toordinal())
            for r in self._profiles[profile].required
        )

    def _read_profiles(self, ids: set[int]) -> None:
        new = sorted(ids - self._profiles.keys())
        if not new:
            return
        musts = {c.id for c in self.framework.criteria.values() if c.level == "must"}
        found: dict[int, list[_Required]] = {profile: [] for profile in new}
        columns = (
            ProfileRequirement.profile_id, ProfileRequirement.module, ProfileRequirement.category,
            ProfileRequirement.phase, ProfileRequirement.criteria, ProfileRequirement.due_on,
        )  # fmt: skip
        rows = select(*columns).where(ProfileRequirement.profile_id.in_(new))
        for profile, module, category, phase, criteria, due_on in self.session.execute(
            rows.order_by(ProfileRequirement.profile_id, ProfileRequirement.module)
        ):
            one = _Required(module, category, phase, not musts.isdisjoint(criteria), due_on)
            if self._wanted(one):
                found[profile].append(one)
        functions = select(Profile.id, Profile.functions).where(Profile.id.in_(new))
        for profile, slugs in self.session.execute(functions):
            self._profiles[profile] = _Profile(tuple(sorted(slugs)), tuple(found[profile]))

    def _wanted(self, one: _Required) -> bool:
        chosen = self.filters
        return (
            chosen.phase in ("", str(one.phase))
            and chosen.focus_area in ("", self._areas[one.category])
            and chosen.category in ("", str(one.category))
            and chosen.module in ("", one.module)
            and chosen.level in ("", "must" if one.must else "should")
        )

    def _histories(self, ids: Sequence[int], types: Mapping[int, Sequence[str]]) -> Mapping[int, dict[str, History]]:
        """What everybody of these companies did, by person and module. `types` are the entity types of each person's company."""
        past: dict[tuple[int, str], list[Past]] = defaultdict(list)
        columns = (Completion.module, Completion.completed_at, Completion.valid_until, Completion.revision_id)
        completed = self.people(Person.id, *columns).join(Completion, Completion.person_id == Person.id)
        completed = completed.where(Person.organization_id.in_(ids)).order_by(Completion.completed_at, Completion.id)
        for person, module, at, valid_until, revision in self.session.execute(completed):
            past[person, module].append(Past(self._day(at), valid_until, revision))
        found: dict[int, dict[str, History]] = defaultdict(dict)
        stands = (Progress.module, Progress.started_at, Progress.completed_at, Progress.again_on)
        begun = self.people(Person.id, *stands).join(Progress, Progress.person_id == Person.id)
        begun = begun.where(Person.organization_id.in_(ids))
        days = self.framework.program.retraining_days
        for person, module, started, completed_at, again_on in self.session.execute(begun):
            now = Now(self._day(started), completed_at and self._day(completed_at), again_on)
            found[person][module] = history(
                now,
                past.get((person, module), ()),
                self._changes_for(module, types.get(person, ())),
                today=self.today,
                retraining_days=days,
            )
        return found

    def _changes_for(self, module: str, types: Sequence[str]) -> Sequence[Change]:
        """The changes of a module that concern a company of these entity types."""
        changes = self._changes.get(module, ())
        return [change for change, whose in changes if whose is None or not whose.isdisjoint(types)]

    def _day(self, moment: datetime) -> date:
        return min(program_day(moment), self.today)


def _chunks(sizes: Iterable[tuple[int, int]]) -> Iterator[list[int]]:
    """Companies (id, people) in groups of about PEOPLE_AT_ONCE people, at least one in each."""
    chunk: list[int] = []
    people = 0
    for number, count in sizes:
        if chunk and people + count > PEOPLE_AT_ONCE:
            yield chunk
            chunk, people = [], 0
        chunk.append(number)
        people += count
    if chunk:
        yield chunk
