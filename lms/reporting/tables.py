"""What the exports hold: the same lines as the pages, as plain cells."""

from collections.abc import Iterable, Iterator

from lms.content.library import Library
from lms.core.cells import Cell
from lms.core.clock import program_day

from .exports import Table
from .figures import Company
from .records import Done
from .roster import Member
from .rows import Row
from .rules import Curve, Figures, on_time, percent
from .service import Line, Overview

FIGURES = ("people", "people_behind", "required", "complete", "started", "not_started", "overdue", "percent_complete")
GROUP = ("group", *FIGURES, "percent_planned")
COMPANY = ("number", "company", "entity_types", *FIGURES)
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


def overview(shown: Overview, companies: Iterable[Company]) -> Iterator[Table]:
    """The tables of the program page in its order; the last one has every company."""
    yield Table("Total", GROUP, group((shown.total,)))
    yield Table("Weeks", WEEK, _weeks(shown.curve))
    yield Table("Categories", GROUP, group(shown.categories))
    yield Table("Focus areas", GROUP, group(shown.focus_areas))
    yield Table("Phases", GROUP, group(shown.phases))
    yield Table("Entity types", GROUP, group(shown.entities))
    yield Table("Companies", COMPANY, _companies(companies))


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
        yield (line.name, *_figures(line.figures), None if line.planned is None else line.plan)


def _companies(companies: Iterable[Company]) -> Iterator[tuple[Cell, ...]]:
    for c in companies:
        yield (c.number, c.name, ";".join(c.entities), *_figures(c.figures))


def _figures(f: Figures) -> tuple[int, ...]:
    return (f.people, f.behind, f.required, f.complete, f.started, f.not_started, f.overdue, f.percent)


def _weeks(curve: Curve) -> Iterator[tuple[Cell, ...]]:
    whole = curve.required
    for p in curve.points:
        yield (p.day.isoformat(), whole, p.complete, percent(p.complete, whole), percent(p.planned, whole))


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
