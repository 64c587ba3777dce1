"""What the figures mean: the status of a requirement, shares, what the plan has by a day. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from lms.core.clock import program_day

LONGEST_CURVE = timedelta(weeks=104)


class Status(StrEnum):
    """How a requirement stands on a day. Exactly one holds, so the parts add up to what is required."""

    COMPLETE = "complete"
    OVERDUE = "overdue"
    STARTED = "started"
    NOT_STARTED = "not-started"


STATUS_NAMES = {
    Status.COMPLETE: "Complete",
    Status.OVERDUE: "Overdue",
    Status.STARTED: "Started",
    Status.NOT_STARTED: "Not started",
}


def status(*, started: bool, completed: bool, due: date, today: date) -> Status:
    """Complete whenever it was completed; else overdue from the day after it was due, begun or not."""
    if completed:
        return Status.COMPLETE
    if due < today:
        return Status.OVERDUE
    return Status.STARTED if started else Status.NOT_STARTED


def on_time(completed_at: datetime, due: date) -> bool:
    """Completed on or before the due day, a whole day in America/New_York."""
    return program_day(completed_at) <= due


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of one group. The first four count requirements, one for each person and module; the rest count people.

    `begun` are those begun and not complete, overdue ones too; `started` leaves the overdue ones out.
    `behind` are people with something overdue, `unfinished` people with something not complete.
    """

    required: int = 0
    complete: int = 0
    started: int = 0
    overdue: int = 0
    begun: int = 0
    people: int = 0
    behind: int = 0
    unfinished: int = 0

    @property
    def not_started(self) -> int:
        return self.required - self.complete - self.started - self.overdue

    @property
    def finished(self) -> int:
        """People whose every requirement is complete."""
        return self.people - self.unfinished

    @property
    def percent(self) -> int:
        return percent(self.complete, self.required)


def percent(part: int | Fraction, whole: int) -> int:
    """The nearest whole percent, but 100 only when nothing is missing and 0 only when there is nothing. 0 of 0 is 0."""
    if part <= 0 or whole <= 0:
        return 0
    if part >= whole:
        return 100
    return min(max(round(Fraction(part) * 100 / whole), 1), 99)


def planned(dues: Mapping[date, int], start: date, day: date) -> Fraction:
    """How many requirements the plan has complete on a day: each grows evenly from the start to its due day.

    `dues` counts the requirements of each due day. What was due by the start is planned from the start.
    """
    return sum((count * _share(start, due, day) for due, count in dues.items()), Fraction(0))


def _share(start: date, due: date, day: date) -> Fraction:
    if day >= due:
        return Fraction(1)
    return Fraction(max((day - start).days, 0), (due - start).days) if due > start else Fraction(1)


def curve_start(first: date | None, today: date) -> date:
    """The Monday of the week in which training began, at most two years ago; this week's when it has not begun."""
    start = max(first or today, today - LONGEST_CURVE)
    return start - timedelta(days=start.weekday())


def mondays(start: date, today: date) -> list[date]:
    """Every seventh day from the start, before today."""
    return [start + timedelta(weeks=n) for n in range(-(-(today - start).days // 7))]


@dataclass(frozen=True, slots=True)
class Point:
    """How many requirements were complete when a day began (today: are now), and how many the plan has by then."""

    day: date
    complete: int
    planned: Fraction


@dataclass(frozen=True, slots=True)
class Curve:
    """Completion week by week. `points` end today; `plan` are the corners of the plan's line, up to `end`."""

    required: int
    points: tuple[Point, ...]
    plan: tuple[tuple[date, Fraction], ...]

    @property
    def start(self) -> date:
        return self.points[0].day

    @property
    def today(self) -> Point:
        return self.points[-1]

    @property
    def end(self) -> date:
        return self.plan[-1][0]


def curve(weekly: list[int], dues: Mapping[date, int], *, start: date, today: date, enforcement: date) -> Curve:
    """The curve toward the enforcement date. `weekly` are the completions before the first Monday of `mondays`, those
    before the second and not the first, and so on; the last one are those since the last Monday."""
    days = [*mondays(start, today), today]
    points, complete = [], 0
    for day, count in zip(days, weekly, strict=True):
        complete += count
        points.append(Point(day, complete, planned(dues, start, day)))
    end = max(enforcement, today)
    corners = sorted({start, end, *(due for due in dues if start < due < end)})
    return Curve(sum(dues.values()), tuple(points), tuple((day, planned(dues, start, day)) for day in corners))
