"""Who must take which module, and by when. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from lms.content.course import Module
from lms.content.framework import Framework, Phase, Program, Step
from lms.content.library import Library
from lms.content.scope import concerns

EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class Schedule:
    """The dates in force: program.yml's, or those that stand in their place. `note` is shown on every page, "" for none.

    `steps` lead up to the phases; a program.yml may name none.
    """

    enforcement_date: date
    phases: tuple[Phase, ...]
    note: str = ""
    steps: tuple[Step, ...] = ()

    def phase(self, number: int) -> Phase:
        return next(p for p in self.phases if p.number == number)

    def phase_of(self, category: int) -> Phase:
        return next(p for p in self.phases if category in p.categories)

    def same_dates(self, other: "Schedule") -> bool:
        mine, others = ((s.enforcement_date, s.phases, s.steps) for s in (self, other))
        return mine == others

    def days_ahead(self, day: date) -> int:
        """Whole days from a day to the enforcement date; negative after it."""
        return (self.enforcement_date - day).days


@dataclass(frozen=True, slots=True)
class Requirement:
    """A module somebody must complete: the phase's day, the job functions that bring it, the criteria that concern the company."""

    module: str
    category: int
    phase: int
    due_on: date
    functions: tuple[str, ...]
    criteria: tuple[str, ...]


def schedule_of(
    program: Program,
    enforcement: date | None = None,
    phases: dict[int, date] | None = None,
    note: str = "",
    steps: Mapping[str, tuple[date, date]] | None = None,
) -> Schedule:
    """program.yml's schedule, with other dates where they are given; of a step its first and last day, by its slug."""
    dates, spans = phases or {}, steps or {}
    return Schedule(
        enforcement or program.enforcement_date,
        tuple(replace(p, date=dates.get(p.number, p.date)) for p in program.phases),
        note,
        tuple(Step(s.slug, *spans.get(s.slug, (s.begins, s.ends))) for s in program.steps),
    )


def requirement(
    module: Module,
    framework: Framework,
    schedule: Schedule,
    *,
    entities: Collection[str],
    declined: Collection[str],
    functions: Collection[str],
) -> Requirement | None:
    """The requirement a module is for this profile, or None when it is not theirs.

    A module is required when it is written for one of the company's entity types, for one of the person's job functions,
    and teaches at least one criterion that concerns the company.
    """
    if module.entities is not None and not set(module.entities) & set(entities):
        return None
    mine = (
        (EVERYONE,)
        if module.functions is None
        else tuple(f for f in module.functions if f in functions or f == EVERYONE)
    )
    criteria = tuple(c for c in module.criteria if concerns(framework.criteria[c], framework, entities, declined))
    if not mine or not criteria:
        return None
    phase = schedule.phase_of(module.category)
    return Requirement(module.key, module.category, phase.number, phase.date, mine, criteria)


def requirements(
    library: Library,
    schedule: Schedule,
    *,
    entities: Collection[str],
    declined: Collection[str],
    functions: Collection[str],
    exempt: Collection[str] = (),
) -> tuple[Requirement, ...]:
    """All modules a profile must complete, earliest phase first. `exempt` are keys of modules."""
    found = (
        requirement(m, library.framework, schedule, entities=entities, declined=declined, functions=functions)
        for m in library.modules.values()
        if m.key not in exempt
    )
    return tuple(sorted((r for r in found if r), key=lambda r: (r.due_on, r.category, r.module)))


def due(due_on: date, company_date: date | None, again_on: date | None = None) -> date:
    """A company may set an earlier day than the phase's, never a later one. Where a module is due once more, that day stands."""
    if again_on:
        return again_on
    return min(due_on, company_date) if company_date else due_on


def out_of_order(phases: Mapping[int, date], enforcement: date) -> tuple[int | None, ...]:
    """The phases whose day lies before that of the phase before them, and None where enforcement lies before the last phase.

    Several may begin on one day.
    """
    days = [*sorted(phases.items()), (None, enforcement)]
    return tuple(number for (_, before), (number, day) in pairwise(days) if day < before)
