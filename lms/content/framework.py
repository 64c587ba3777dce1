"""What the criteria are and whom they concern: frozen values, read from the reference files of a courses folder."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from lms.core.learned import learned

Level = Literal["must", "should"]
Verified = Literal["yes", "secondary", "memory"]
# What leads up to the phases, in its order.
STEPS = ("socialization", "refinement", "publication", "training")


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of an edition, paraphrased. `entities` are the types with direct evidence, `sources` web addresses only,
    `formerly` the ids that it had in the edition before, where these are others."""

    id: str
    category: int
    level: Level
    title: str
    summary: str
    frequency: str
    training: bool
    scope: str
    entities: tuple[str, ...]
    evidence: str
    verified: Verified
    sources: tuple[str, ...]
    level_notes: str
    formerly: tuple[str, ...] = ()

    @property
    def sort_key(self) -> tuple[int, int]:
        """4.2 comes before 4.10."""
        major, minor = self.id.split(".")
        return int(major), int(minor)


@dataclass(frozen=True, slots=True)
class Edition:
    """The criteria as they stood, stand or are to stand. `criteria` by id, in order."""

    name: str
    criteria: Mapping[str, Criterion]


@dataclass(frozen=True, slots=True)
class FocusArea:
    slug: str
    name: str
    categories: tuple[int, ...]
    verified: Verified


@dataclass(frozen=True, slots=True)
class Category:
    number: int
    slug: str
    name: str
    short_name: str
    purpose: str
    new: bool
    verified: Verified

    @property
    def folder(self) -> str:
        return f"{self.number:02d}-{self.slug}"

    @property
    def choice(self) -> tuple[int, str]:
        """For a select: what is sent, what is read."""
        return self.number, f"{self.number} {self.short_name}"


@dataclass(frozen=True, slots=True)
class EntityType:
    """One of the 13 kinds of company. `one` completes "your company is ..."."""

    slug: str
    name: str
    one: str
    booklet: str
    description: str
    verified: Verified
    source: str = ""

    @property
    def choice(self) -> tuple[str, str]:
        """For a select: what is sent, what is read."""
        return self.slug, self.name


@dataclass(frozen=True, slots=True)
class JobFunction:
    slug: str
    name: str
    reason: str
    categories: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """From a criterion's scope to entity types (None: all). `question` is asked of each organization."""

    slug: str
    entities: tuple[str, ...] | None
    question: str = ""


@dataclass(frozen=True, slots=True)
class Phase:
    """Categories put in force together, from a whole day in America/New_York."""

    number: int
    date: date
    categories: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One of STEPS: whole days in America/New_York, both included."""

    slug: str
    begins: date
    ends: date


def steps_amiss(steps: Iterable[Step]) -> tuple[tuple[str, Literal["begins", "ends"], date], ...]:
    """The days of steps that cannot be, in the order of the steps: slug, which of its days, and the first day that could be.

    No step ends before it begins, and none begins or ends before the step before it does; they may overlap.
    """
    found: list[tuple[str, Literal["begins", "ends"], date]] = []
    begun = ended = date.min
    for step in steps:
        if step.begins < begun:
            found.append((step.slug, "begins", begun))
        if step.ends < max(step.begins, ended):
            found.append((step.slug, "ends", max(step.begins, ended)))
        begun, ended = step.begins, step.ends
    return tuple(found)


@dataclass(frozen=True, slots=True)
class FieldOffice:
    """An office of the program that looks after companies."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Program:
    """`courses/program.yml`: percent, whole months, days and minutes.

    Reminders go out `reminder_days` before a due day and `reminder_days_after` it.

    After a second failed attempt the next one begins `retry_wait_minutes` later. A refresher is due `refresher_days` before a
    completion's validity ends; who must retrain because a module changed has `retraining_days`.
    """

    edition: str
    enforcement_date: date
    phases: tuple[Phase, ...]
    pass_mark: int
    validity_months: int
    reminder_days: tuple[int, ...]
    retry_wait_minutes: int = 10
    refresher_days: int = 60
    retraining_days: int = 30
    reminder_days_after: tuple[int, ...] = (1, 7, 14)
    field_offices: tuple[FieldOffice, ...] = ()
    steps: tuple[Step, ...] = ()


@learned
@dataclass(frozen=True, slots=True)
class Framework:
    """The reference side of one revision. Mappings keep the order of the files.

    `criteria` are those of the edition in force, which `program.edition` names; `editions` are all others, by name.
    """

    program: Program
    focus_areas: tuple[FocusArea, ...]
    categories: Mapping[int, Category]
    criteria: Mapping[str, Criterion]
    entities: Mapping[str, EntityType]
    functions: Mapping[str, JobFunction]
    scopes: Mapping[str, Scope]
    editions: Mapping[str, Edition] = field(default_factory=dict)

    def edition(self, name: str) -> Edition | None:
        """The edition of this name, the one in force included; None where there is none."""
        return Edition(name, self.criteria) if name == self.program.edition else self.editions.get(name)

    def under(self, name: str) -> "Framework":
        """The framework as it is with that edition in force, or as it is where there is no such edition."""
        edition = self.editions.get(name)
        if edition is None:
            return self
        former = Edition(self.program.edition, self.criteria)
        others = {former.name: former, **{n: e for n, e in self.editions.items() if n != name}}
        program = replace(self.program, edition=name)
        return replace(self, program=program, criteria=edition.criteria, editions=others)

    def category_by_slug(self, slug: str) -> Category | None:
        return next((c for c in self.categories.values() if c.slug == slug), None)

    def focus_area_of(self, category: int) -> FocusArea:
        return next(f for f in self.focus_areas if category in f.categories)

    def phase_of(self, category: int) -> int:
        """Number of the phase that puts the category in force."""
        return next(p.number for p in self.program.phases if category in p.categories)
