"""What the pages of the program show: every table of the overview, and the question they answer."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from lms.accounts.models import Organization
from lms.content.library import Library
from lms.schedule.rules import Schedule

from . import counting
from .counting import BeingCounted, Counts
from .filters import Choices, Filters, choices, read, read_days
from .ledger import Series
from .requirements import Slice
from .rules import Curve, Figures, curve, curve_start, percent, planned_share


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks about the program: the part looked at, as of which day, compared with which earlier one (None: with
    none), what else may be chosen, and what was not understood."""

    library: Library
    part: Slice
    choices: Choices
    ignored: list[str]
    day: date
    against: date | None = None

    @property
    def past(self) -> bool:
        return self.day < self.part.today

    @property
    def words(self) -> str:
        """The filters in words, "" for none; the status is left to the page's own sentence."""
        return self.part.filters.but(status="").words(self.choices)

    @property
    def days(self) -> dict[str, str]:
        """The days as an address has them."""
        found = {"day": self.day.isoformat()} if self.past else {}
        return found | ({"against": self.against.isoformat()} if self.against else {})

    def at(self, filters: Filters) -> dict[str, str]:
        """The address of the same question with other filters, part by part."""
        return filters.chosen | self.days


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
    possible = choices(library, schedule, companies, _countries(session))
    filters, ignored = read(found, possible, tuple(without))
    day, against, unread = read_days(args, today)
    return Question(library, Slice(filters, library.framework, today), possible, ignored + unread, day, against)


def _called(session: Session, text: str) -> dict[str, str]:
    """Number and name of the companies with this number or name; one with the number stands alone."""
    if not text:
        return {}
    named = or_(Organization.number == text, func.lower(Organization.name) == func.lower(text))
    rows = session.execute(select(Organization.number, Organization.name).where(named).limit(10)).all()
    exact = [row for row in rows if row.number == text]
    return {row.number: row.name for row in exact or rows}


def _countries(session: Session) -> dict[str, str]:
    """The countries in which companies are: code and name, in the order of the names."""
    from babel import Locale  # noqa: PLC0415 - most pages do without Babel

    territories = Locale("en").territories
    codes = session.scalars(select(Organization.country).distinct())
    named = {code: territories.get(code, code) for code in codes if code}
    return dict(sorted(named.items(), key=lambda pair: pair[1]))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: the group's name, the filters that give its rows, its figures; those of the day compared with; where
    known, the share that the plan has complete by the day, and the day it is put in force."""

    name: str
    filters: Filters
    figures: Figures
    before: Figures | None = None
    planned: Fraction | None = None
    in_force: date | None = None

    @property
    def plan(self) -> int:
        return percent(self.planned or 0, 1)

    @property
    def against_plan(self) -> int:
        """Percentage points ahead of the plan, negative when behind it."""
        return self.figures.percent - self.plan

    @property
    def since(self) -> int:
        """Percentage points more than on the day compared with."""
        return self.figures.percent - self.before.percent if self.before else 0


@dataclass(frozen=True, slots=True)
class Overview:
    """Every table of the program page. `entities` are None while they are being counted; `counts` are what all was read from."""

    total: Line
    curve: Curve
    categories: tuple[Line, ...]
    focus_areas: tuple[Line, ...]
    phases: tuple[Line, ...]
    entities: tuple[Line, ...] | None
    counts: Counts

    @property
    def counted_at(self) -> datetime:
        return self.counts.counted_at

    @property
    def furthest_behind(self) -> list[Line]:
        """At most three categories behind their plan, the furthest first."""
        behind = [line for line in self.categories if line.against_plan < 0]
        return sorted(behind, key=lambda line: line.against_plan)[:3]


def overview(session: Session, asked: Question, schedule: Schedule) -> Overview:
    """The overview of what is asked. Raises BeingCounted."""
    part, day, filters = asked.part, asked.day, asked.part.filters
    found = counting.counts(session, part)
    topic = counting.topic_of(filters)
    everything = _everything(session, part, found)
    start = curve_start(everything.at, required=everything.at(part.today).required, day=day)
    total = found.series(topic)
    dues = total.dues()
    tables = _Tables(asked, schedule, found)
    return Overview(
        total=tables.line("All", filters, topic, planned_share(dues, start, day)),
        curve=curve(total.at, dues, start=start, day=day, enforcement=schedule.enforcement_date),
        categories=tuple(tables.categories(start)),
        focus_areas=tables.of("focus_area", {a.slug: a.categories for a in part.framework.focus_areas}),
        phases=tables.of("phase", {str(p.number): p.categories for p in schedule.phases}),
        entities=_or_none(lambda: broken_down(session, asked, "entity", at_hand=found).lines),
        counts=found,
    )


def _or_none(lines: Callable[[], tuple[Line, ...]]) -> tuple[Line, ...] | None:
    try:
        return lines()
    except BeingCounted:
        return None


def _everything(session: Session, part: Slice, found: Counts) -> Series:
    """The figures of the whole program, whatever is looked at, so that one plan holds on every page."""
    if any(name != "status" for name in part.filters.chosen):
        found = counting.counts(session, Slice(Filters(), part.framework, part.today))
    return found.series()


@dataclass(frozen=True, slots=True)
class _Tables:
    """The lines of parts of the criteria. Figures are known for each category, focus area and phase as a whole."""

    asked: Question
    schedule: Schedule
    counts: Counts

    def line(
        self, name: str, filters: Filters, topic: str, planned: Fraction | None = None, in_force: date | None = None
    ) -> Line:
        series = self.counts.series(topic)
        figures = series.at(self.asked.day)
        before = series.at(self.asked.against) if self.asked.against else None
        return Line(name, filters, figures, before, planned, in_force)

    def categories(self, start: date) -> Iterator[Line]:
        """In the order in which they are put in force."""
        chosen, names = self.asked.part.filters, self.asked.choices["category"]
        phases = {number: phase for phase in self.schedule.phases for number in phase.categories}
        for number in sorted(self._chosen(), key=lambda n: (phases[n].date, n)):
            topic = f"category:{number}"
            share = planned_share(self.counts.series(topic).dues(), start, self.asked.day)
            filters = chosen.but(category=str(number))
            line = self.line(names[str(number)], filters, topic, share, phases[number].date)
            if line.figures.required:
                yield line

    def of(self, field: str, parts: Mapping[str, Collection[int]]) -> tuple[Line, ...]:
        """A line for each part that has figures, in their order; none at all where a line would be a piece of a part for which
        no figures are known."""
        chosen = self._chosen()
        known = {frozenset({number}): f"category:{number}" for number in chosen}
        known |= {frozenset(numbers): f"{counting.TOPICS[field]}:{value}" for value, numbers in parts.items()}
        known |= {frozenset(chosen): counting.topic_of(self.asked.part.filters)}
        lines = []
        for value, numbers in parts.items():
            shared = frozenset(chosen).intersection(numbers)
            if shared and shared not in known:
                return ()
            if shared:
                filters = self.asked.part.filters.but(**{field: value})
                lines.append(
                    self.line(self.asked.choices[field][value], filters, known[shared], None, self._date(field, value))
                )
        return tuple(line for line in lines if line.figures.required)

    def _date(self, field: str, value: str) -> date | None:
        return next((p.date for p in self.schedule.phases if field == "phase" and str(p.number) == value), None)

    def _chosen(self) -> set[int]:
        """The categories that the filters leave."""
        filters, framework = self.asked.part.filters, self.asked.part.framework
        left = {number for phase in self.schedule.phases for number in phase.categories}
        if filters.category:
            left &= {int(filters.category)}
        if filters.phase:
            left &= set(next(p.categories for p in self.schedule.phases if str(p.number) == filters.phase))
        if filters.focus_area:
            left &= set(next(a.categories for a in framework.focus_areas if a.slug == filters.focus_area))
        return left


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The figures by one dimension: the lines, and for each phase by number the share complete of each line."""

    lines: tuple[Line, ...]
    phases: Mapping[int, Mapping[str, int]]
    total: Line
    counted_at: datetime


def broken_down(
    session: Session, asked: Question, dimension: str, phases: Iterable[int] = (), *, at_hand: Counts | None = None
) -> Breakdown:
    """The lines of a dimension in the order of its choices. `at_hand`: figures of the same part that were read before.

    Raises BeingCounted.
    """
    filters = asked.part.filters
    if at_hand is None or not _holds(at_hand, dimension, asked):
        at_hand = counting.counts(session, asked.part, by=dimension)
    found = at_hand
    topic = counting.topic_of(filters)
    here = found.by(dimension, topic, day=asked.day)
    before = found.by(dimension, topic, day=asked.against) if asked.against else {}
    chosen = filters.chosen.get(dimension)
    lines = tuple(
        Line(name, filters.but(**{dimension: value}), here[value], before.get(value))
        for value, name in asked.choices[dimension].items()
        if value in here and chosen in (None, value)
    )
    total = Line("All", filters, found.total(topic, day=asked.day))
    shares = {
        number: {value: f.percent for value, f in found.by(dimension, f"phase:{number}", day=asked.day).items()}
        for number in phases
    }
    return Breakdown(lines, shares, total, found.counted_at)


def _holds(found: Counts, dimension: str, asked: Question) -> bool:
    try:
        return bool(found.by(dimension, counting.topic_of(asked.part.filters), day=asked.day))
    except LookupError:
        return False


def sides(session: Session, asked: Question, dimensions: Iterable[str], at_hand: Counts) -> dict[str, tuple[Line, ...]]:
    """The lines of several dimensions. Raises BeingCounted when all that must be counted first is asked for."""
    found: dict[str, tuple[Line, ...]] = {}
    waiting: BeingCounted | None = None
    for dimension in dimensions:
        try:
            found[dimension] = broken_down(session, asked, dimension, at_hand=at_hand).lines
        except BeingCounted as not_yet:
            waiting = not_yet
    if waiting:
        raise waiting
    return found


def total(session: Session, part: Slice) -> tuple[Figures, datetime]:
    """The figures of today whatever status is chosen, and when they were counted. Raises BeingCounted."""
    found = counting.counts(session, part)
    return found.total(counting.topic_of(part.filters), day=part.today), found.counted_at
