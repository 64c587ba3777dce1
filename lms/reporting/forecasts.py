"""The forecasts of the program: for each phase, for enforcement, by entity type and by field office."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from sqlalchemy.orm import Session

from lms.schedule.rules import Schedule

from . import counting
from .counting import Counts
from .filters import Filters
from .forecast import WEEK, Forecast, Verdict, forecast, history
from .ledger import ALL, Series
from .requirements import Slice
from .rules import percent
from .service import Question

# How many weeks of the past a drawing shows.
SHOWN = 26
# The sides from which a forecast is broken down: the field of the filters, and its heading.
SIDES = {"entity": "Entity type", "office": "Field office"}
COLUMNS = (
    "table",
    "group",
    "target_day",
    "required",
    "complete",
    "rate_a_week",
    "slow_rate",
    "fast_rate",
    "projected_finish",
    "earliest_finish",
    "latest_finish",
    "first_missed_day",
    "percent_by_target",
    "missing_by_target",
    "needed_a_week",
    "people_a_week",
    "verdict",
)


@dataclass(frozen=True, slots=True)
class Target:
    """A day by which a part of the requirements is to be complete. `key` is its word in an address."""

    key: str
    name: str
    topic: str
    day: date
    filters: Filters


@dataclass(frozen=True, slots=True)
class Line:
    """A forecast of a group, with the filters that show the group on the other pages."""

    name: str
    value: str
    filters: Filters
    told: Forecast


@dataclass(frozen=True, slots=True)
class Outlook:
    """Everything on the page of the forecast. `points` are the share that was complete when each day began; the last
    one at the end of the day that is looked at."""

    target: Target
    told: Forecast
    every: tuple[tuple[Target, Forecast], ...]
    points: tuple[tuple[date, Fraction], ...]
    sides: Mapping[str, tuple[Line, ...]]
    counted_at: datetime


def targets(schedule: Schedule) -> tuple[Target, ...]:
    """The phases in their order, then enforcement."""
    phases = (
        Target(f"phase-{p.number}", f"Phase {p.number}", f"phase:{p.number}", p.date, Filters(phase=str(p.number)))
        for p in schedule.phases
    )
    return (*phases, Target("enforcement", "All phases", ALL, schedule.enforcement_date, Filters()))


def outlook(session: Session, asked: Question, schedule: Schedule, wanted: str = "") -> Outlook:
    """The forecast as of the question's day. `wanted` is the key of a target; else the one that comes next is chosen.

    Raises BeingCounted.
    """
    part, day = Slice(Filters(), asked.library.framework, asked.part.today), asked.day
    counts = counting.counts(session, part)
    every = tuple((target, _told(counts.series(target.topic), day, target.day)) for target in targets(schedule))
    target, told = _chosen(every, wanted)
    return Outlook(
        target=target,
        told=told,
        every=every,
        points=_points(counts.series(target.topic), day),
        sides={side: tuple(_lines(counts, asked, target, side)) for side in SIDES},
        counted_at=counts.counted_at,
    )


def _told(series: Series, day: date, target: date) -> Forecast:
    return forecast(history(series.at, day, series.dues()), today=day, target=target)


def _chosen(every: tuple[tuple[Target, Forecast], ...], wanted: str) -> tuple[Target, Forecast]:
    """The target asked for; else the first ahead that is not complete; else enforcement."""
    over = (Verdict.DONE, Verdict.NO_TIME_LEFT)
    for target, told in every:
        if target.key == wanted or (not wanted and told.verdict not in over):
            return target, told
    return every[-1] if not wanted else _chosen(every, "")


def _lines(counts: Counts, asked: Question, target: Target, side: str) -> Iterator[Line]:
    """A line for each group of which something is required, in the order of the filters' choices."""
    found = counts.source.values(side, target.topic)
    for value, name in asked.choices[side].items():
        if value in found and found[value].at(asked.day).required:
            told = _told(found[value], asked.day, target.day)
            yield Line(name, value, target.filters.but(**{side: value}), told)


def _points(series: Series, day: date) -> tuple[tuple[date, Fraction], ...]:
    """Mondays from the week of the first completion, and the day itself."""
    monday = day - timedelta(days=day.weekday())
    weeks = [monday - n * WEEK for n in range(SHOWN, -1, -1)]
    begun = next((n for n, start in enumerate(weeks) if series.complete_by(start + timedelta(days=6))), len(weeks) - 1)
    past = [(start, series.at(start - timedelta(days=1))) for start in weeks[begun:] if start < day]
    return tuple((when, Fraction(at.complete, max(at.required, 1))) for when, at in (*past, (day, series.at(day))))


def lines(shown: Outlook) -> Iterator[tuple[str | int | None, ...]]:
    """The page as one table: phases and enforcement, then the sides for the target that was chosen."""
    for target, told in shown.every:
        yield ("Dates", *_row(target.name, told))
    for side, heading in SIDES.items():
        for line in shown.sides[side]:
            yield (heading, *_row(line.name, line.told))


def amount(rate: Fraction) -> str:
    """A rate as it is read: with one decimal below ten."""
    return f"{round(rate):,}" if rate >= 10 else f"{float(rate):.1f}".removesuffix(".0")


def _row(name: str, told: Forecast) -> tuple[str | int | None, ...]:
    return (
        name,
        told.target.isoformat(),
        told.required,
        told.done,
        *(f"{float(rate):.1f}" for rate in (told.rate, told.slow, told.fast)),
        *(day.isoformat() if day else None for day in (told.finish, told.earliest, told.latest, told.misses_on)),
        percent(told.share_by(told.target), 1),
        told.missing,
        None if told.needed is None else f"{float(told.needed):.1f}",
        told.people_needed,
        told.verdict.value,
    )
