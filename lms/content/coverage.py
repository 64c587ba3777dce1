"""Where every criterion is taught and asked, for each entity type and level, and what is missing. Pure."""

import csv
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from typing import Literal

from .course import Module, Question, Section
from .framework import Criterion
from .library import Library
from .scope import concerns

ModuleLevel = Literal["personnel", "administrator"]
LEVELS: tuple[ModuleLevel, ...] = ("personnel", "administrator")

Lack = Literal["taught", "asked", "twice", "forms"]
Format = Literal["text", "csv", "json"]
_SAID: Mapping[Lack, str] = {
    "taught": "no paragraph teaches it",
    "asked": "no question asks about it",
    "twice": "only one question asks about it",
    "forms": "its questions all have one form",
}


@dataclass(frozen=True, slots=True)
class TaughtAt:
    """A marked paragraph."""

    module: Module
    section: Section
    anchor: str
    line: int

    @property
    def address(self) -> str:
        """The page of the section."""
        return f"/courses/{self.module.key}/{self.section.anchor}/"

    @property
    def place(self) -> str:
        """path:line in the courses folder."""
        return f"{self.module.path}:{self.line}"

    def concerns(self, entity: str) -> bool:
        return self.module.entities is None or entity in self.module.entities


@dataclass(frozen=True, slots=True)
class AskedAt:
    """A question that is drawn; retired ones and knowledge checks do not count."""

    module: Module
    question: Question

    @property
    def place(self) -> str:
        """path:line in the courses folder."""
        return f"{self.module.path}:{self.question.line}"

    def concerns(self, entity: str) -> bool:
        """Whether a company of the entity type takes the module and is asked the question."""
        return all(listed is None or entity in listed for listed in (self.module.entities, self.question.entities))


@dataclass(frozen=True, slots=True)
class Coverage:
    """Every place of a library where criteria are taught and asked, by criterion."""

    taught: Mapping[str, tuple[TaughtAt, ...]]
    asked: Mapping[str, tuple[AskedAt, ...]]


@dataclass(frozen=True, slots=True)
class Cell:
    """What the modules of one level give an entity type of one criterion."""

    criterion: Criterion
    level: ModuleLevel
    entity: str
    taught: tuple[TaughtAt, ...]
    asked: tuple[AskedAt, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A criterion that concerns an entity type: what each level gives, and what is missing over both levels together."""

    criterion: Criterion
    cells: tuple[Cell, ...]
    lacks: tuple[Lack, ...]


def coverage(library: Library) -> Coverage:
    """Read through the library once."""
    taught: dict[str, list[TaughtAt]] = defaultdict(list)
    asked: dict[str, list[AskedAt]] = defaultdict(list)
    for module in library.modules.values():
        for section in module.sections:
            for place in section.taught:
                taught[place.criterion].append(TaughtAt(module, section, place.anchor, place.line))
        for question in module.questions:
            if not question.retired:
                for criterion in question.criteria:
                    asked[criterion].append(AskedAt(module, question))
    return Coverage({k: tuple(v) for k, v in taught.items()}, {k: tuple(v) for k, v in asked.items()})


def cells(found: Coverage, criterion: Criterion, entity: str = "") -> tuple[Cell, ...]:
    """A cell a level; of every entity type together where none is named."""
    taught = [t for t in found.taught.get(criterion.id, ()) if not entity or t.concerns(entity)]
    asked = [a for a in found.asked.get(criterion.id, ()) if not entity or a.concerns(entity)]
    return tuple(
        Cell(
            criterion,
            level,
            entity,
            tuple(t for t in taught if t.module.level == level),
            tuple(a for a in asked if a.module.level == level),
        )
        for level in LEVELS
    )


def lacks(criterion: Criterion, found: tuple[Cell, ...]) -> tuple[Lack, ...]:
    """What is missing: every criterion is taught and asked; a must is asked by two questions or more, of different types."""
    asked = {a.question.id: a.question.type for cell in found for a in cell.asked}
    missing: list[Lack] = []
    if not any(cell.taught for cell in found):
        missing.append("taught")
    if not asked:
        missing.append("asked")
    elif criterion.level == "must" and len(asked) < 2:
        missing.append("twice")
    elif criterion.level == "must" and len(set(asked.values())) < 2:
        missing.append("forms")
    return tuple(missing)


def rows(library: Library, entity: str, found: Coverage | None = None) -> tuple[Row, ...]:
    """The matrix of an entity type: every criterion that concerns it, in order."""
    found = found or coverage(library)
    concerned = [c for c in library.framework.criteria.values() if concerns(c, library.framework, (entity,))]
    made = ((criterion, cells(found, criterion, entity)) for criterion in sorted(concerned, key=lambda c: c.sort_key))
    return tuple(Row(criterion, those, lacks(criterion, those)) for criterion, those in made)


Matrix = Mapping[str, tuple[Row, ...]]
_COLUMNS = ("criterion", "requirement", "level", "entity", "taught", "asked", "gap")


def report(matrix: Matrix, style: Format, prefix: str) -> str:
    """The matrices of entity types as a whole output. Places are path:line; in the text they can be opened from here.

    csv and json have a row for each entity type, criterion and level of the modules; `gap` is that of both levels together.
    """
    if style == "json":
        return json.dumps([dict(zip(_COLUMNS, line, strict=True)) for line in _lines(matrix)], indent=2) + "\n"
    if style == "text":
        return "".join(f"{line}\n" for line in _text(matrix, prefix))
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows([" ".join(v) if isinstance(v, list) else v for v in line] for line in _lines(matrix))
    return out.getvalue()


def _lines(matrix: Matrix) -> Iterator[tuple[str, str, str, str, list[str], list[str], str]]:
    for entity, those in matrix.items():
        for row in those:
            gap = "; ".join(_SAID[lack] for lack in row.lacks)
            for cell in row.cells:
                criterion, taught, asked = cell.criterion, cell.taught, cell.asked
                places = [t.place for t in taught], [a.place for a in asked]
                yield criterion.id, criterion.level, cell.level, entity, *places, gap


def _text(matrix: Matrix, prefix: str) -> Iterator[str]:
    """A line a criterion: counts, and the first place of each; then the gaps, or that there is none."""
    for entity, those in matrix.items():
        yield f"{entity}: {len(those)} criteria, {sum(bool(row.lacks) for row in those)} with a gap"
        for row in those if len(matrix) == 1 else ():
            yield f"  {row.criterion.id:<6}{row.criterion.level:<8}" + "   ".join(
                f"{cell.level}: taught {len(cell.taught):>2}, asked {len(cell.asked):>2}" for cell in row.cells
            )
            for cell in row.cells:
                for word, places in (("taught", cell.taught), ("asked", cell.asked)):
                    for place in places:
                        yield f"        {word:<7} {prefix}/{place.place}"
        for row in those:
            if row.lacks:
                said = " and ".join(_SAID[lack] for lack in row.lacks)
                yield f"  GAP {row.criterion.id} ({row.criterion.level}): {said}"
