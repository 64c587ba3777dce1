"""What the exports hold: the same lines as the pages, as plain cells."""

from collections.abc import Iterable, Iterator, Mapping

from lms.content.library import Library
from lms.core.cells import Cell
from lms.core.clock import program_day

from .counting import Company
from .exports import Table
from .records import Done
from .roster import Member
from .rows import Row
from .rules import Curve, Figures, on_time
from .service import Line, Overview

FIGURES = (
    "people",
    "people_behind",
    "required",
    "complete",
    "on_time",
    "started",
    "not_started",
    "overdue",
    "percent_complete",
)
# `percent_then` is the share on the day compared with, where there is one.
GROUP = ("group", *FIGURES, "percent_planned", "percent_then")
COMPANY = ("number", "company", "entity_types", *FIGURES)
# The names of tables by dimension (filters.DIMENSIONS).
SIDES = {
    "office": "Field offices",
    "country": "Countries",
    "size": "Company sizes",
    "function": "Job functions",
    "language": "Languages",
    "level": "Levels",
    "entity": "Entity types",
}
WEEK = ("day", "required", "complete", "percent_complete", "percent_planned")
ROWS = (
    "name",
    "email",
    "company",
    "company_number",
    "module",
    "title",
    "category",
    "phase",
    "due",
    "status",
    "started",
    "completed",
    "on_time",
)
# The first three are those of a roster that can be imported.
ROSTER = ("name", "email", "functions", "required", "complete", "overdue", "next_due", "next_module")
RECORD = (
    "date",
    "name",
    "module",
    "topic",
    "category",
    "criteria",
    "score_percent",
    "revision",
    "certificate",
    "valid_until",
    "proctored_by",
)


def overview(shown: Overview, sides: Mapping[str, Iterable[Line]]) -> Iterator[Table]:
    """The tables of the overview in its order, and one for each other side (a field of DIMENSIONS)."""
    yield Table("Total", GROUP, group((shown.total,)))
    yield Table("Weeks", WEEK, _weeks(shown.curve))
    yield Table("Categories", GROUP, group(shown.categories))
    yield Table("Focus areas", GROUP, group(shown.focus_areas))
    yield Table("Phases", GROUP, group(shown.phases))
    for dimension, lines in sides.items():
        yield Table(SIDES[dimension], GROUP, group(lines))


def companies(found: Iterable[Company]) -> Table:
    return Table("Companies", COMPANY, _companies(found))


def one(tables: Iterable[Table]) -> tuple[tuple[str, ...], Iterator[list[Cell]]]:
    """All tables as one, for a file that holds only one: each line begins with its table's name."""
    header = ("table", "number", *GROUP, "entity_types")
    return header, _joined(tables, header)


def _joined(tables: Iterable[Table], header: tuple[str, ...]) -> Iterator[list[Cell]]:
    for table in tables:
        columns = ["group" if name in ("day", "company") else name for name in table.header]
        for row in table.rows:
            cells = {"table": table.name, **dict(zip(columns, row, strict=True))}
            yield [cells.get(name) for name in header]


def group(lines: Iterable[Line]) -> Iterator[tuple[Cell, ...]]:
    for line in lines:
        then = line.before.percent if line.before else None
        yield (line.name, *_figures(line.figures), None if line.planned is None else line.plan, then)


def _companies(companies: Iterable[Company]) -> Iterator[tuple[Cell, ...]]:
    for c in companies:
        yield (c.number, c.name, ";".join(c.entities), *_figures(c.figures))


def _figures(f: Figures) -> tuple[int, ...]:
    return (f.people, f.behind, f.required, f.complete, f.on_time, f.started, f.not_started, f.overdue, f.percent)


def _weeks(curve: Curve) -> Iterator[tuple[Cell, ...]]:
    for p in curve.points:
        yield (p.day.isoformat(), p.required, p.complete, p.percent, p.plan_percent)


def rows(found: Iterable[Row], library: Library) -> Iterator[tuple[Cell, ...]]:
    """Days are whole days in America/New_York."""
    for r in found:
        yield (
            r.person,
            r.email,
            r.company,
            r.company_number,
            r.module,
            title(library, r.module),
            r.category,
            r.phase,
            r.due.isoformat(),
            r.status.value,
            program_day(r.started_at).isoformat() if r.started_at else None,
            r.done_on.isoformat() if r.done_on else None,
            None if r.completed_at is None else "yes" if on_time(r.completed_at, r.due) else "no",
        )


def roster(members: Iterable[Member], library: Library) -> Iterator[tuple[Cell, ...]]:
    for m in members:
        due = m.next_due.isoformat() if m.next_due else None
        yield (
            m.name,
            m.email,
            ";".join(m.functions),
            m.required,
            m.complete,
            m.overdue,
            due,
            title(library, m.next_module),
        )


def record(done: Iterable[Done], library: Library) -> Iterator[tuple[Cell, ...]]:
    """The training record that criterion 12.1 asks for: date, attendee, topic; and the result, as 12.4 does."""
    for d in done:
        module = library.modules.get(d.module)
        category = library.framework.categories[module.category].name if module else None
        criteria = " ".join(module.criteria) if module else None
        yield (
            d.done_on.isoformat(),
            d.person,
            d.module,
            title(library, d.module),
            category,
            criteria,
            d.percent,
            d.revision,
            d.certificate or None,
            d.valid_until.isoformat() if d.valid_until else None,
            d.proctor or None,
        )


def title(library: Library, key: str) -> str:
    """The module's title; its key where the published library has no such module any more."""
    module = library.modules.get(key)
    return module.title if module else key
