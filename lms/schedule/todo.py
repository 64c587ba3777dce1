"""What a kind of company does to be ready, in order of importance and effort. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Literal

from lms.content.framework import Phase
from lms.content.library import Library
from lms.content.scope import concerns

from .rules import Schedule, requirements

What = Literal["comment", "workbook", "workshop", "category"]


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do. Counts are of what concerns the kind of company; `minutes` are those of all its `modules` together.

    `day` is the last one for comments, that of the workshop, or the one from which the category is in force; None for the
    workbook. `phase` and `category` are numbers, 0 for what is of no category.
    """

    what: What
    day: date | None = None
    musts: int = 0
    shoulds: int = 0
    phase: int = 0
    category: int = 0
    modules: int = 0
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Todo:
    """What to do now, and the categories that are in force already. Both in order."""

    ahead: tuple[Action, ...]
    in_force: tuple[Action, ...]


def todo(
    library: Library,
    schedule: Schedule,
    today: date,
    *,
    entities: Collection[str],
    declined: Collection[str] = (),
    comments_until: date | None = None,
    workshop_on: date | None = None,
) -> Todo:
    """First what costs least and shows most: a comment while comments are taken, the workbook, the next workshop.

    Then the categories as they come into force: the program advised cybersecurity, conveyances and seals first, and its
    phases say so. Of one phase the category with most musts comes first, since these are required; of equal ones the one
    whose modules take least time. A category none of whose criteria concerns the company is in none of the lists.
    """
    work = _categories(library, schedule, entities, declined)
    musts, shoulds = sum(one.musts for one in work), sum(one.shoulds for one in work)
    first = [Action("comment", comments_until)] if comments_until else []
    first.append(Action("workbook", musts=musts, shoulds=shoulds))
    if workshop_on:
        first.append(Action("workshop", workshop_on))
    ahead = tuple(one for one in work if one.day is not None and one.day > today)
    return Todo((*first, *ahead), tuple(one for one in work if one not in ahead))


def _categories(
    library: Library, schedule: Schedule, entities: Collection[str], declined: Collection[str]
) -> list[Action]:
    """A row a category that concerns the company, in order. Modules are those of all job functions together."""
    framework = library.framework
    theirs = [c for c in framework.criteria.values() if concerns(c, framework, entities, declined)]
    taken = requirements(library, schedule, entities=entities, declined=declined, functions=framework.functions)
    found = []
    for number in sorted({criterion.category for criterion in theirs}):
        phase: Phase = schedule.phase_of(number)
        levels = [criterion.level for criterion in theirs if criterion.category == number]
        minutes = [library.modules[one.module].minutes for one in taken if one.category == number]
        counts = levels.count("must"), levels.count("should")
        found.append(Action("category", phase.date, *counts, phase.number, number, len(minutes), sum(minutes)))
    return sorted(found, key=lambda one: (one.day, one.phase, -one.musts, one.minutes, one.category))
