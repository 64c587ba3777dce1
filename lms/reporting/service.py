"""What the pages of the program show: every table of the overview, and the question they answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from lms.accounts.models import Organization
from lms.content.library import Library
from lms.schedule.rules import Schedule

from . import figures
from .filters import Choices, Filters, choices, read
from .requirements import Slice
from .rules import Curve, Figures, curve_start, percent, planned


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks about the program: the part looked at, what else may be chosen, and what was not understood."""

    library: Library
    part: Slice
    choices: Choices
    ignored: list[str]

    @property
    def words(self) -> str:
        """The filters in words, "" for none; the status is left to the page's own sentence."""
        return self.part.filters.but(status="").words(self.choices)


def question(
    session: Session,
    args: Mapping[str, str],
    library: Library,
    schedule: Schedule,
    *,
    today: date,
    without: Iterable[str] = (),
) -> Question:
    """Read an address. A company may be given by its number or, where only one is called so, by its name."""
    companies = _called(session, args.get("organization", "").strip())
    found = {**args, "organization": next(iter(companies))} if len(companies) == 1 else args
    possible = choices(library, schedule, companies)
    filters, ignored = read(found, possible, tuple(without))
    return Question(library, Slice(filters, library.framework, today), possible, ignored)


def _called(session: Session, text: str) -> dict[str, str]:
    """Number and name of the companies with this number or name; one with the number stands alone."""
    named = or_(Organization.number == text, func.lower(Organization.name) == func.lower(text))
    rows = session.execute(select(Organization.number, Organization.name).where(named).limit(10)).all()
    exact = [row for row in rows if row.number == text]
    return {row.number: row.name for row in exact or rows}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: the group's name, the filters that give its rows, its figures; where known, what the plan
    has complete by today and the day it is put in force."""

    name: str
    filters: Filters
    figures: Figures
    planned: Fraction | None = None
    in_force: date | None = None

    @property
    def plan(self) -> int:
        return percent(self.planned or 0, self.figures.required)

    @property
    def against_plan(self) -> int:
        """Percentage points ahead of the plan, negative when behind it."""
        return self.figures.percent - self.plan


@dataclass(frozen=True, slots=True)
class Overview:
    """Every table of the program page but that of companies. `companies` is how many there are."""

    total: Line
    companies: int
    curve: Curve
    categories: tuple[Line, ...]
    focus_areas: tuple[Line, ...]
    phases: tuple[Line, ...]
    entities: tuple[Line, ...]

    @property
    def furthest_behind(self) -> list[Line]:
        """At most three categories behind their plan, the furthest first."""
        behind = [line for line in self.categories if line.against_plan < 0]
        return sorted(behind, key=lambda line: line.against_plan)[:3]


def overview(session: Session, asked: Question, schedule: Schedule) -> Overview:
    """The overview of what is asked: one statement a table."""
    part, today = asked.part, asked.part.today
    total, companies = figures.total(session, part)
    dues = figures.dues(session, part)
    by_day = _added(dues.values())
    start = curve_start(figures.began_on(session), today)
    return Overview(
        total=Line("All", part.filters, total, planned(by_day, start, today)),
        companies=companies,
        curve=figures.curve(session, part, by_day, start=start, enforcement=schedule.enforcement_date),
        categories=tuple(_categories(session, asked, schedule, dues, start)),
        focus_areas=_lines(asked, "focus_area", figures.by_focus_area(session, part)),
        phases=_phases(session, asked, schedule),
        entities=_lines(asked, "entity", figures.by_entity_type(session, part)),
    )


def _added(dues: Iterable[Mapping[date, int]]) -> dict[date, int]:
    added: dict[date, int] = {}
    for days in dues:
        for day, count in days.items():
            added[day] = added.get(day, 0) + count
    return added


def _lines(asked: Question, field: str, found: Mapping[str, Figures]) -> tuple[Line, ...]:
    """A line for each choice of the field that has figures, in the order of the choices."""
    filters = asked.part.filters
    return tuple(
        Line(name, filters.but(**{field: value}), found[value])
        for value, name in asked.choices[field].items()
        if value in found
    )


def _categories(
    session: Session, asked: Question, schedule: Schedule, dues: Mapping[int, Mapping[date, int]], start: date
) -> Iterable[Line]:
    """In the order in which they are put in force."""
    found = figures.by_category(session, asked.part)
    for number in sorted(found, key=lambda n: (schedule.phase_of(n).date, n)):
        yield Line(
            asked.choices["category"][str(number)],
            asked.part.filters.but(category=str(number)),
            found[number],
            planned(dues[number], start, asked.part.today),
            schedule.phase_of(number).date,
        )


def _phases(session: Session, asked: Question, schedule: Schedule) -> tuple[Line, ...]:
    found = figures.by_phase(session, asked.part)
    return tuple(
        Line(f"Phase {p.number}", asked.part.filters.but(phase=str(p.number)), found[p.number], in_force=p.date)
        for p in schedule.phases
        if p.number in found
    )
