"""What a workbook says, as plain values: the criteria that concern an entity type or a company, and where they are taught. Pure."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from lms.content.course import Module
from lms.content.coverage import coverage
from lms.content.framework import Category, Criterion, FocusArea
from lms.content.library import Library
from lms.content.scope import concerns
from lms.core.language import current_language
from lms.schedule.rules import Schedule


@dataclass(frozen=True, slots=True)
class Line:
    """A criterion, and the modules for these entity types that teach it, in the language in force where there is a translation."""

    criterion: Criterion
    phase: int
    modules: tuple[Module, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A category, the number of its phase and the day on which it comes into force, and what of it applies."""

    area: FocusArea
    category: Category
    phase: int
    begins_on: date
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """`parts` by focus area and category, without those that have nothing to say."""

    edition: str
    parts: tuple[Part, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for part in self.parts for line in part.lines)

    @property
    def modules(self) -> tuple[Module, ...]:
        """Each once, in order of category."""
        found = {module.key: module for line in self.lines for module in line.modules}
        return tuple(sorted(found.values(), key=lambda module: (module.category, module.title)))

    def part_of(self, category: int) -> Part:
        return next(part for part in self.parts if part.category.number == category)

    def count(self, level: str) -> int:
        return sum(line.criterion.level == level for line in self.lines)


def facts(library: Library, schedule: Schedule, entities: Collection[str], declined: Collection[str] = ()) -> Facts:
    """What applies to a company of these entity types that answered no to the `declined` scopes."""
    framework = library.framework
    applies = [c for c in framework.criteria.values() if concerns(c, framework, entities, declined)]
    taught = _taught(library, entities)

    def parts() -> Iterator[Part]:
        for area in framework.focus_areas:
            for number in area.categories:
                phase = schedule.phase_of(number)
                these = sorted((c for c in applies if c.category == number), key=lambda c: c.sort_key)
                lines = tuple(Line(c, phase.number, taught.get(c.id, ())) for c in these)
                if lines:
                    yield Part(area, framework.categories[number], phase.number, phase.date, lines)

    return Facts(framework.program.edition, tuple(parts()))


def _taught(library: Library, entities: Collection[str]) -> dict[str, tuple[Module, ...]]:
    """By criterion, each module once."""
    language, found = current_language(), coverage(library).taught
    return {
        criterion: tuple(
            library.module(key, language) or library.modules[key]
            for key in dict.fromkeys(p.module.key for p in places if any(p.concerns(e) for e in entities))
        )
        for criterion, places in found.items()
    }
